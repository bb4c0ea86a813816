"""saved cards, and charges on them while nobody is there"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"


def upgrade() -> None:
    op.create_table(
        "saved_card",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("text_version", sa.String(length=16), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processor_customer", sa.String(length=255), nullable=True),
        sa.Column("processor_method", sa.String(length=255), nullable=True),
        sa.Column("brand", sa.String(length=20), nullable=True),
        sa.Column("last4", sa.String(length=4), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_saved_card_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_saved_card_practice_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_saved_card")),
        sa.UniqueConstraint(
            "practice_id",
            "processor_method",
            name=op.f("uq_saved_card_practice_id_processor_method"),
        ),
    )
    op.create_index(
        op.f("ix_saved_card_practice_id_account_id_status"),
        "saved_card",
        ["practice_id", "account_id", "status"],
    )
    op.create_index(
        op.f("ix_saved_card_practice_id_status"), "saved_card", ["practice_id", "status"]
    )
    kept = sa.text("status = 'kept'")
    op.create_index(
        "uq_saved_card_kept",
        "saved_card",
        ["practice_id", "account_id"],
        unique=True,
        sqlite_where=kept,
        postgresql_where=kept,
    )
    op.add_column("payment_attempt", sa.Column("card_id", sa.Uuid(), nullable=True))
    op.add_column("payment_attempt", sa.Column("cause", sa.String(length=64), nullable=True))
    under_way = sa.text("status = 'processing'")
    op.create_index(
        "uq_payment_attempt_cause",
        "payment_attempt",
        ["practice_id", "cause"],
        unique=True,
        sqlite_where=under_way,
        postgresql_where=under_way,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE saved_card ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_practice ON saved_card USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    op.drop_index("uq_payment_attempt_cause", table_name="payment_attempt")
    op.drop_column("payment_attempt", "cause")
    op.drop_column("payment_attempt", "card_id")
    op.drop_table("saved_card")
