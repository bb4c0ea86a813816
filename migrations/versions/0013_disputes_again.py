"""disputes: what of its money a bank has, and how often that moved"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "dispute",
        sa.Column("taken_cents", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.add_column(
        "dispute", sa.Column("moves", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    # until now all of a dispute's sum was gone, or nothing; the processor's lists say the rest
    op.execute(
        "update dispute set taken_cents = amount_cents, moves = 1 where status in ('open', 'lost')"
    )
    op.execute("update dispute set moves = 2 where status = 'won'")


def downgrade() -> None:
    dispute = sa.table("dispute", sa.column("taken_cents"), sa.column("amount_cents"))
    in_part = dispute.c.taken_cents.not_in([0, dispute.c.amount_cents])
    if op.get_bind().scalar(sa.select(sa.exists().select_from(dispute).where(in_part))):
        raise CommandError(
            "a bank has a part of what it disputed, which only these columns explain, so that they may "
            "not go"
        )
    op.drop_column("dispute", "moves")
    op.drop_column("dispute", "taken_cents")
