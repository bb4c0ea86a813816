"""Links that are followed once: to join, to choose a new password, to enrol a second factor anew.

The secret is in the link alone, shown once to whoever made it; the row's id is a digest of it. The
practice's number stands before it, so that whoever follows it has named the practice.
"""

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import Actor
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.ids import new_id
from shared.base.vault import derive
from shared.staff.access import member_of
from shared.staff.factor_rules import check_letter_name
from shared.staff.link_ends import NOT_OPEN, LinkSecret
from shared.staff.link_makers import move_link
from shared.staff.model import StaffLink, StaffMembership, StaffUser
from shared.staff.namesakes import check_new_name
from shared.staff.rules import INVITE, LINK_LIVES, normal_email
from shared.staff.service import ACTOR_LENGTH, check_role
from shared.staff.telling import tell

_SECRET_BYTES = 20
_PRACTICE_BYTES = 4


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes a link; nobody of the practice where it is the command line."""

    user_id: UUID | None
    actor: Actor


@dataclass(frozen=True, slots=True)
class Invited:
    """Whoever is invited, address and name as they are kept; the id is theirs already, or will be."""

    user_id: UUID
    email: str
    name: str


def read_secret(token: str) -> LinkSecret:
    """The practice and row that a link names. Raises NotFoundError for what is no link."""
    try:
        raw = base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        raise NotFoundError(NOT_OPEN) from None
    if len(raw) != _PRACTICE_BYTES + _SECRET_BYTES:
        raise NotFoundError(NOT_OPEN)
    practice_id = int.from_bytes(raw[:_PRACTICE_BYTES], "big") & 0x7FFFFFFF
    return LinkSecret(practice_id, _link_id(raw))


def invite(
    session: Session,
    *,
    practice_id: int,
    email: str,
    name: str,
    role: str,
    maker: Maker,
    at: datetime,
) -> str:
    """Invite somebody to the practice; returns the end of the link's address, to be shown once.

    Raises NotAllowedError for what will not do, for a member, and for whoever is invited already.
    """
    who = check_invitable(
        session, practice_id=practice_id, email=email, name=name, role=role, at=at
    )
    link = StaffLink(purpose=INVITE, user_id=who.user_id, email=who.email, name=who.name, role=role)
    return keep_link(session, link, practice_id=practice_id, maker=maker, at=at)


def check_invited_name(session: Session, *, practice_id: int, name: str) -> str:
    """The name of a colleague to be, tidied. Raises NotAllowedError for one that can't be, or is taken."""
    tidy = check_letter_name(name, longest=ACTOR_LENGTH)
    check_new_name(session, practice_id=practice_id, name=tidy)
    return tidy


def check_invitable(
    session: Session, *, practice_id: int, email: str, name: str, role: str, at: datetime
) -> Invited:
    """Who would be invited. Raises NotAllowedError as `invite` does."""
    email = normal_email(email)
    check_role(session, practice_id, role)
    name = check_invited_name(session, practice_id=practice_id, name=name)
    known = session.scalar(select(StaffUser.id).where(StaffUser.email == email))
    if known is not None and session.get(StaffMembership, (practice_id, known)) is not None:
        raise NotAllowedError(
            "Cette personne fait déjà partie du cabinet : elle est dans la liste."
        )
    is_open = select(StaffLink.id).where(
        StaffLink.practice_id == practice_id,
        StaffLink.status == "open",
        StaffLink.purpose == INVITE,
        StaffLink.email == email,
        StaffLink.ends_at > at,
    )
    if session.scalar(is_open.limit(1)) is not None:
        raise NotAllowedError(
            "Cette adresse est déjà invitée : donnez-lui son lien, ou annulez l’invitation pour en faire une "
            "autre."
        )
    return Invited(known or new_id(), email, name)


def make_link(
    session: Session, *, purpose: str, practice_id: int, user_id: UUID, maker: Maker, at: datetime
) -> str:
    """A link for a member, in the place of an open one for the same; the end of its address."""
    user = member_of(session, user_id=user_id, practice_id=practice_id)
    for former in session.scalars(
        select(StaffLink).where(
            StaffLink.practice_id == practice_id,
            StaffLink.status == "open",
            StaffLink.purpose == purpose,
            StaffLink.user_id == user_id,
        )
    ):
        move_link(session, former, "revoke", actor=maker.actor, at=at)
    link = StaffLink(purpose=purpose, user_id=user_id, email=user.email, name=user.name)
    return keep_link(session, link, practice_id=practice_id, maker=maker, at=at)


def keep_link(
    session: Session, link: StaffLink, *, practice_id: int, maker: Maker, at: datetime
) -> str:
    """Keep a link whose purpose and person are set; the end of its address, which is kept nowhere."""
    raw = practice_id.to_bytes(_PRACTICE_BYTES, "big") + secrets.token_bytes(_SECRET_BYTES)
    tell(
        session,
        "staff_link.made",
        link.user_id,
        practice_id=practice_id,
        actor=maker.actor,
        at=at,
        purpose=link.purpose,
        **({"role": link.role} if link.role else {}),
    )
    link.practice_id, link.id = practice_id, _link_id(raw)
    link.made_by, link.made_name, link.made_at = maker.user_id, maker.actor.name, at
    link.ends_at = at + LINK_LIVES[link.purpose]
    session.add(link)
    session.flush()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _link_id(raw: bytes) -> UUID:
    return UUID(bytes=derive(raw, "staff-link", 16))
