"""Threads that wait for staff: for an answer, or as the day came until which the patient was awaited."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, text, union_all

from shared.messages.model import Thread
from shared.messages.promises import IS_WAITING
from shared.totals import Moment, offer_counts

THREADS, OPEN = "threads", "open"
OPEN_THREADS = f"{THREADS}.{OPEN}"
MOST_COUNTED = 1000
IS_ANSWERED = Thread.status == text("'answered'")

Conditions = tuple[ColumnElement[bool], ...]


def open_thread_ids(practice_id: int, today: date, *more: ColumnElement[bool]) -> Select[Any]:
    """Their ids, a thousand of each sort at most, by two partial indexes."""
    both = union_all(
        *(
            select(Thread.id).where(*ones, *more).limit(MOST_COUNTED).subquery().select()
            for ones in (waiting_for_us(practice_id), back_with_us(practice_id, today))
        )
    ).subquery()
    return select(both.c.id)


def waiting_for_us(practice_id: int) -> Conditions:
    """Of threads that wait for our answer."""
    return (Thread.practice_id == practice_id, IS_WAITING)


def back_with_us(practice_id: int, today: date) -> Conditions:
    """Of threads that were answered, and whose patient was awaited until a day that has come."""
    return (
        Thread.practice_id == practice_id,
        IS_ANSWERED,
        Thread.awaits_until.is_not(None),
        Thread.awaits_until <= today,
    )


def _counts(moment: Moment) -> Select[str, int]:
    ids = open_thread_ids(moment.practice_id, moment.today).limit(MOST_COUNTED).subquery()
    return select(literal(OPEN), func.count()).select_from(ids)


offer_counts(THREADS, _counts)
