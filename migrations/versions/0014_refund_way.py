"""how staff handed money back themselves; of what they did before, the journal knows it"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

HELD_BY = {"cash": "cash", "cheques": "cheque", "terminal": "terminal", "transfers": "transfer"}


def upgrade() -> None:
    op.add_column("refund", sa.Column("method", sa.String(length=12), nullable=True))
    for held, method in HELD_BY.items():
        op.execute(
            sa.text(
                "UPDATE refund SET method = :method WHERE processor_ref LIKE 'order:%' AND EXISTS ("
                "SELECT 1 FROM journal_entry AS entry JOIN journal_line AS line"
                " ON line.practice_id = entry.practice_id AND line.entry_id = entry.id"
                " WHERE entry.practice_id = refund.practice_id"
                " AND entry.cause = 'refund:' || refund.processor_ref"
                " AND line.ledger_account = :held)"
            ).bindparams(method=method, held=held)
        )


def downgrade() -> None:
    op.drop_column("refund", "method")
