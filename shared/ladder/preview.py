"""The coming night, looked at ahead by the night's own statement and rules: a page, and nothing written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.ladder.due import DueStep, due_part
from shared.ladder.due_days import Part
from shared.ladder.model import LadderCycle
from shared.ladder.rules import Step, decide

# How many running conversations are looked through for a page, and of how many whose day has come all that
# decides is read: few at first, as a page is mostly found among them; then many.
LOOKS = ((1_500, 100), (100_000, 900))


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An account whose step's day has come; ``withheld`` is why it would not take place, if so."""

    due: DueStep
    withheld: str | None


@dataclass(frozen=True, slots=True)
class Foresight:
    """A page; ``reached`` is from where to go on, None at the end. A page may hold fewer than asked for, and
    still go on: no more than a thousand accounts whose day has come are looked at for one."""

    rows: tuple[Foreseen, ...]
    reached: UUID | None


def foresee(
    session: Session,
    *,
    practice: Practice,
    steps: Sequence[Step],
    night: date,
    goes: bool | None = None,
    reason: str = "",
    after: UUID | None = None,
    most: int,
) -> Foresight:
    """What the night would decide for the accounts behind ``after``; only those that go, or that are
    withheld (for a ``reason``), where that is said. Four statements at most."""
    rows: list[Foreseen] = []
    for conversations, most_due in LOOKS:
        until = _end_of(session, practice.id, after, conversations)
        part = due_part(
            session,
            practice=practice,
            steps=steps,
            today=night,
            part=Part(after=after, until=until, most=most_due),
        )
        for due in part:
            if not due.is_due:
                continue
            withheld = decide(
                due.facts, today=night, fresh_days=practice.source_fresh_days
            ).withheld
            if (goes is None or goes == (withheld is None)) and reason in {"", withheld}:
                rows.append(Foreseen(due, withheld))
                if len(rows) == most:
                    return Foresight(tuple(rows), due.account_id)
        after = part[-1].account_id if len(part) == most_due else until
        if after is None:
            break
    return Foresight(tuple(rows), after)


def _end_of(
    session: Session, practice_id: int, after: UUID | None, conversations: int
) -> UUID | None:
    """The last account of so many behind ``after`` that have a running conversation; None where there are
    fewer. Without such an end the database sorts everybody who might be due before it gives the first."""
    query = (
        select(LadderCycle.account_id)
        .where(LadderCycle.practice_id == practice_id, LadderCycle.status == text("'open'"))
        .order_by(LadderCycle.account_id)
        .offset(conversations - 1)
        .limit(1)
    )
    return session.scalar(query if after is None else query.where(LadderCycle.account_id > after))


def foresee_these(
    session: Session,
    *,
    practice: Practice,
    steps: Sequence[Step],
    night: date,
    accounts: Sequence[UUID],
) -> tuple[Foreseen, ...]:
    """What the night would decide for these accounts, those of them that are due; one statement."""
    if not accounts:
        return ()
    part = due_part(
        session, practice=practice, steps=steps, today=night, part=Part(among=tuple(accounts))
    )
    return tuple(
        Foreseen(
            due, decide(due.facts, today=night, fresh_days=practice.source_fresh_days).withheld
        )
        for due in part
        if due.is_due
    )
