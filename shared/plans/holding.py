"""A plan keeps the ladder still as long as it lives."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shared.accounts import Account, Hold, place_hold, release_kind
from shared.audit import Actor
from shared.payments import LOOKED_AT_HOLDS
from shared.plans.model import Plan
from shared.plans.rules import LIVE

REVIEW_AFTER = timedelta(days=30)  # after the last date someone looks why the plan still lives


def hold_ladder(
    session: Session, *, account: Account, last_on: date, actor: Actor, at: datetime
) -> None:
    """Keep the ladder still as long as the plan lives."""
    hold = place_hold(
        session,
        account=account,
        kind="plan",
        actor=actor,
        at=at,
        review_on=last_on + REVIEW_AFTER,
    )
    hold.review_on = max(hold.review_on, last_on + REVIEW_AFTER)


def free_ladder(session: Session, plan: Plan, *, actor: Actor, at: datetime, reason: str) -> None:
    """Release the hold once no version of the account's plan lives any more."""
    session.flush()
    lives = session.scalar(
        select(Plan.id)
        .where(
            Plan.practice_id == plan.practice_id,
            Plan.account_id == plan.account_id,
            Plan.status.in_(LIVE),
        )
        .limit(1)
    )
    if lives is not None:
        return
    release_kind(
        session,
        practice_id=plan.practice_id,
        account_id=plan.account_id,
        kind="plan",
        actor=actor,
        at=at,
        reason=reason,
    )


def held_for_refund(session: Session, *, practice_id: int) -> set[UUID]:
    """Accounts where a person first looks at what a refund or a bank opened again."""
    return set(session.scalars(_held_for_refund(practice_id)))


def is_held_for_refund(session: Session, plan: Plan) -> bool:
    """Whether that is so of a plan's account."""
    query = _held_for_refund(plan.practice_id).where(Hold.account_id == plan.account_id)
    return session.scalar(query.limit(1)) is not None


def _held_for_refund(practice_id: int) -> Select[UUID]:
    return select(Hold.account_id).where(
        Hold.practice_id == practice_id, Hold.status == "active", Hold.kind.in_(LOOKED_AT_HOLDS)
    )
