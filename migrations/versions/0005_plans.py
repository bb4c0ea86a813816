"""plans: paying in parts, and the practice's own rules for it"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("plan", "plan_invoice", "instalment")
OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"

# SQLite adds a column without null only with a default; practices that are there already get it.
NUMBERS = {"plan_minimum_cents": "1000", "plan_most_months": "10", "plan_instant_cents": "30000"}
SWITCHES = ("plan_first_now", "card_plans")


def upgrade() -> None:
    for name, value in NUMBERS.items():
        kind = sa.BigInteger() if name.endswith("_cents") else sa.Integer()
        op.add_column("practice", sa.Column(name, kind, nullable=False, server_default=value))
    for name in SWITCHES:
        switch = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column("practice", switch)
    op.create_table(
        "plan",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column("text_version", sa.String(length=16), nullable=True),
        sa.Column("text_hash", sa.String(length=64), nullable=True),
        sa.Column("agreed_text", sa.LargeBinary(), nullable=True),
        sa.Column("agreed_language", sa.String(length=2), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.String(length=8), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_plan_practice_id")),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_plan_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "replaces_id"],
            ["plan.practice_id", "plan.id"],
            name=op.f("fk_plan_practice_id_replaces_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_plan")),
        sa.UniqueConstraint(
            "practice_id",
            "account_id",
            "version",
            name=op.f("uq_plan_practice_id_account_id_version"),
        ),
        sa.UniqueConstraint(
            "practice_id", "account_id", "once", name=op.f("uq_plan_practice_id_account_id_once")
        ),
    )
    op.create_index(op.f("ix_plan_practice_id_status"), "plan", ["practice_id", "status"])
    for name, statuses in (("waiting", "'proposed', 'offered'"), ("running", "'active', 'paused'")):
        one = sa.text(f"status IN ({statuses})")
        op.create_index(
            f"uq_plan_{name}",
            "plan",
            ["practice_id", "account_id"],
            unique=True,
            sqlite_where=one,
            postgresql_where=one,
        )
    op.create_table(
        "plan_invoice",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_plan_invoice_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "plan_id"],
            ["plan.practice_id", "plan.id"],
            name=op.f("fk_plan_invoice_practice_id_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "invoice_id"],
            ["invoice.practice_id", "invoice.id"],
            name=op.f("fk_plan_invoice_practice_id_invoice_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_plan_invoice")),
        sa.UniqueConstraint(
            "practice_id",
            "plan_id",
            "invoice_id",
            name=op.f("uq_plan_invoice_practice_id_plan_id_invoice_id"),
        ),
    )
    op.create_index(
        op.f("ix_plan_invoice_practice_id_invoice_id"),
        "plan_invoice",
        ["practice_id", "invoice_id"],
    )
    op.create_table(
        "instalment",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_instalment_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "plan_id"],
            ["plan.practice_id", "plan.id"],
            name=op.f("fk_instalment_practice_id_plan_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_instalment")),
        sa.UniqueConstraint(
            "practice_id",
            "plan_id",
            "position",
            name=op.f("uq_instalment_practice_id_plan_id_position"),
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_practice ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    for name in (*NUMBERS, *SWITCHES):
        op.drop_column("practice", name)
