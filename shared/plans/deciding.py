"""What staff do with a plan: accept, decline, make an offer of other dates, pause and resume.

Each is called under the account's lock.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.audit import Actor
from shared.base.clock import local_date
from shared.base.errors import NotAllowedError
from shared.plans.holding import free_ladder, hold_ladder
from shared.plans.leaving import charges_leaving
from shared.plans.making import covers_of, write_plan
from shared.plans.model import Plan
from shared.plans.reading import live_plan, plans_of, waiting_plan
from shared.plans.rules import Part, check_parts
from shared.plans.service import close_asks, close_decision, made_once, move, put_off

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
) -> Plan:
    """Offer other dates, in place of what waits for an answer; a plan that runs goes on until the
    patient agrees. The same ``once`` gives the offer that it made. Raises PlanError.
    """
    known = made_once(session, account=account, once=once)
    if known is not None:
        return known
    covers = covers_of(session, practice_id=practice.id, account_id=account.id)
    total = sum(cover.cents for cover in covers)
    check_parts(parts, total, local_date(at, practice.timezone))
    views = plans_of(session, practice_id=practice.id, account_id=account.id)
    before, waits = live_plan(views), waiting_plan(views)
    if waits is not None:
        move(session, waits.plan, "counter", actor=actor, at=at)
        waits.plan.closed_at = at
        close_decision(session, waits.plan, event="done", actor=actor, at=at)
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


def pause(session: Session, plan: Plan, *, actor: Actor, at: datetime) -> None:
    """Nothing is charged or said until the plan is resumed. Raises NotAllowedError."""
    move(session, plan, "pause", actor=actor, at=at)
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
    last_on = put_off(session, plan, today=local_date(at, practice.timezone))
    hold_ladder(session, account=account, last_on=last_on, actor=actor, at=at)


def keep_dates(session: Session, plan: Plan, *, actor: Actor, at: datetime) -> None:
    """The patient's request has its answer and the plan stays as it is."""
    close_asks(session, plan, event="done", actor=actor, at=at)
