"""credit settles what comes by itself, unless a practice says otherwise"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WITH_CREDIT = "ix_payment_with_credit"


def upgrade() -> None:
    op.add_column(
        "practice",
        sa.Column("credit_by_itself", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    some = sa.text("credit_cents > 0")
    op.create_index(
        op.f(WITH_CREDIT),
        "payment",
        ["practice_id", "account_id"],
        sqlite_where=some,
        postgresql_where=some,
    )


def downgrade() -> None:
    op.drop_index(op.f(WITH_CREDIT), table_name="payment")
    op.drop_column("practice", "credit_by_itself")
