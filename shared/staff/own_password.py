"""A new password of one's own: hashed outside of any transaction, then kept."""

from datetime import datetime

from sqlalchemy.orm import Session

from shared.audit import Actor
from shared.staff.model import StaffUser
from shared.staff.passwords import hash_password
from shared.staff.rules import check_new_password
from shared.staff.telling import tell


def hash_new_password(password: str, *, email: str) -> str:
    """What is kept of a new password. Raises NotAllowedError for one that will not do, TooBusyError."""
    check_new_password(password, email=email)
    return hash_password(password)


def set_password(
    session: Session, user: StaffUser, password_hash: str, *, practice_id: int, at: datetime
) -> None:
    """The person's own new password."""
    tell(
        session,
        "staff.password_changed",
        user.id,
        practice_id=practice_id,
        actor=Actor("staff", user.name),
        at=at,
    )
    user.password_hash = password_hash
    session.flush()
