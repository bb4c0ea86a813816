"""what the next night would remove, as the worker counted it

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("retention", sa.Column("foreseen", sa.JSON(), nullable=True))
    op.add_column("retention", sa.Column("foreseen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("retention", "foreseen_at")
    op.drop_column("retention", "foreseen")
