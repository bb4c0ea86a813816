"""What the journal says of an account, by the cause of its entries: for holding others against it."""

from sqlalchemy import Subquery, func, select

from shared.ledger.model import JournalEntry, JournalLine


def booked_by_cause(*ledger_accounts: str, begin: str) -> Subquery:
    """(practice_id, cause, cents) of entries whose cause begins so; debit is positive."""
    return (
        select(
            JournalEntry.practice_id,
            JournalEntry.cause,
            func.sum(JournalLine.amount_cents).label("cents"),
        )
        .join(
            JournalLine,
            (JournalLine.practice_id == JournalEntry.practice_id)
            & (JournalLine.entry_id == JournalEntry.id),
        )
        .where(
            JournalLine.ledger_account.in_(ledger_accounts),
            JournalEntry.cause.startswith(begin, autoescape=True),
        )
        .group_by(JournalEntry.practice_id, JournalEntry.cause)
        .subquery()
    )
