"""How links that are followed once are found and end: used, taken back, or dropped with another."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import Actor
from shared.base.errors import NotFoundError
from shared.staff.access import locked
from shared.staff.link_makers import has_maker, move_link
from shared.staff.model import StaffLink, StaffMembership, StaffUser
from shared.staff.namesakes import check_joins
from shared.staff.rules import FORGOTTEN, INVITE, PASSWORD

NOT_OPEN = (
    "Ce lien ne sert plus : il a déjà servi, il a été annulé, ou son délai est passé. Demandez-en un autre "
    "à un propriétaire du cabinet."
)


@dataclass(frozen=True, slots=True, repr=False)
class LinkSecret:
    """What the end of a link's address says: which practice, which link."""

    practice_id: int
    link_id: UUID


def find_link(
    session: Session, *, secret: LinkSecret, at: datetime, lock: bool = False
) -> StaffLink:
    """The link, as long as it can be followed and whoever made it is an owner. Raises NotFoundError."""
    query = select(StaffLink).where(
        StaffLink.practice_id == secret.practice_id, StaffLink.id == secret.link_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    link = session.scalar(query)
    if link is None or link.status != "open" or link.ends_at <= at:
        raise NotFoundError(NOT_OPEN)
    if not has_maker(session, link):
        raise NotFoundError(NOT_OPEN)
    return link


def person_of(session: Session, link: StaffLink) -> StaffUser:
    """Whose link it is, their row locked. Raises NotFoundError for somebody who was kept out meanwhile."""
    place = session.get(StaffMembership, (link.practice_id, link.user_id))
    user = locked(session, link.user_id) if place is not None else None
    if user is None or place is None or place.status != "active":
        raise NotFoundError(NOT_OPEN)
    return user


def use_link(session: Session, link: StaffLink, *, actor: Actor, at: datetime) -> None:
    """It is followed, and done with; `find_link` has locked it. Raises NotAllowedError for a namesake."""
    if link.purpose == INVITE:
        check_joins(session, practice_id=link.practice_id, name=actor.name)
    move_link(session, link, "use", actor=actor, at=at)
    session.flush()


def revoke_link(
    session: Session, *, practice_id: int, link_id: UUID, actor: Actor, at: datetime
) -> StaffLink:
    """Nobody follows it any more. Raises NotFoundError when it is over already."""
    link = session.scalar(
        select(StaffLink)
        .where(StaffLink.practice_id == practice_id, StaffLink.id == link_id)
        .with_for_update()
    )
    if link is None or link.status != "open":
        raise NotFoundError("Ce lien ne sert déjà plus : il a été suivi ou annulé.")
    move_link(session, link, "revoke", actor=actor, at=at)
    return link


def drop_link(
    session: Session, *, practice_id: int, link_id: UUID | None, actor: Actor, at: datetime
) -> None:
    """Nobody follows it any more, should it still be open."""
    key = (practice_id, link_id)
    link = session.get(StaffLink, key, with_for_update=True) if link_id is not None else None
    if link is not None and link.status == "open":
        move_link(session, link, "revoke", actor=actor, at=at)


def drop_password_links(session: Session, *, user_id: UUID, actor: Actor, at: datetime) -> None:
    """A new password was chosen: no other link for one opens any more. One that is followed at this very
    moment is left to whoever follows it, who shows a second factor of their own."""
    query = select(StaffLink).where(
        StaffLink.status == "open",
        StaffLink.purpose.in_((PASSWORD, FORGOTTEN)),
        StaffLink.user_id == user_id,
    )
    for link in session.scalars(query.with_for_update(skip_locked=True)):
        move_link(session, link, "revoke", actor=actor, at=at)
    session.flush()


def open_links(session: Session, *, practice_id: int, at: datetime, most: int) -> list[StaffLink]:
    """The practice's links that can still be followed, the newest first."""
    query = (
        select(StaffLink)
        .where(
            StaffLink.practice_id == practice_id,
            StaffLink.status == "open",
            StaffLink.ends_at > at,
        )
        .order_by(StaffLink.made_at.desc(), StaffLink.id)
        .limit(most)
    )
    return list(session.scalars(query))
