"""What an owner does for a colleague who mistyped too often."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.staff.access import member_of
from shared.staff.factor_rules import check_not_oneself
from shared.staff.links import Maker
from shared.staff.model import StaffMembership
from shared.staff.telling import tell
from shared.staff.tries import clear_tries


def unlock_member(
    session: Session, *, practice_id: int, user_id: UUID, maker: Maker, at: datetime
) -> None:
    """Forget the wrong tries of a colleague. Of who works in other practices too, only what was counted here:
    the count in all guards those practices as well, and is the operator's to set back.

    Raises NotFoundError for somebody of another practice, NotAllowedError for oneself: whoever sits at an
    owner's open session could else try that owner's code without end.
    """
    check_not_oneself(maker.user_id, user_id)
    user = member_of(session, user_id=user_id, practice_id=practice_id)
    places = select(func.count()).where(StaffMembership.user_id == user_id)
    if session.scalar(places) == 1:
        clear_tries(user)
    tell(session, "staff.unlocked", user_id, practice_id=practice_id, actor=maker.actor, at=at)
