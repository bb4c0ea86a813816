"""The day on which somebody looks at a pause again."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import SYSTEM, Actor
from shared.base.errors import NotAllowedError
from shared.plans.model import Plan
from shared.plans.reading import PlanView
from shared.worklist import TO_FOLLOW_PLAN, Task, close_tasks, offer, open_task

PAUSE_OVER = offer(
    "plan_pause_over", "Pause d’un accord arrivée à son jour : reprendre ?", TO_FOLLOW_PLAN
)
LONGEST = timedelta(days=366)


def remind_of_pause(
    session: Session, plan: Plan, *, until: date, today: date, actor: Actor, at: datetime
) -> None:
    """Ask staff on that day whether the plan goes on. Raises NotAllowedError for a day that can't be."""
    if not today < until <= today + LONGEST:
        raise NotAllowedError("Le jour où revoir la pause est entre demain et dans un an.")
    open_task(
        session,
        PAUSE_OVER,
        practice_id=plan.practice_id,
        account_id=plan.account_id,
        key=str(plan.id),
        due_on=until,
        actor=actor,
        at=at,
    )


def close_pause(session: Session, plan: Plan, *, actor: Actor, at: datetime) -> None:
    """Nobody need be reminded of the pause any more."""
    close_tasks(
        session,
        PAUSE_OVER,
        practice_id=plan.practice_id,
        key=str(plan.id),
        event="done",
        actor=actor,
        at=at,
    )


def mind_pauses(
    session: Session, views: Iterable[PlanView], *, practice_id: int, at: datetime
) -> int:
    """Close reminders of pauses that are over by themselves: paid, or stopped by the patient. ``views``
    are all live plans. Returns how many."""
    paused = {str(view.plan.id) for view in views if view.plan.status == "paused"}
    keys = session.scalars(
        select(Task.key).where(
            Task.practice_id == practice_id, Task.kind == PAUSE_OVER.name, Task.status == "open"
        )
    )
    over = [key for key in keys if key not in paused]
    for key in over:
        close_tasks(
            session,
            PAUSE_OVER,
            practice_id=practice_id,
            key=key,
            event="vanished",
            actor=SYSTEM,
            at=at,
        )
    return len(over)
