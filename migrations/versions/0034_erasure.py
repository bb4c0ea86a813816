"""requests to erase what is held about the persons of an account, and since when it is erased

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

from shared.base.database import UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"


def upgrade() -> None:
    op.add_column("account", sa.Column("erased_at", UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "erasure",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("asker", sa.String(length=16), nullable=False),
        sa.Column("checked", sa.String(length=16), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=True),
        sa.Column("noted_name", sa.String(length=80), nullable=False),
        sa.Column("noted_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_name", sa.String(length=80), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=24), nullable=True),
        sa.Column("begun_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("told", sa.String(length=12), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name="fk_erasure_practice_id"),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name="fk_erasure_practice_id_account_id",
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_erasure"),
    )
    is_open = sa.text("status IN ('received', 'ordered', 'begun')")
    op.create_index(
        "uq_erasure_open",
        "erasure",
        ["practice_id", "account_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_erasure_practice_id_status", "erasure", ["practice_id", "status"])
    op.create_index(
        "ix_erasure_practice_id_account_id_noted_at",
        "erasure",
        ["practice_id", "account_id", "noted_at"],
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE erasure ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_practice ON erasure USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    op.drop_table("erasure")
    op.drop_column("account", "erased_at")
