"""Signed-in browsers: rows in the database, found by a secret that only the cookie holds."""

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from shared.accounts import Practice
from shared.audit import Actor, record
from shared.base.errors import NotFoundError
from shared.base.vault import derive
from shared.staff.model import (
    StaffMembership,
    StaffSession,
    StaffUser,
)
from shared.staff.rules import (
    ROLE_TITLES,
    SEEN_STEP,
    SESSION_IDLE,
    SESSION_LONGEST,
    permissions_of,
    session_lives,
)

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who sits at the desk, in which practice, and what they may do there; in how many they could."""

    session_id: UUID
    user_id: UUID
    name: str
    role: str
    role_title: str
    permissions: frozenset[str]
    practice_id: int
    sender: str
    timezone: str
    seen_at: datetime
    confirmed_at: datetime | None
    practices: int = 1

    @property
    def actor(self) -> Actor:
        """This person as timelines name them."""
        return Actor("staff", self.name)

    def may(self, permission: str) -> bool:
        """Whether the role has this permission."""
        return permission in self.permissions


def open_session(
    session: Session,
    *,
    user_id: UUID,
    practice_id: int,
    at: datetime,
    from_session: UUID | None = None,
) -> str:
    """Begin a session after both steps; returns the secret for the cookie, which is kept nowhere.

    With ``from_session`` it goes on from one of the same person in another practice, where nothing is shown
    anew: it ends when that one would have, and sets no wrong tries back. The person's sessions that have run
    out are cleared away. Raises NotFoundError for a non-member, or where there is nothing to go on from.
    """
    row = session.execute(
        select(StaffUser.name)
        .join(StaffMembership, StaffMembership.user_id == StaffUser.id)
        .where(
            StaffUser.id == user_id,
            StaffMembership.practice_id == practice_id,
            StaffMembership.status == "active",
        )
    ).first()
    if row is None:
        raise NotFoundError("Cette personne ne fait pas partie de ce cabinet.")
    ends_at = at + SESSION_LONGEST
    if from_session is not None:
        former = session.get(StaffSession, from_session)
        if former is None or former.user_id != user_id:
            raise NotFoundError("Votre session est fermée : ouvrez-en une autre.")
        ends_at = min(ends_at, former.ends_at)
    session.execute(
        delete(StaffSession).where(
            StaffSession.user_id == user_id,
            or_(StaffSession.ends_at <= at, StaffSession.seen_at <= at - SESSION_IDLE),
        )
    )
    session.execute(
        update(StaffMembership)
        .where(StaffMembership.user_id == user_id, StaffMembership.practice_id == practice_id)
        .values(seen_at=at)
    )
    secret = secrets.token_bytes(SECRET_BYTES)
    session.add(
        StaffSession(
            id=_session_id(secret),
            user_id=user_id,
            practice_id=practice_id,
            started_at=at,
            seen_at=at,
            ends_at=ends_at,
        )
    )
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind="staff.signed_in" if from_session is None else "staff.entered",
        actor=Actor("staff", row.name),
        at=at,
        user=str(user_id),
    )
    return base64.urlsafe_b64encode(secret).decode()


def find_session(session: Session, *, secret: str, at: datetime) -> SignedIn | None:
    """Whose session this is; None when it is unknown, ran out or its owner is suspended.

    The secret names no practice, so that the rows of one are closed still: who has a role of the practice's
    own has no permission yet, and gets it by `with_own_role`.
    """
    try:
        raw = base64.urlsafe_b64decode(secret.encode())
    except (binascii.Error, ValueError):
        return None
    if len(raw) != SECRET_BYTES:
        return None
    other = aliased(StaffMembership)
    practices = (
        select(func.count())
        .where(other.user_id == StaffSession.user_id, other.status == "active")
        .correlate(StaffSession)
        .scalar_subquery()
    )
    row = session.execute(
        select(
            StaffSession,
            StaffUser.name,
            StaffMembership.role,
            Practice.sender,
            Practice.timezone,
            practices,
        )
        .join(StaffUser, StaffUser.id == StaffSession.user_id)
        .join(
            StaffMembership,
            (StaffMembership.user_id == StaffSession.user_id)
            & (StaffMembership.practice_id == StaffSession.practice_id),
        )
        .join(Practice, Practice.id == StaffSession.practice_id)
        .where(
            StaffSession.id == _session_id(raw),
            StaffUser.status == "active",
            StaffMembership.status == "active",
        )
    ).first()
    if row is None:
        return None
    found, name, role, sender, timezone, practices_in_all = row
    if not session_lives(seen_at=found.seen_at, ends_at=found.ends_at, now=at):
        return None
    return SignedIn(
        session_id=found.id,
        user_id=found.user_id,
        name=name,
        role=role,
        role_title=ROLE_TITLES.get(role, role),
        permissions=permissions_of(role),
        practice_id=found.practice_id,
        sender=sender,
        timezone=timezone,
        seen_at=found.seen_at,
        confirmed_at=found.confirmed_at,
        practices=practices_in_all,
    )


def is_stale(signed_in: SignedIn, *, at: datetime) -> bool:
    """Whether `touch` has something to write: once a minute is enough for an idle time of 20."""
    return at - signed_in.seen_at >= SEEN_STEP


def touch(session: Session, *, session_id: UUID, at: datetime) -> None:
    """Note that the session was used now; an earlier instant never overwrites a later one."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.seen_at < at)
        .values(seen_at=at)
    )


def note_confirmed(session: Session, *, signed_in: SignedIn, at: datetime) -> None:
    """Note that its person showed anew, by password and code, that they are there."""
    session.execute(
        update(StaffSession).where(StaffSession.id == signed_in.session_id).values(confirmed_at=at)
    )
    record(
        session,
        practice_id=signed_in.practice_id,
        account_id=None,
        kind="staff.confirmed",
        actor=signed_in.actor,
        at=at,
        user=str(signed_in.user_id),
    )


def _session_id(secret: bytes) -> UUID:
    return UUID(bytes=derive(secret, "staff-session", 16))
