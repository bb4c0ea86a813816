"""refunds: money given back on a payment, and which invoices are owed again"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("refund", "refund_share")
OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"


def upgrade() -> None:
    op.create_table(
        "refund",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("credit_cents", sa.BigInteger(), nullable=False),
        sa.Column("processor_ref", sa.String(length=255), nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_refund_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "payment_id"],
            ["payment.practice_id", "payment.id"],
            name=op.f("fk_refund_practice_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_refund_practice_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_refund")),
        sa.UniqueConstraint(
            "practice_id", "processor_ref", name=op.f("uq_refund_practice_id_processor_ref")
        ),
    )
    op.create_index(
        op.f("ix_refund_practice_id_payment_id"), "refund", ["practice_id", "payment_id"]
    )
    op.create_index(op.f("ix_refund_practice_id_moved_at"), "refund", ["practice_id", "moved_at"])
    op.create_table(
        "refund_share",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_refund_share_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "refund_id"],
            ["refund.practice_id", "refund.id"],
            name=op.f("fk_refund_share_practice_id_refund_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "invoice_id"],
            ["invoice.practice_id", "invoice.id"],
            name=op.f("fk_refund_share_practice_id_invoice_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_refund_share")),
        sa.UniqueConstraint(
            "practice_id",
            "refund_id",
            "invoice_id",
            name=op.f("uq_refund_share_practice_id_refund_id_invoice_id"),
        ),
    )
    op.create_index(
        op.f("ix_refund_share_practice_id_invoice_id"),
        "refund_share",
        ["practice_id", "invoice_id"],
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_practice ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table("refund")))):
        raise CommandError(
            "refunds were booked, and the journal keeps its entries of them, so that the tables that "
            "explain these may not go"
        )
    for table in reversed(TABLES):
        op.drop_table(table)
