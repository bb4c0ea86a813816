"""What staff do with a plan: accept, decline, offer other dates and take that back, pause, resume, stop.

Each is called under the account's lock.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.audit import Actor
from shared.base.clock import local_date
from shared.base.errors import NotAllowedError
from shared.base.money import Cents
from shared.plans.holding import free_ladder, hold_ladder
from shared.plans.leaving import charges_leaving
from shared.plans.making import covers_of, covers_without, write_plan
from shared.plans.model import Plan
from shared.plans.pausing import close_pause, remind_of_pause
from shared.plans.reading import live_plan, plans_of, waiting_plan
from shared.plans.rules import Part, check_parts
from shared.plans.service import (
    REFUSED,
    close_asks,
    close_decision,
    end,
    made_once,
    move,
    put_off,
)
from shared.worklist import close_tasks

NOT_KNOWN = (
    "Un paiement par carte parti avant la pause n’est pas encore connu. "
    "Reprenez l’accord quand il l’est : cela dure rarement plus d’une demi-heure."
)


def accept(
    session: Session,
    plan: Plan,
    *,
    practice: Practice,
    account: Account,
    actor: Actor,
    at: datetime,
) -> None:
    """The patient's proposal runs from now on, its dates put off if the first has passed.

    Raises NotAllowedError when it is no proposal any more.
    """
    move(session, plan, "accept", actor=actor, at=at)
    last_on = put_off(session, plan, today=local_date(at, practice.timezone))
    hold_ladder(session, account=account, last_on=last_on, actor=actor, at=at)
    close_decision(session, plan, event="done", actor=actor, at=at)


def decline(session: Session, plan: Plan, *, actor: Actor, at: datetime) -> None:
    """The proposal can't be accepted; the patient is told that there is an answer.

    Raises NotAllowedError.
    """
    move(session, plan, "decline", actor=actor, at=at)
    plan.closed_at = at
    close_decision(session, plan, event="done", actor=actor, at=at)
    free_ladder(session, plan, actor=actor, at=at, reason="answered")


def offer_dates(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    parts: Sequence[Part],
    way: str,
    once: str,
    actor: Actor,
    at: datetime,
    given_up: Mapping[UUID, Cents] | None = None,
) -> Plan:
    """Offer other dates, in place of what waits for an answer; a plan that runs goes on until the
    patient agrees. ``given_up`` is what staff asked to be no longer asked for, by invoice: no date is for
    it. The same ``once`` gives the offer that it made. Raises PlanError.
    """
    known = made_once(session, account=account, once=once)
    if known is not None:
        return known
    covers = covers_without(
        covers_of(session, practice_id=practice.id, account_id=account.id), given_up or {}
    )
    total = sum(cover.cents for cover in covers)
    check_parts(parts, total, local_date(at, practice.timezone))
    views = plans_of(session, practice_id=practice.id, account_id=account.id)
    before, waits = live_plan(views), waiting_plan(views)
    if waits is not None:
        move(session, waits.plan, "counter", actor=actor, at=at)
        waits.plan.closed_at = at
        close_decision(session, waits.plan, event="done", actor=actor, at=at)
    for view in views:
        _close_refused(session, view.plan, actor=actor, at=at)
    return write_plan(
        session,
        practice=practice,
        account=account,
        covers=covers,
        parts=parts,
        status="offered",
        way=way,
        once=once,
        actor=actor,
        at=at,
        replaces_id=before.plan.id if before is not None else None,
    )


def _close_refused(session: Session, plan: Plan, *, actor: Actor, at: datetime) -> None:
    """Another way was found: a former offer that did not suit is nobody's work any more."""
    close_tasks(
        session,
        REFUSED,
        practice_id=plan.practice_id,
        key=str(plan.id),
        event="done",
        actor=actor,
        at=at,
    )


def take_back(session: Session, plan: Plan, *, actor: Actor, at: datetime) -> None:
    """Our offer is not meant any more. Raises NotAllowedError when it is no offer."""
    if plan.status != "offered":
        raise NotAllowedError("Cette proposition n’attend plus de réponse.")
    move(session, plan, "lapse", actor=actor, at=at)
    plan.closed_at = at
    free_ladder(session, plan, actor=actor, at=at, reason="over")


def stop(session: Session, plan: Plan, *, actor: Actor, at: datetime, why: str) -> None:
    """Staff end a plan that runs, and with it an offer of other dates that waits. Raises
    NotAllowedError."""
    waits = waiting_plan(
        plans_of(session, practice_id=plan.practice_id, account_id=plan.account_id)
    )
    if waits is not None and waits.plan.id != plan.id:
        take_back(session, waits.plan, actor=actor, at=at)
    end(session, plan, actor=actor, at=at, why=why)
    close_pause(session, plan, actor=actor, at=at)


def pause(
    session: Session,
    plan: Plan,
    *,
    actor: Actor,
    at: datetime,
    until: date | None = None,
    today: date | None = None,
) -> None:
    """Nothing is charged or said until the plan is resumed; on the day ``until`` somebody looks at it
    again. Raises NotAllowedError."""
    move(session, plan, "pause", actor=actor, at=at)
    if until is not None and today is not None:
        remind_of_pause(session, plan, until=until, today=today, actor=actor, at=at)
    close_asks(session, plan, event="done", actor=actor, at=at)


def resume(
    session: Session,
    plan: Plan,
    *,
    practice: Practice,
    account: Account,
    actor: Actor,
    at: datetime,
) -> None:
    """Go on; what would have been paid meanwhile, and all after it, moves by whole months.

    Raises NotAllowedError, as long as a charge that left before the pause may still come: what it pays
    is not to be moved, and what it does not pay is.
    """
    if charges_leaving(session, practice_id=plan.practice_id, account_id=plan.account_id):
        raise NotAllowedError(NOT_KNOWN)
    move(session, plan, "resume", actor=actor, at=at)
    close_pause(session, plan, actor=actor, at=at)
    last_on = put_off(session, plan, today=local_date(at, practice.timezone))
    hold_ladder(session, account=account, last_on=last_on, actor=actor, at=at)


def keep_dates(session: Session, plan: Plan, *, actor: Actor, at: datetime) -> None:
    """The patient's request has its answer and the plan stays as it is."""
    close_asks(session, plan, event="done", actor=actor, at=at)
