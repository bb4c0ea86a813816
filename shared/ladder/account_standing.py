"""Where an account stands, for the patient and for staff: steps done, the present one, what comes next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Integer, Uuid, and_, bindparam, select
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.base.clock import local_date
from shared.delivery import Notice
from shared.ladder.model import LadderCycle, LadderStep
from shared.ladder.rules import CAP_DAYS, Step, due_day
from shared.ladder.service import STEP_COLUMNS, latest_version


@dataclass(frozen=True, slots=True)
class StandingStep:
    """One step as it is shown. ``state`` is done, now (the last done) or next; ``day`` when, if known."""

    name: str
    act: str
    state: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The running cycle's steps, none without one; ``withheld`` why the next does not take place."""

    steps: tuple[StandingStep, ...]
    withheld: str | None
    withheld_since: datetime | None

    @property
    def current(self) -> StandingStep | None:
        """The last step that took place."""
        return next((s for s in self.steps if s.state == "now"), None)

    @property
    def upcoming(self) -> StandingStep | None:
        """The step whose turn is next."""
        return next((s for s in self.steps if s.state == "next"), None)


_PRACTICE = bindparam("practice_id", type_=Integer)
_ACCOUNT = bindparam("account_id", type_=Uuid)
_STEPS = (
    select(
        LadderCycle.position,
        LadderCycle.stepped_on,
        LadderCycle.withheld,
        LadderCycle.withheld_since,
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
    today: date,
) -> Standing:
    """Where the account stands, read with one statement.

    Days of what is to come are the earliest possible: today or later, a week after the last message.
    """
    rows = session.execute(_STEPS, {"practice_id": practice.id, "account_id": account_id}).all()
    if not rows or first_issued_on is None or oldest_due_on is None:
        return Standing((), None, None)
    position, stepped_on, withheld, withheld_since, *_ = rows[0]
    shown: list[StandingStep] = []
    previous = stepped_on
    for _, _, _, _, sent_at, *columns in rows:
        step = Step(*columns)
        if step.position <= position:
            state = "now" if step.position == position else "done"
            day = local_date(sent_at, practice.timezone) if sent_at else None
            if day is None and state == "now":
                day = stepped_on
            shown.append(StandingStep(step.name, step.act, state, day))
        else:
            previous = _coming_day(step, first_issued_on, oldest_due_on, previous, today)
            shown.append(StandingStep(step.name, step.act, "next", previous))
    return Standing(tuple(shown), withheld, withheld_since)


def _coming_day(
    step: Step, first_issued_on: date, oldest_due_on: date, previous: date | None, today: date
) -> date:
    day = due_day(
        step, first_issued_on=first_issued_on, oldest_due_on=oldest_due_on, stepped_on=previous
    )
    if previous is not None:
        day = max(day, previous + timedelta(days=CAP_DAYS))
    return max(day, today)
