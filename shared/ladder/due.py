"""Due work as one query: every account whose next step's day has come, with all that decides it.

The night runs it over a practice; the truth gate runs the very same query for one account at the
moment of sending.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Row,
)
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.base.clock import local_date
from shared.ladder.due_days import Part
from shared.ladder.due_query import due_query
from shared.ladder.rules import Facts, Step


@dataclass(frozen=True, slots=True)
class DueStep:
    """An account whose next step's day has come."""

    cycle_id: UUID
    account_id: UUID
    position: int
    facts: Facts
    told: str | None
    contact_id: UUID | None
    contact_kind: str | None
    language: str
    balance_cents: int
    is_due: bool = True


def due_steps(
    session: Session,
    *,
    practice: Practice,
    steps: Sequence[Step],
    today: date,
    account_id: UUID | None = None,
    for_notice: UUID | None = None,
) -> Iterator[DueStep]:
    """Stream the due accounts; with ``account_id`` only that one, its own planned notice aside."""
    query = due_query(practice, steps, today, account_id=account_id, for_notice=for_notice)
    rows = session.execute(query.execution_options(yield_per=1000))
    for row in rows:
        yield _due(row, practice.timezone)


def due_part(
    session: Session, *, practice: Practice, steps: Sequence[Step], today: date, part: Part
) -> list[DueStep]:
    """A part of those whose day has come, in the order of their accounts' ids, with ``is_due``."""
    if not steps:
        return []
    rows = session.execute(due_query(practice, steps, today, part=part))
    return [_due(row, practice.timezone, is_due=bool(row.is_due)) for row in rows]


def _due(row: Row[Any], timezone: str, *, is_due: bool = True) -> DueStep:
    last: datetime | None = row.last_message_at
    return DueStep(
        cycle_id=row.cycle_id,
        account_id=row.account_id,
        position=row.position,
        told=row.withheld,
        contact_id=row.contact_id,
        contact_kind=row.contact_kind,
        language=row.language,
        balance_cents=row.balance_cents,
        is_due=is_due,
        facts=Facts(
            act=row.act,
            door_closed=row.door_closed_at is not None,
            checkable=row.checkable,
            hold=row.hold,
            paying=bool(row.paying),
            source_as_of=local_date(row.as_of, timezone),
            letter_only=row.channel == "letter",
            has_contact=row.contact_id is not None,
            last_message_on=local_date(last, timezone) if last is not None else None,
            messages=row.messages,
        ),
    )
