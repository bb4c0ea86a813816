"""other ways to pay: transfer, cheque, the desk, and a link for someone else who pays"""

import sqlalchemy as sa
from alembic import op

from shared.base.transfers import new_creditor_reference

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"
TEXTS = {"iban": 34, "bic": 11, "account_holder": 70, "cheque_order": 70}


def upgrade() -> None:
    for name, length in TEXTS.items():
        op.add_column("practice", sa.Column(name, sa.String(length=length), nullable=True))
    # SQLite adds a column without null only with a default.
    op.add_column(
        "practice",
        sa.Column("desk_takes", sa.String(length=24), nullable=False, server_default=""),
    )
    op.add_column(
        "account",
        sa.Column("transfer_reference", sa.String(length=25), nullable=False, server_default=""),
    )
    _draw_references()
    op.create_index(
        "uq_account_transfer_reference",
        "account",
        ["practice_id", "transfer_reference"],
        unique=True,
    )
    op.create_table(
        "pay_link",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_pay_link_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_pay_link_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "attempt_id"],
            ["payment_attempt.practice_id", "payment_attempt.id"],
            name=op.f("fk_pay_link_practice_id_attempt_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_pay_link")),
        sa.UniqueConstraint(
            "practice_id",
            "account_id",
            "once",
            name=op.f("uq_pay_link_practice_id_account_id_once"),
        ),
    )
    op.create_index(
        op.f("ix_pay_link_practice_id_attempt_id"), "pay_link", ["practice_id", "attempt_id"]
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE pay_link ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_practice ON pay_link USING ({OWN}) WITH CHECK ({OWN})")


def _draw_references() -> None:
    account = sa.table(
        "account",
        sa.column("practice_id", sa.Integer()),
        sa.column("id", sa.Uuid()),
        sa.column("transfer_reference", sa.String()),
    )
    connection = op.get_bind()
    keys = connection.execute(sa.select(account.c.practice_id, account.c.id)).all()
    if not keys:
        return
    connection.execute(
        sa.update(account)
        .where(
            account.c.practice_id == sa.bindparam("practice"), account.c.id == sa.bindparam("row")
        )
        .values(transfer_reference=sa.bindparam("drawn")),
        [
            {"practice": practice_id, "row": row_id, "drawn": new_creditor_reference()}
            for practice_id, row_id in keys
        ],
    )


def downgrade() -> None:
    op.drop_table("pay_link")
    op.drop_index("uq_account_transfer_reference", "account")
    op.drop_column("account", "transfer_reference")
    for name in ("desk_takes", *TEXTS):
        op.drop_column("practice", name)
