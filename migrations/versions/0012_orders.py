"""orders: the limit that stood when money was asked to go back, and what one person asked for lately"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BY_ASKER = "ix_money_order_practice_id_asked_by_asked_at"


def upgrade() -> None:
    # Orders that are there already keep none: which limit stood then is not known.
    op.add_column("money_order", sa.Column("limit_cents", sa.BigInteger(), nullable=True))
    op.create_index(op.f(BY_ASKER), "money_order", ["practice_id", "asked_by", "asked_at"])


def downgrade() -> None:
    op.drop_index(op.f(BY_ASKER), table_name="money_order")
    op.drop_column("money_order", "limit_cents")
