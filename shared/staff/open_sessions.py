"""Sessions that are open: listing and ending them, and where else a person may sit down."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.audit import Actor, record
from shared.base.errors import NotFoundError
from shared.staff.model import StaffMembership, StaffSession
from shared.staff.rules import SESSION_IDLE


def sessions_of(
    session: Session, *, user_id: UUID, at: datetime, practice_id: int | None = None
) -> list[StaffSession]:
    """A person's live sessions, the one used last first; of all practices unless one is named."""
    query = (
        select(StaffSession)
        .where(
            StaffSession.user_id == user_id,
            StaffSession.ends_at > at,
            StaffSession.seen_at > at - SESSION_IDLE,
        )
        .order_by(StaffSession.seen_at.desc(), StaffSession.id)
    )
    if practice_id is not None:
        query = query.where(StaffSession.practice_id == practice_id)
    return list(session.scalars(query))


def practices_of(session: Session, *, user_id: UUID) -> list[tuple[int, str]]:
    """Number and name of the practices that a person may enter, the lowest number first."""
    query = (
        select(Practice.id, Practice.sender)
        .join(StaffMembership, StaffMembership.practice_id == Practice.id)
        .where(StaffMembership.user_id == user_id, StaffMembership.status == "active")
        .order_by(Practice.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def close_session(
    session: Session,
    *,
    session_id: UUID,
    user_id: UUID,
    actor: Actor,
    at: datetime,
    practice_id: int | None = None,
) -> None:
    """End one of a person's sessions: their own, or a colleague's in a practice that is named. Raises
    NotFoundError for someone else's, one of another practice, or none."""
    found = session.scalar(
        select(StaffSession).where(StaffSession.id == session_id, StaffSession.user_id == user_id)
    )
    if found is None or practice_id not in (None, found.practice_id):
        raise NotFoundError("Cette session est déjà fermée.")
    session.delete(found)
    record(
        session,
        practice_id=found.practice_id,
        account_id=None,
        kind="staff.signed_out",
        actor=actor,
        at=at,
        user=str(user_id),
    )
