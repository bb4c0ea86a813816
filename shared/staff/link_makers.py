"""Whoever made a link must still be an owner when it is followed; links end with them, as all links do."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import Actor, advance
from shared.staff.model import StaffLink, StaffMembership, StaffUser
from shared.staff.rules import OWNER, STAFF_LINK


def has_maker(session: Session, link: StaffLink) -> bool:
    """Whether its maker is an owner still; nobody of the practice made those of the command line."""
    if link.made_by is None:
        return True
    owner = select(StaffMembership.user_id).where(
        StaffMembership.practice_id == link.practice_id,
        StaffMembership.user_id == link.made_by,
        StaffMembership.role == OWNER,
        StaffMembership.status == "active",
        StaffUser.id == StaffMembership.user_id,
        StaffUser.status == "active",
    )
    return session.scalar(owner) is not None


def end_links_of(
    session: Session, made_by: UUID, *, actor: Actor, at: datetime, practice_id: int | None = None
) -> None:
    """The open links that somebody made end, in one practice or in all; they don't come back with them.

    The rows are locked, so that a link that is followed at this very moment was followed before, or not.
    """
    query = (
        select(StaffLink)
        .where(StaffLink.made_by == made_by, StaffLink.status == "open")
        .order_by(StaffLink.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if practice_id is not None:
        query = query.where(StaffLink.practice_id == practice_id)
    for link in session.scalars(query):
        move_link(session, link, "revoke", actor=actor, at=at)
    session.flush()


def move_link(session: Session, link: StaffLink, event: str, *, actor: Actor, at: datetime) -> None:
    """Along its edge for ``event``, which is told with whose link it is."""
    advance(
        session,
        link,
        STAFF_LINK,
        event,
        account_id=None,
        actor=actor,
        at=at,
        purpose=link.purpose,
        user=str(link.user_id),
    )
    link.moved_at = at
