"""the worker's own key at the processor

Existing accounts keep one key for portal and worker until `ardoise practice processor` is run again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLE = "processor_account"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("worker_key_id", sa.String(length=32), nullable=True))
    op.add_column(TABLE, sa.Column("worker_key", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column(TABLE, "worker_key")
    op.drop_column(TABLE, "worker_key_id")
