"""who of staff decided a request for help, which row policies ask for; the letters as they were shown

Revision ID: 0037
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("aid_request", sa.Column("decided_by", sa.Uuid(), nullable=True))
    op.add_column("ladder_bulk", sa.Column("shown", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("ladder_bulk", "shown")
    op.drop_column("aid_request", "decided_by")
