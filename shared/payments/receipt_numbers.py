"""Receipt numbers: by practice and year, without gaps."""

from contextlib import suppress

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.payments.model import ReceiptCounter


def next_receipt_number(session: Session, practice_id: int, year: int) -> str:
    """The next number of the practice's year; no other is given until this transaction ends."""
    key = (practice_id, year)
    counter = session.get(ReceiptCounter, key, with_for_update=True)
    if counter is None:
        # Another worker may book the year's first payment at this very moment.
        with suppress(IntegrityError), session.begin_nested():
            session.add(ReceiptCounter(practice_id=practice_id, year=year, last=0))
        counter = session.get_one(ReceiptCounter, key, with_for_update=True)
    counter.last += 1
    session.flush()
    return f"R-{year}-{counter.last:05d}"
