"""privacy: staff open lines for a quarter of an hour, with a reason; what is kept for how long"""

import sqlalchemy as sa
from alembic import op

from shared.base.database import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"
TABLES = ("detail_grant", "retention", "retention_run")


def upgrade() -> None:
    op.create_table(
        "detail_grant",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name="fk_detail_grant_practice_id"
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name="fk_detail_grant_practice_id_account_id",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_detail_grant"),
    )
    op.create_index(
        "ix_detail_grant_practice_id_account_id_user_id_ends_at",
        "detail_grant",
        ["practice_id", "account_id", "user_id", "ends_at"],
    )
    op.add_column(
        "detail_access",
        sa.Column("reason", sa.String(length=16), nullable=False, server_default=""),
    )
    op.create_table(
        "retention",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("on_since", UtcDateTime(timezone=True), nullable=True),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name="fk_retention_practice_id"),
        sa.PrimaryKeyConstraint("practice_id", name="pk_retention"),
    )
    op.create_table(
        "retention_run",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name="fk_retention_run_practice_id"
        ),
        sa.PrimaryKeyConstraint("practice_id", "on", name="pk_retention_run"),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_practice ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("detail_access", "reason")
