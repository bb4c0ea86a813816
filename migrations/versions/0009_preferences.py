"""preferences: one-time codes, proposals of change, who looked at the details"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("one_time_code", "proposal", "detail_access")
OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"
CODE_OPEN = "status IN ('asked', 'drawn')"
PROPOSAL_OPEN = "status IN ('asked', 'confirmed')"

# SQLite adds a column without null only with a default; rows that are there already get it.
SWITCHES = {"account": ("represented",), "contact_point": ("by_person", "of_representative")}


def _add_columns() -> None:
    op.add_column("account", sa.Column("source_language", sa.String(length=2), nullable=True))
    op.add_column("account", sa.Column("source_channel", sa.String(length=8), nullable=True))
    op.add_column("contact_point", sa.Column("replaces_id", sa.Uuid(), nullable=True))
    for table, names in SWITCHES.items():
        for name in names:
            switch = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            op.add_column(table, switch)


def upgrade() -> None:
    _add_columns()
    op.create_table(
        "one_time_code",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_one_time_code_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_one_time_code_practice_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_one_time_code")),
    )
    op.create_index(
        op.f("ix_one_time_code_practice_id_account_id_asked_at"),
        "one_time_code",
        ["practice_id", "account_id", "asked_at"],
    )
    op.create_index(
        "uq_one_time_code_open",
        "one_time_code",
        ["practice_id", "visit_id", "subject_id"],
        unique=True,
        sqlite_where=sa.text(CODE_OPEN),
        postgresql_where=sa.text(CODE_OPEN),
    )
    op.create_index(
        "ix_one_time_code_asked",
        "one_time_code",
        ["practice_id", "asked_at"],
        sqlite_where=sa.text("status = 'asked'"),
        postgresql_where=sa.text("status = 'asked'"),
    )
    op.create_table(
        "proposal",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decline_reason", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_proposal_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_proposal_practice_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_proposal")),
        sa.UniqueConstraint(
            "practice_id",
            "account_id",
            "once",
            name=op.f("uq_proposal_practice_id_account_id_once"),
        ),
    )
    op.create_index(
        op.f("ix_proposal_practice_id_status_moved_at"),
        "proposal",
        ["practice_id", "status", "moved_at"],
    )
    op.create_index(
        "uq_proposal_open",
        "proposal",
        ["practice_id", "account_id", "kind"],
        unique=True,
        sqlite_where=sa.text(PROPOSAL_OPEN),
        postgresql_where=sa.text(PROPOSAL_OPEN),
    )
    op.create_table(
        "detail_access",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.String(length=8), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_detail_access_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_detail_access_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "invoice_id"],
            ["invoice.practice_id", "invoice.id"],
            name=op.f("fk_detail_access_practice_id_invoice_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_detail_access")),
    )
    op.create_index(
        op.f("ix_detail_access_practice_id_account_id_at"),
        "detail_access",
        ["practice_id", "account_id", "at"],
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_practice ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    for table, names in SWITCHES.items():
        for name in names:
            op.drop_column(table, name)
    op.drop_column("contact_point", "replaces_id")
    op.drop_column("account", "source_channel")
    op.drop_column("account", "source_language")
