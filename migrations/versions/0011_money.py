"""money: orders of staff, disputes, credit that was used, payments of nobody known"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = ("credit_use", "stray_payment", "dispute", "money_order")
OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"
COLUMNS = (
    ("staff_session", "confirmed_at"),
    ("refund", "kind"),
    ("refund", "beyond_cents"),
    ("practice", "bank_debit"),
    ("practice", "four_eyes_cents"),
    ("payment", "cancelled_on"),
    ("payment", "reference"),
)


def upgrade() -> None:
    _add_columns()
    op.create_table(
        "credit_use",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_credit_use_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "invoice_id"],
            ["invoice.practice_id", "invoice.id"],
            name=op.f("fk_credit_use_practice_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "payment_id"],
            ["payment.practice_id", "payment.id"],
            name=op.f("fk_credit_use_practice_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_credit_use_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_credit_use")),
    )
    op.create_index(
        op.f("ix_credit_use_practice_id_invoice_id"), "credit_use", ["practice_id", "invoice_id"]
    )
    op.create_index(
        op.f("ix_credit_use_practice_id_payment_id"), "credit_use", ["practice_id", "payment_id"]
    )
    op.create_table(
        "stray_payment",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("processor_ref", sa.String(length=255), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("returned_cents", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_stray_payment_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "payment_id"],
            ["payment.practice_id", "payment.id"],
            name=op.f("fk_stray_payment_practice_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_stray_payment_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_stray_payment")),
        sa.UniqueConstraint(
            "practice_id", "processor_ref", name=op.f("uq_stray_payment_practice_id_processor_ref")
        ),
    )
    op.create_index(
        op.f("ix_stray_payment_practice_id_status"), "stray_payment", ["practice_id", "status"]
    )
    op.create_table(
        "dispute",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("stray_id", sa.Uuid(), nullable=True),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("fee_cents", sa.BigInteger(), nullable=False),
        sa.Column("processor_ref", sa.String(length=255), nullable=False),
        sa.Column("respond_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_dispute_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "payment_id"],
            ["payment.practice_id", "payment.id"],
            name=op.f("fk_dispute_practice_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "refund_id"],
            ["refund.practice_id", "refund.id"],
            name=op.f("fk_dispute_practice_id_refund_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "stray_id"],
            ["stray_payment.practice_id", "stray_payment.id"],
            name=op.f("fk_dispute_practice_id_stray_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_dispute_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_dispute")),
        sa.UniqueConstraint(
            "practice_id", "processor_ref", name=op.f("uq_dispute_practice_id_processor_ref")
        ),
    )
    op.create_index(op.f("ix_dispute_practice_id_moved_at"), "dispute", ["practice_id", "moved_at"])
    op.create_index(
        op.f("ix_dispute_practice_id_payment_id"), "dispute", ["practice_id", "payment_id"]
    )
    op.create_index(op.f("ix_dispute_practice_id_stray_id"), "dispute", ["practice_id", "stray_id"])
    op.create_table(
        "money_order",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("stray_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=35), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_name", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_name", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["staff_user.id"], name=op.f("fk_money_order_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_user.id"], name=op.f("fk_money_order_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_money_order_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "payment_id"],
            ["payment.practice_id", "payment.id"],
            name=op.f("fk_money_order_practice_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "stray_id"],
            ["stray_payment.practice_id", "stray_payment.id"],
            name=op.f("fk_money_order_practice_id_stray_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_money_order_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_money_order")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_money_order_idempotency_key")),
        sa.UniqueConstraint("practice_id", "once", name=op.f("uq_money_order_practice_id_once")),
    )
    op.create_index(
        op.f("ix_money_order_practice_id_account_id"), "money_order", ["practice_id", "account_id"]
    )
    op.create_index(
        op.f("ix_money_order_practice_id_payment_id"), "money_order", ["practice_id", "payment_id"]
    )
    op.create_index(
        op.f("ix_money_order_practice_id_status_not_before"),
        "money_order",
        ["practice_id", "status", "not_before"],
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_practice ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def _add_columns() -> None:
    # SQLite adds a column without null only with a default; rows that are there already get it.
    op.add_column("payment", sa.Column("reference", sa.String(length=35), nullable=True))
    op.add_column("payment", sa.Column("cancelled_on", sa.Date(), nullable=True))
    op.add_column(
        "practice",
        sa.Column(
            "four_eyes_cents", sa.BigInteger(), nullable=False, server_default=sa.text("15000")
        ),
    )
    op.add_column(
        "practice", sa.Column("bank_debit", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "refund",
        sa.Column("beyond_cents", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.add_column(
        "refund", sa.Column("kind", sa.String(length=12), nullable=False, server_default="refund")
    )
    op.add_column(
        "staff_session", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    for table in TABLES:
        if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table(table)))):
            raise CommandError(
                "money was moved that only these tables explain, and the journal keeps its entries of "
                "it, so that they may not go"
            )
    for table, column in COLUMNS:
        op.drop_column(table, column)
    for table in reversed(TABLES):
        op.drop_table(table)
