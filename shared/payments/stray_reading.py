"""Reading payments of nobody known, and what the journal says of each."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.base.money import Cents
from shared.ledger import UNASSIGNED, JournalEntry, booked_by_cause
from shared.payments.stray_model import StrayPayment
from shared.payments.stray_rules import RETURN, RETURN_BACK, SEIZED, SEIZED_BACK


def stray_named(
    session: Session, intent_id: str, *, practice_id: int, lock: bool = False
) -> StrayPayment | None:
    """The payment of nobody known that the processor calls so."""
    query = select(StrayPayment).where(
        StrayPayment.practice_id == practice_id, StrayPayment.processor_ref == intent_id
    )
    found = session.scalar(query.with_for_update() if lock else query)
    if found is not None and lock:
        session.refresh(found)
    return found


def booked_returns(session: Session, stray: StrayPayment) -> dict[str, datetime]:
    """The causes of what was booked of refunds of this money, each with the instant."""
    causes = select(JournalEntry.cause, JournalEntry.at).where(
        JournalEntry.practice_id == stray.practice_id
    )
    begins = [f"{begin}{stray.processor_ref}:" for begin in (RETURN, RETURN_BACK)]
    return {
        cause: at
        for begin in begins
        for cause, at in session.execute(
            causes.where(JournalEntry.cause.startswith(begin, autoescape=True))
        )
    }


def seized_of(session: Session, stray: StrayPayment) -> Cents:
    """What of it banks have taken and not given back."""
    taken = 0
    for begin in (SEIZED, SEIZED_BACK):
        booked = booked_by_cause(UNASSIGNED, begin=f"{begin}{stray.processor_ref}:")
        mine = select(func.sum(booked.c.cents)).where(booked.c.practice_id == stray.practice_id)
        taken += int(session.scalar(mine) or 0)
    return taken
