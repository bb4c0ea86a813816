"""What the worker finds to do about plans: kept ones, dates to be told, taken or looked at by a human.

All of it is read from the state of things, so a night that was missed loses nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.accounts import Practice, get_account
from shared.audit import SYSTEM
from shared.base.clock import local_date
from shared.base.errors import NotFoundError
from shared.base.working_days import last_working_day
from shared.payments import REFUSED, TAKEN
from shared.plans.holding import free_ladder, is_held_for_refund
from shared.plans.model import Instalment, Plan
from shared.plans.reading import PartView, PlanView, get_plan
from shared.plans.rules import (
    BEHIND_AFTER,
    DUE,
    MISSED,
    NEAR,
    NEAR_BEFORE,
    WAITING,
    word_of_day,
)
from shared.plans.service import close_asks, close_decision, move
from shared.worklist import TO_FOLLOW_PLAN, NewTask, Task, close_tasks, offer, open_tasks

BEHIND = offer("plan_behind", "Date d’un accord passée : prendre des nouvelles", TO_FOLLOW_PLAN)

AGREED, ANSWERED = "plan_agreed", "plan_answer"
BY_HAND = 4  # in place of DUE, once the card said no
WORDS = {
    NEAR: "instalment_near",
    DUE: "instalment_due",
    MISSED: "instalment_missed",
    BY_HAND: "instalment_by_hand",
}
TEMPLATES = frozenset({AGREED, ANSWERED, *WORDS.values()})
TOLD_WITHIN = timedelta(days=14)
_MOVED = 10  # a date that moved is told anew: its word has a step of its own


@dataclass(frozen=True, slots=True)
class PlanWord:
    """Something to be told about a plan: ``cause_id`` is the plan's or the instalment's."""

    account_id: UUID
    cause_id: UUID
    step: int
    template: str


def close_kept(
    session: Session, views: Iterable[PlanView], *, practice: Practice, at: datetime
) -> int:
    """End those of which nothing is left to pay, read again under the lock. Returns how many."""
    ended = 0
    for view in views:
        if view.left_cents > 0:
            continue
        known = view.plan
        get_account(session, practice_id=practice.id, account_id=known.account_id, lock=True)
        fresh = get_plan(session, practice_id=practice.id, plan_id=known.id)
        plan = fresh.plan
        if fresh.left_cents > 0 or not fresh.is_live:
            continue
        move(session, plan, "lapse" if plan.status in WAITING else "keep", actor=SYSTEM, at=at)
        plan.closed_at = at
        close_decision(session, plan, event="vanished", actor=SYSTEM, at=at)
        close_asks(session, plan, event="vanished", actor=SYSTEM, at=at)
        free_ladder(session, plan, actor=SYSTEM, at=at, reason="paid")
        ended += 1
    return ended


def words_due(
    session: Session,
    views: Iterable[PlanView],
    *,
    practice: Practice,
    at: datetime,
    outcomes: Mapping[UUID, str] | None = None,
) -> list[PlanWord]:
    """What is to be told about live plans, whether it was told already or not; ``outcomes`` tells of
    instalments whether a card pays them, so that no link is sent, or said no."""
    today = local_date(at, practice.timezone)
    words = []
    for view, part, due in words_of_day(views, today, practice.timezone):
        outcome = (outcomes or {}).get(part.id) if due == DUE else None
        word = BY_HAND if outcome == REFUSED else due
        if outcome != TAKEN:
            step = step_of(word, part.moves)
            words.append(PlanWord(view.plan.account_id, part.id, step, WORDS[word]))
    answers = session.execute(
        select(Plan.account_id, Plan.id, Plan.status).where(
            Plan.practice_id == practice.id,
            (
                (Plan.status == "active") & (Plan.agreed_at > at - TOLD_WITHIN)
                | (Plan.status == "offered")
                | (Plan.status == "declined")
                & (Plan.made_by == "patient")
                & (Plan.closed_at > at - TOLD_WITHIN)
            ),
        )
    )
    for account_id, plan_id, status in answers:
        words.append(PlanWord(account_id, plan_id, 0, AGREED if status == "active" else ANSWERED))
    return words


def words_of_day(
    views: Iterable[PlanView], today: date, timezone: str
) -> Iterator[tuple[PlanView, PartView, int]]:
    """Open dates of plans that run and of which nothing is asked, with the word that is due."""
    for view in views:
        for part, word in words_of(view, today, timezone):
            yield view, part, word


def words_of(view: PlanView, today: date, timezone: str) -> Iterator[tuple[PartView, int]]:
    """Which word is due today about which date of a plan."""
    if view.plan.status != "active" or view.plan.asked is not None:
        return
    for part in view.open_parts:
        word = word_of_day(
            part.due_on,
            today,
            announced_on=announced_on(part.due_on, timezone),
            oldest_open=part is view.open_parts[0],
        )
        if word is not None:
            yield part, word


def announced_on(due_on: date, timezone: str) -> date:
    """The day from which a date is announced: the last one on which messages go out that leaves the
    time which the agreement promises."""
    return last_working_day(due_on - NEAR_BEFORE, timezone)


def step_of(word: int, moves: int) -> int:
    """A notice's step for this word about a date that has moved so many times."""
    return word + _MOVED * moves


def still_true(
    session: Session, *, practice: Practice, template: str, cause_id: UUID, step: int, at: datetime
) -> bool:
    """Whether what is about to be told still holds: read again at the moment of sending."""
    today = local_date(at, practice.timezone)
    if template in (AGREED, ANSWERED):
        try:
            plan = get_plan(session, practice_id=practice.id, plan_id=cause_id).plan
        except NotFoundError:
            return False
        return plan.status in (("active",) if template == AGREED else ("offered", "declined"))
    row = session.get(Instalment, (practice.id, cause_id))
    if row is None:
        return False
    view = get_plan(session, practice_id=practice.id, plan_id=row.plan_id)
    if is_held_for_refund(session, view.plan):
        return False
    told = DUE if template == WORDS[BY_HAND] else step % _MOVED
    return any(
        part.id == cause_id and word == told and part.moves == step // _MOVED
        for part, word in words_of(view, today, practice.timezone)
    )


def mind_late(
    session: Session, views: Iterable[PlanView], *, practice: Practice, at: datetime
) -> int:
    """Ask a human for news of dates long past, once for each; what was paid since needs nobody.
    ``views`` are all live plans that no refund holds.

    Returns how many tasks were opened or closed.
    """
    today = local_date(at, practice.timezone)
    late = {
        str(part.id): view.plan.account_id
        for view in views
        if view.plan.status == "active" and view.plan.asked is None
        for part in view.open_parts
        if today - part.due_on >= BEHIND_AFTER
    }
    rows = session.execute(
        select(Task.key, Task.status).where(
            Task.practice_id == practice.id,
            Task.kind == BEHIND.name,
            or_(Task.status == "open", Task.key.in_(late)),
        )
    ).all()
    done = {row.key for row in rows if row.status == "open"} - set(late)
    for key in done:
        close_tasks(
            session,
            BEHIND,
            practice_id=practice.id,
            key=key,
            event="vanished",
            actor=SYSTEM,
            at=at,
        )
    for key in {row.key for row in rows}:
        late.pop(key, None)
    return len(done) + open_tasks(
        session,
        BEHIND,
        [NewTask(account_id, key) for key, account_id in late.items()],
        practice_id=practice.id,
        due_on=today,
        actor=SYSTEM,
        at=at,
    )
