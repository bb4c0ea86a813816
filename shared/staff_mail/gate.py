"""What must still be true when a mail to staff leaves."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.base.errors import NotAllowedError
from shared.staff import StaffMembership, StaffUser, check_invitable, members_who_may
from shared.staff_mail.model import StaffMail
from shared.staff_mail.rules import ANSWERED_WITHIN, ANSWERS, INVITATION


def obstacle(session: Session, mail: StaffMail, *, at: datetime) -> str | None:
    """Why it does not leave any more, in a word of ours; None where it may."""
    if mail.kind == INVITATION:
        return _of_invitation(session, mail, at)
    if mail.kind in ANSWERS and mail.made_at <= at - ANSWERED_WITHIN:
        return "late"
    if mail.email is not None:  # invited, and without an account when they asked
        known = select(StaffUser.id).where(StaffUser.email == mail.email)
        return "joined" if session.scalar(known) is not None else None
    return None if _may_come_in(session, mail) else "left"


def _of_invitation(session: Session, mail: StaffMail, at: datetime) -> str | None:
    owners = members_who_may(session, practice_id=mail.practice_id, permission="staff.manage")
    if mail.made_by not in owners:
        return "maker"
    try:
        check_invitable(
            session,
            practice_id=mail.practice_id,
            email=mail.email or "",
            name=mail.name,
            role=mail.role or "",
            at=at,
        )
    except NotAllowedError:
        return "not_invitable"
    return None


def _may_come_in(session: Session, mail: StaffMail) -> bool:
    query = select(StaffUser.id).where(
        StaffUser.id == mail.user_id,
        StaffUser.status == "active",
        StaffMembership.user_id == StaffUser.id,
        StaffMembership.practice_id == mail.practice_id,
        StaffMembership.status == "active",
    )
    return session.scalar(query) is not None
