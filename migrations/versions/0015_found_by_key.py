"""orders found by the payment of nobody known that they are about and by their end, work by its key"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BY_STRAY = "ix_money_order_practice_id_stray_id"
BY_END = "ix_money_order_practice_id_ended_at"
BY_KEY = "ix_task_practice_id_kind_key"


def upgrade() -> None:
    op.create_index(op.f(BY_STRAY), "money_order", ["practice_id", "stray_id"])
    op.create_index(op.f(BY_END), "money_order", ["practice_id", "ended_at"])
    op.create_index(op.f(BY_KEY), "task", ["practice_id", "kind", "key"])


def downgrade() -> None:
    op.drop_index(op.f(BY_KEY), table_name="task")
    op.drop_index(op.f(BY_END), table_name="money_order")
    op.drop_index(op.f(BY_STRAY), table_name="money_order")
