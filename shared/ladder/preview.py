"""The coming night, looked at ahead by the night's own statement and rules: a page, and nothing written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.ladder.due import DueStep, due_part
from shared.ladder.due_days import Part
from shared.ladder.rules import Step, decide

BATCH = 250
LOOKS = 4


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An account whose step's day has come; ``withheld`` is why it would not take place, if so."""

    due: DueStep
    withheld: str | None


@dataclass(frozen=True, slots=True)
class Foresight:
    """A page; ``reached`` is from where to go on, None at the end. A page may hold fewer than asked for, and
    still go on: no more than a thousand accounts are looked at for one."""

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
    for _ in range(LOOKS):
        part = due_part(
            session, practice=practice, steps=steps, today=night, part=Part(after=after, most=BATCH)
        )
        for due in part:
            after = due.account_id
            if not due.is_due:
                continue
            withheld = decide(
                due.facts, today=night, fresh_days=practice.source_fresh_days
            ).withheld
            if (goes is None or goes == (withheld is None)) and reason in {"", withheld}:
                rows.append(Foreseen(due, withheld))
                if len(rows) == most:
                    return Foresight(tuple(rows), after)
        if len(part) < BATCH:
            return Foresight(tuple(rows), None)
    return Foresight(tuple(rows), after)


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
