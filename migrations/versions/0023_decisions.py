"""debts given up: what orders ask of each invoice, what was done; and when documents for help went"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = ("money_order_share", "forgiveness")
OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"


def upgrade() -> None:
    op.create_table(
        "money_order_share",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        *_keys("money_order_share", order="money_order", invoice="invoice"),
        sa.UniqueConstraint(
            "practice_id",
            "order_id",
            "invoice_id",
            name=op.f("uq_money_order_share_practice_id_order_id_invoice_id"),
        ),
    )
    _index("money_order_share", "invoice_id")
    op.create_table(
        "forgiveness",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("nature", sa.String(length=12), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forgiven_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        *_keys("forgiveness", account="account", invoice="invoice"),
        sa.UniqueConstraint(
            "practice_id",
            "order_id",
            "invoice_id",
            name=op.f("uq_forgiveness_practice_id_order_id_invoice_id"),
        ),
    )
    for column in ("account_id", "invoice_id", "forgiven_at"):
        _index("forgiveness", column)
    op.add_column(
        "practice",
        sa.Column("aid_documents_days", sa.Integer(), nullable=False, server_default=sa.text("7")),
    )
    op.add_column(
        "aid_request", sa.Column("documents_gone_at", sa.DateTime(timezone=True), nullable=True)
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_practice ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def _keys(table: str, **references: str) -> list[sa.Constraint]:
    """The primary key, and what each column named refers to in its practice."""
    return [
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f(f"fk_{table}_practice_id")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["practice_id", f"{name}_id"],
                [f"{other}.practice_id", f"{other}.id"],
                name=op.f(f"fk_{table}_practice_id_{name}_id"),
            )
            for name, other in references.items()
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f(f"pk_{table}")),
    ]


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_practice_id_{column}"), table, ["practice_id", column])


def downgrade() -> None:
    order = sa.table("money_order", sa.column("kind"))
    asked = sa.exists().select_from(order).where(order.c.kind == "forgive")
    if op.get_bind().scalar(sa.select(asked)):
        raise CommandError(
            "staff asked for debts to be given up, which only these tables explain, so that they may not go"
        )
    op.drop_column("aid_request", "documents_gone_at")
    op.drop_column("practice", "aid_documents_days")
    for table in TABLES[::-1]:
        op.drop_table(table)
