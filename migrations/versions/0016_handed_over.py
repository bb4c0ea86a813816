"""orders: who handed money over after it was agreed to, who did not, and why a request came to nothing"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PEOPLE = ("handed_by", "dropped_by")
ORDER = sa.table(
    "money_order",
    *map(sa.column, ("practice_id", "payment_id", "kind", "status", "decided_by", "alone")),
    *map(sa.column, ("ended_at", "handed_at")),
)
PAYMENT = sa.table("payment", *map(sa.column, ("practice_id", "id", "method")))
# Refunds by hand that waited for a colleague, or for their day.
BY_HAND = sa.and_(
    ORDER.c.kind == "refund",
    ORDER.c.decided_by.is_not(None) | (ORDER.c.alone == sa.true()),
    sa.exists().where(
        PAYMENT.c.practice_id == ORDER.c.practice_id,
        PAYMENT.c.id == ORDER.c.payment_id,
        PAYMENT.c.method.in_(("cash", "cheque", "terminal", "transfer")),
    ),
)


def upgrade() -> None:
    with op.batch_alter_table("money_order") as table:
        for column in PEOPLE:
            table.add_column(sa.Column(column, sa.Uuid(), nullable=True))
            name = column.removesuffix("_by") + "_name"
            table.add_column(sa.Column(name, sa.String(length=80), nullable=True))
            table.create_foreign_key(
                op.f(f"fk_money_order_{column}"), "staff_user", [column], ["id"]
            )
        table.add_column(sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("why", sa.String(length=24), nullable=True))
    # What is in the books was handed over when it was booked, as they said then; by whom nobody noted.
    op.execute(
        sa.update(ORDER).where(ORDER.c.status == "done", BY_HAND).values(handed_at=ORDER.c.ended_at)
    )
    # What was agreed to and is not booked yet waits for somebody to say that it was handed over.
    op.execute(
        sa.update(ORDER).where(ORDER.c.status == "approved", BY_HAND).values(status="agreed")
    )


def downgrade() -> None:
    # The worker of before would book it at once, though nobody handed it over: it is agreed to anew.
    op.execute(
        "UPDATE money_order SET status = 'waiting', decided_by = NULL, decided_name = NULL,"
        " decided_at = NULL WHERE status = 'agreed'"
    )
    op.execute(
        "UPDATE money_order SET decided_by = dropped_by, decided_name = dropped_name,"
        " decided_at = ended_at WHERE dropped_by IS NOT NULL"
    )
    with op.batch_alter_table("money_order") as table:
        for column in PEOPLE:
            table.drop_constraint(op.f(f"fk_money_order_{column}"), type_="foreignkey")
            table.drop_column(column)
            table.drop_column(column.removesuffix("_by") + "_name")
        table.drop_column("handed_at")
        table.drop_column("why")
