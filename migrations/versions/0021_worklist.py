"""work put off to a day, and totals that the worker keeps for the desks

What is open stands at its promised day; on the way down, what was put off does so again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OPEN = sa.text("status = 'open'")
OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"
TOTALS = "desk_total"


def upgrade() -> None:
    # The default is for rows that are here: each gets its promised day.
    op.add_column(
        "task", sa.Column("comes_on", sa.Date(), nullable=False, server_default="2000-01-01")
    )
    op.execute("UPDATE task SET comes_on = due_on")
    op.add_column("task", sa.Column("later_by", sa.String(length=80), nullable=True))
    op.add_column("task", sa.Column("later_reason", sa.String(length=16), nullable=True))
    op.add_column("task", sa.Column("later_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_task_list",
        "task",
        ["practice_id", "comes_on", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(op.f("ix_task_practice_id_closed_at"), "task", ["practice_id", "closed_at"])
    op.create_index(
        op.f("ix_payment_practice_id_received_at"), "payment", ["practice_id", "received_at"]
    )
    op.create_table(
        TOTALS,
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_desk_total_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "name", name=op.f("pk_desk_total")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {TOTALS} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_practice ON {TOTALS} USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    op.drop_table(TOTALS)
    op.drop_index(op.f("ix_payment_practice_id_received_at"), table_name="payment")
    op.drop_index(op.f("ix_task_practice_id_closed_at"), table_name="task")
    op.drop_index("ix_task_list", table_name="task")
    for column in ("later_at", "later_reason", "later_by", "comes_on"):
        op.drop_column("task", column)
