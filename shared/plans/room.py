"""How often a patient agrees to a plan: each agreement, and each that is stopped, sends a message."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.plans.model import Plan
from shared.plans.rules import PlanError

MOST_AGREED = 3
WITHIN = timedelta(days=1)


def check_room(session: Session, account: Account, *, at: datetime) -> None:
    """Refuse a fourth agreement or proposal within a day. Raises PlanError."""
    agreed = session.scalar(
        select(func.count())
        .select_from(Plan)
        .where(
            Plan.practice_id == account.practice_id,
            Plan.account_id == account.id,
            Plan.agreed_at > at - WITHIN,
        )
    )
    if (agreed or 0) >= MOST_AGREED:
        raise PlanError("too_often")
