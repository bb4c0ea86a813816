"""What must always be true of notices."""

from sqlalchemy import func, or_, select

from shared.base.invariants import Invariant
from shared.delivery.model import Notice
from shared.delivery.rules import NOTICE
from shared.delivery.service import CODE, LADDER
from shared.ledger import PATIENTS, JournalEntry, JournalLine

_owed_then = (
    select(func.coalesce(func.sum(JournalLine.amount_cents), 0))
    .join(
        JournalEntry,
        (JournalEntry.practice_id == JournalLine.practice_id)
        & (JournalEntry.id == JournalLine.entry_id),
    )
    .where(
        JournalLine.practice_id == Notice.practice_id,
        JournalLine.account_id == Notice.account_id,
        JournalLine.ledger_account == PATIENTS,
        JournalEntry.at <= Notice.claimed_at,
    )
    .scalar_subquery()
)

INVARIANTS = (
    Invariant(
        "notice-status",
        "every notice is on its edge table, and one that went out names its link, unless it is to hold none",
        select(Notice.id).where(
            or_(
                Notice.status.not_in(NOTICE.statuses),
                (Notice.status == "sent") & (Notice.link_id.is_(None) != (Notice.purpose == CODE)),
            )
        ),
    ),
    Invariant(
        "no-reminder-after-settlement",
        "no reminder was claimed when nothing was owed any more",
        select(Notice.id).where(
            Notice.purpose == LADDER,
            Notice.status.in_(("claimed", "sent", "in_doubt")),
            _owed_then <= 0,
        ),
    ),
)
