"""Where an account stands, for the patient and for staff: steps done, the present one, what comes next."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Integer, Uuid, and_, bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from shared.accounts import Account, Practice, can_be_written_to
from shared.base.clock import local_date
from shared.base.money import Cents
from shared.delivery import Notice
from shared.ladder.coming_rules import Place, day_to_decide, steps_ahead, unreachable_why
from shared.ladder.model import LadderCycle, LadderNight, LadderStep
from shared.ladder.rules import Step
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

    ``unreachable`` is letter_only or no_contact where no message can reach the person,
    ``on_its_way`` whether the next message is planned and did not leave yet.
    """

    steps: tuple[StandingStep, ...]
    withheld: str | None
    withheld_since: datetime | None
    unreachable: str | None = None
    on_its_way: bool = False


def is_on_its_way() -> ColumnElement[bool]:
    """Of a running conversation in an outer statement: its next message is planned and did not leave yet."""
    planned = aliased(Notice)
    return (
        exists()
        .where(
            planned.practice_id == LadderCycle.practice_id,
            planned.account_id == LadderCycle.account_id,
            planned.cause_id == LadderCycle.id,
            planned.step > LadderCycle.position,
            planned.status.in_(("planned", "claimed", "in_doubt")),
        )
        .correlate(LadderCycle)
    )


_PRACTICE = bindparam("practice_id", type_=Integer)
_ACCOUNT = bindparam("account_id", type_=Uuid)
_TODAY = bindparam("today", type_=Date)
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
        is_on_its_way().label("on_its_way"),
        select(LadderNight.day)
        .where(LadderNight.practice_id == _PRACTICE, LadderNight.day == _TODAY)
        .exists()
        .label("decided"),
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
    come are the earliest possible: those of the coming night or later, today's of what the last night sends,
    a week after the last message.
    """
    asked = {"practice_id": practice.id, "account_id": account_id, "today": today}
    rows = session.execute(_STEPS, asked).all()
    if not rows or first_issued_on is None or oldest_due_on is None:
        return Standing((), None, None)
    cycle = rows[0]
    columns: list[list[Any]] = [list(row)[-len(STEP_COLUMNS) :] for row in rows]
    policy = [Step(*its) for its in columns]
    shown = []
    for step, row in zip(policy, rows, strict=True):
        if step.position <= cycle.position:
            state = "now" if step.position == cycle.position else "done"
            day = local_date(row.outcome_at, practice.timezone) if row.outcome_at else None
            if day is None and state == "now":
                day = cycle.stepped_on
            shown.append(StandingStep(step.name, step.act, state, day, step.minimum_cents))
    earliest = today if cycle.on_its_way else day_to_decide(today, decided=cycle.decided)
    place = Place(
        position=cycle.position,
        stepped_on=cycle.stepped_on,
        asked_position=cycle.asked_position,
        asked_on=local_date(cycle.asked_at, practice.timezone) if cycle.asked_at else None,
        first_issued_on=first_issued_on,
        oldest_due_on=oldest_due_on,
        askable_cents=askable_cents,
    )
    shown += [
        StandingStep(one.step.name, one.step.act, one.state, one.day, one.minimum_cents)
        for one in steps_ahead(policy, place, earliest=earliest)
    ]
    return Standing(
        tuple(shown),
        cycle.withheld,
        cycle.withheld_since,
        unreachable_why(cycle.channel, reachable=cycle.reachable),
        cycle.on_its_way,
    )
