"""A plan keeps the ladder still as long as it lives."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, Hold, place_hold, release_hold
from shared.audit import Actor
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
    held = session.scalars(
        select(Hold).where(
            Hold.practice_id == plan.practice_id,
            Hold.account_id == plan.account_id,
            Hold.kind == "plan",
            Hold.status == "active",
        )
    )
    for hold in held:
        release_hold(session, hold, actor=actor, at=at, reason=reason)
