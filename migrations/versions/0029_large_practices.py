"""large practices: indexes that lists and searches of a practice with a million accounts end in"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None

# name, table, columns, and which rows only
INDEXES = (
    ("ix_invoice_practice_id_number", "invoice", ["practice_id", "number"], None),
    (
        "ix_ladder_cycle_withheld",
        "ladder_cycle",
        ["practice_id", "withheld", "account_id"],
        "status = 'open' AND withheld IS NOT NULL",
    ),
    (
        "ix_account_door_closed",
        "account",
        ["practice_id", "id"],
        "door_closed_at IS NOT NULL",
    ),
    (
        "ix_ladder_letter_practice_id_decided_at_cycle_id",
        "ladder_letter",
        ["practice_id", "decided_at", "cycle_id"],
        None,
    ),
)


def upgrade() -> None:
    for name, table, columns, rows in INDEXES:
        only = sa.text(rows) if rows else None
        op.create_index(op.f(name), table, columns, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    for name, table, _, _ in reversed(INDEXES):
        op.drop_index(op.f(name), table_name=table)
