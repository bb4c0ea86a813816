"""Where an account stands, for the patient and for staff: steps done, the present one, what comes next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Uuid, and_, bindparam, exists, select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice, can_be_written_to
from shared.base.clock import local_date
from shared.base.money import Cents
from shared.delivery import Notice
from shared.ladder.model import LadderCycle, LadderStep
from shared.ladder.rules import CAP_DAYS, Step, due_day
from shared.ladder.service import STEP_COLUMNS, latest_version, segment_in_force


@dataclass(frozen=True, slots=True)
class StandingStep:
    """One step as it is shown. ``state`` is done, now (the last done), asked, next or below.

    ``day`` is when, if known; of a step that a human was asked to do, since when it waits for them.

    A step is below when less may be asked for than ``minimum_cents``, its own minimum or that of a
    step before it: as things are, its turn does not come.
    """

    name: str
    act: str
    state: str
    day: date | None
    minimum_cents: Cents


@dataclass(frozen=True, slots=True)
class Standing:
    """The running cycle's steps, none without one; ``withheld`` why the next does not take place.

    ``unreachable`` is letter_only or no_contact where no message can reach the person.
    """

    steps: tuple[StandingStep, ...]
    withheld: str | None
    withheld_since: datetime | None
    unreachable: str | None = None


_PRACTICE = bindparam("practice_id", type_=Integer)
_ACCOUNT = bindparam("account_id", type_=Uuid)
_STEPS = (
    select(
        LadderCycle.position,
        LadderCycle.stepped_on,
        LadderCycle.withheld,
        LadderCycle.withheld_since,
        LadderCycle.asked_position,
        LadderCycle.asked_at,
        Account.channel,
        exists().where(can_be_written_to()).correlate(Account).label("reachable"),
        Notice.outcome_at,
        *STEP_COLUMNS,
    )
    .select_from(LadderStep)
    .join(
        LadderCycle,
        and_(
            LadderCycle.practice_id == LadderStep.practice_id,
            LadderCycle.account_id == _ACCOUNT,
            LadderCycle.status == "open",
        ),
    )
    .join(
        Account,
        and_(Account.practice_id == LadderCycle.practice_id, Account.id == LadderCycle.account_id),
    )
    .outerjoin(
        Notice,
        and_(
            Notice.practice_id == LadderStep.practice_id,
            Notice.account_id == _ACCOUNT,
            Notice.cause_id == LadderCycle.id,
            Notice.step == LadderStep.position,
            Notice.status == "sent",
        ),
    )
    .where(
        LadderStep.practice_id == _PRACTICE,
        LadderStep.version == latest_version(_PRACTICE),
        LadderStep.segment == segment_in_force(_PRACTICE, _ACCOUNT),
    )
    .order_by(LadderStep.position)
)


def standing(
    session: Session,
    *,
    practice: Practice,
    account_id: UUID,
    first_issued_on: date | None,
    oldest_due_on: date | None,
    askable_cents: Cents,
    today: date,
) -> Standing:
    """Where the account stands, read with one statement.

    The dates and ``askable_cents`` are of the open invoices that no hold keeps back. Days of what is to
    come are the earliest possible: today or later, a week after the last message.
    """
    rows = session.execute(_STEPS, {"practice_id": practice.id, "account_id": account_id}).all()
    if not rows or first_issued_on is None or oldest_due_on is None:
        return Standing((), None, None)
    cycle = rows[0]
    position, stepped_on = cycle.position, cycle.stepped_on
    shown: list[StandingStep] = []
    previous, minimum, waits = stepped_on, 0, False
    for row in rows:
        columns: list[Any] = list(row)[-len(STEP_COLUMNS) :]
        step, sent_at = Step(*columns), row.outcome_at
        if step.position <= position:
            state = "now" if step.position == position else "done"
            day = local_date(sent_at, practice.timezone) if sent_at else None
            if day is None and state == "now":
                day = stepped_on
            shown.append(StandingStep(step.name, step.act, state, day, step.minimum_cents))
            continue
        minimum = max(minimum, step.minimum_cents)
        if step.position == cycle.asked_position and cycle.asked_at is not None:
            waits, since = True, local_date(cycle.asked_at, practice.timezone)
            shown.append(StandingStep(step.name, step.act, "asked", since, minimum))
            continue
        if askable_cents < minimum:
            shown.append(StandingStep(step.name, step.act, "below", None, minimum))
            continue
        if waits:  # how long a human takes, nobody knows
            shown.append(StandingStep(step.name, step.act, "next", None, minimum))
            continue
        previous = _coming_day(step, first_issued_on, oldest_due_on, previous, today)
        shown.append(StandingStep(step.name, step.act, "next", previous, minimum))
    return Standing(
        tuple(shown),
        cycle.withheld,
        cycle.withheld_since,
        _unreachable(cycle.channel, cycle.reachable),
    )


def _unreachable(channel: str, reachable: bool) -> str | None:
    if channel == "letter":
        return "letter_only"
    return None if reachable else "no_contact"


def _coming_day(
    step: Step, first_issued_on: date, oldest_due_on: date, previous: date | None, today: date
) -> date:
    day = due_day(
        step, first_issued_on=first_issued_on, oldest_due_on=oldest_due_on, stepped_on=previous
    )
    if previous is not None:
        day = max(day, previous + timedelta(days=CAP_DAYS))
    return max(day, today)
