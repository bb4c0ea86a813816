"""What a patient does with a plan: propose one, agree to ours, ask for a change, stop it.

Each is called under the account's lock. Doing it twice does it once: what is done already is left.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.audit import SYSTEM, Actor, advance, record
from shared.base.clock import local_date
from shared.base.vault import Vault
from shared.base.working_days import working_day_after
from shared.plans.holding import free_ladder, hold_ladder
from shared.plans.making import Draft, Words, note_agreed, write_plan
from shared.plans.model import Instalment, Plan
from shared.plans.reading import get_plan, plans_of
from shared.plans.room import check_room
from shared.plans.rules import LIVE, PLAN, RUNNING, PlanError, postponed
from shared.worklist import TO_DECIDE_PLAN, TO_FOLLOW_PLAN, close_tasks, offer, open_task

TO_DECIDE = offer("plan_to_decide", "Proposition d’étalement à décider", TO_DECIDE_PLAN)
REFUSED = offer("plan_refused", "Notre proposition d’étalement ne convient pas", TO_FOLLOW_PLAN)
PAUSE_ASKED = offer("plan_pause_asked", "Pause demandée dans un accord", TO_DECIDE_PLAN)
DATES_ASKED = offer("plan_dates_asked", "Autres dates demandées dans un accord", TO_DECIDE_PLAN)
ASKS = {"pause": PAUSE_ASKED, "dates": DATES_ASKED}


def made_once(session: Session, *, account: Account, once: str) -> Plan | None:
    """The plan that a form made when it was sent before."""
    return session.scalar(
        select(Plan).where(
            Plan.practice_id == account.practice_id,
            Plan.account_id == account.id,
            Plan.once == once,
        )
    )


def propose_plan(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    drafted: Draft,
    words: Words,
    way: str,
    once: str,
    vault: Vault,
    actor: Actor,
    at: datetime,
) -> Plan:
    """Write what the patient agreed to: it runs at once inside the practice's rules, else staff decide.

    The same ``once`` gives the plan that it made. Raises PlanError when the account has a plan, or
    agreed too often.
    """
    known = made_once(session, account=account, once=once)
    if known is not None:
        return known
    views = plans_of(session, practice_id=practice.id, account_id=account.id)
    if any(view.plan.status in LIVE for view in views):
        raise PlanError("there_is_one")
    check_room(session, account, at=at)
    plan = write_plan(
        session,
        practice=practice,
        account=account,
        covers=drafted.covers,
        parts=drafted.parts,
        status="proposed",
        way=way,
        once=once,
        actor=actor,
        at=at,
    )
    note_agreed(plan, words, vault=vault, at=at)
    if drafted.instant:
        move(session, plan, "accept", actor=SYSTEM, at=at)
    else:
        open_task(
            session,
            TO_DECIDE,
            practice_id=practice.id,
            account_id=account.id,
            key=str(plan.id),
            due_on=answer_by(practice, at),
            actor=actor,
            at=at,
        )
    return plan


def agree(
    session: Session,
    plan: Plan,
    *,
    practice: Practice,
    account: Account,
    words: Words,
    vault: Vault,
    actor: Actor,
    at: datetime,
) -> None:
    """The patient agrees to our offer, its dates put off if they have passed; it takes the place of
    the plan that ran. Raises NotAllowedError when it is no offer any more, PlanError when there
    were too many."""
    PLAN.after(plan.status, "agree")
    check_room(session, account, at=at)
    last_on = put_off(session, plan, today=local_date(at, practice.timezone), agreed=True)
    note_agreed(plan, words, vault=vault, at=at)
    session.flush()  # PostgreSQL lets the portal agree once the words and days stand there
    for view in plans_of(session, practice_id=practice.id, account_id=account.id):
        if view.plan.id != plan.id and view.plan.status in RUNNING:
            move(session, view.plan, "replace", actor=actor, at=at)
            close_asks(session, view.plan, event="done", actor=actor, at=at)
    move(session, plan, "agree", actor=actor, at=at)
    hold_ladder(session, account=account, last_on=last_on, actor=actor, at=at)
    session.flush()


def refuse(session: Session, plan: Plan, *, practice: Practice, actor: Actor, at: datetime) -> None:
    """Our offer does not suit: a person looks for another way. Raises NotAllowedError."""
    move(session, plan, "refuse", actor=actor, at=at)
    plan.closed_at = at
    open_task(
        session,
        REFUSED,
        practice_id=plan.practice_id,
        account_id=plan.account_id,
        key=str(plan.id),
        due_on=answer_by(practice, at),
        actor=actor,
        at=at,
    )
    free_ladder(session, plan, actor=actor, at=at, reason="over")


def withdraw(session: Session, plan: Plan, *, actor: Actor, at: datetime) -> None:
    """The patient takes the proposal back. Raises NotAllowedError."""
    move(session, plan, "withdraw", actor=actor, at=at)
    plan.closed_at = at
    close_decision(session, plan, event="vanished", actor=actor, at=at)
    free_ladder(session, plan, actor=actor, at=at, reason="over")


def ask(
    session: Session, plan: Plan, *, what: str, practice: Practice, actor: Actor, at: datetime
) -> None:
    """The patient asks for a ``pause`` or other ``dates``: nothing is charged or said until a person
    has answered. Raises PlanError when the plan does not run."""
    if plan.status not in RUNNING or what not in ASKS:
        raise PlanError("not_running")
    if plan.asked is not None:
        return
    plan.asked, plan.asked_at = what, at
    record(
        session,
        practice_id=plan.practice_id,
        account_id=plan.account_id,
        kind="plan.asked",
        actor=actor,
        at=at,
        id=str(plan.id),
        what=what,
    )
    open_task(
        session,
        ASKS[what],
        practice_id=plan.practice_id,
        account_id=plan.account_id,
        key=str(plan.id),
        due_on=answer_by(practice, at),
        actor=actor,
        at=at,
    )


def end(
    session: Session, plan: Plan, *, actor: Actor, at: datetime, why: str | None = None
) -> None:
    """Stop a plan; the sum stays due and nothing else follows from it. ``why`` is the reason of staff who
    stop one. Raises NotAllowedError."""
    move(session, plan, "end", actor=actor, at=at, **({"why": why} if why else {}))
    plan.closed_at = at
    close_asks(session, plan, event="vanished", actor=actor, at=at)
    free_ladder(session, plan, actor=actor, at=at, reason="over")


def put_off(session: Session, plan: Plan, *, today: date, agreed: bool = False) -> date:
    """Once its first open day has passed, move all that is still to be paid by whole months.

    ``agreed`` when the patient sees the new days in the very words agreed to. Returns the last day.
    """
    view = get_plan(session, practice_id=plan.practice_id, plan_id=plan.id)
    ids = [part.id for part in view.open_parts]
    days = postponed([part.due_on for part in view.open_parts], today)
    for part_id, day in zip(ids, days, strict=True):
        row = session.get_one(Instalment, (plan.practice_id, part_id))
        if row.due_on != day:
            row.due_on = day
            row.moves += 1
            if agreed:
                row.agreed_on = day
    return max(days, default=view.parts[-1].due_on)


def move(
    session: Session, plan: Plan, event: str, *, actor: Actor, at: datetime, **facts: str
) -> None:
    """Along the edge table. Raises NotAllowedError."""
    advance(session, plan, PLAN, event, account_id=plan.account_id, actor=actor, at=at, **facts)
    session.flush()


def close_decision(session: Session, plan: Plan, *, event: str, actor: Actor, at: datetime) -> None:
    """Nobody need decide on the proposal any more."""
    key = str(plan.id)
    close_tasks(
        session,
        TO_DECIDE,
        practice_id=plan.practice_id,
        key=key,
        event=event,
        actor=actor,
        at=at,
    )


def close_asks(session: Session, plan: Plan, *, event: str, actor: Actor, at: datetime) -> None:
    """The patient's request has its answer."""
    plan.asked = plan.asked_at = None
    for kind in ASKS.values():
        close_tasks(
            session,
            kind,
            practice_id=plan.practice_id,
            key=str(plan.id),
            event=event,
            actor=actor,
            at=at,
        )


def answer_by(practice: Practice, at: datetime) -> date:
    """The day by which the practice promises an answer."""
    today = local_date(at, practice.timezone)
    return working_day_after(today, practice.answer_days, practice.timezone)
