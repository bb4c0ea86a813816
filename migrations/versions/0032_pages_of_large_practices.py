"""pages of large practices: lists end in an index in the order in which they are shown"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# name, table, columns, and which rows only
ADDED = (
    (
        "ix_timeline_event_nobodys",
        "timeline_event",
        ["practice_id", "kind", "at"],
        "account_id IS NULL",
    ),
    (
        "ix_task_homeless",
        "task",
        ["practice_id", "due_on", "id"],
        "status = 'open' AND account_id IS NULL",
    ),
    (
        "ix_stray_payment_practice_id_status_received_at_id",
        "stray_payment",
        ["practice_id", "status", "received_at", "id"],
        None,
    ),
    (
        "ix_money_order_open",
        "money_order",
        ["practice_id", "asked_at", "id"],
        "ended_at IS NULL",
    ),
    (
        "ix_money_order_decided",
        "money_order",
        ["practice_id", "ended_at"],
        "decided_by IS NOT NULL OR dropped_by IS NOT NULL OR handed_by IS NOT NULL",
    ),
    (
        "ix_party_practice_id_surname_index_given_index",
        "party",
        ["practice_id", "surname_index", "given_index"],
        None,
    ),
    (
        "ix_party_practice_id_surname3_index_given_index",
        "party",
        ["practice_id", "surname3_index", "given_index"],
        None,
    ),
    (
        "ix_thread_mine",
        "thread",
        ["practice_id", "assigned_to", "status"],
        "assigned_to IS NOT NULL",
    ),
    (
        "ix_thread_nobodys",
        "thread",
        ["practice_id", "answer_by", "id"],
        "status = 'waiting' AND assigned_to IS NULL",
    ),
    (
        "ix_ladder_cycle_asked",
        "ladder_cycle",
        ["practice_id", "asked_position", "asked_at", "id"],
        "status = 'open' AND asked_position > position",
    ),
    (
        "ix_ladder_letter_practice_id_status_decided_at_cycle_id",
        "ladder_letter",
        ["practice_id", "status", "decided_at", "cycle_id"],
        None,
    ),
)
# name, table, columns: each begins another index now
REMOVED = (
    ("ix_stray_payment_practice_id_status", "stray_payment", ["practice_id", "status"]),
    ("ix_party_practice_id_surname_index", "party", ["practice_id", "surname_index"]),
    ("ix_party_practice_id_surname3_index", "party", ["practice_id", "surname3_index"]),
    (
        "ix_ladder_letter_practice_id_status_decided_at",
        "ladder_letter",
        ["practice_id", "status", "decided_at"],
    ),
)


def upgrade() -> None:
    for name, table, columns, rows in ADDED:
        only = sa.text(rows) if rows else None
        op.create_index(op.f(name), table, columns, sqlite_where=only, postgresql_where=only)
    for name, table, _ in REMOVED:
        op.drop_index(op.f(name), table_name=table)


def downgrade() -> None:
    for name, table, columns in reversed(REMOVED):
        op.create_index(op.f(name), table, columns)
    for name, table, _, _ in reversed(ADDED):
        op.drop_index(op.f(name), table_name=table)
