"""Ending a colleague's access, giving it back, and helping out who is locked out."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from shared.audit import Actor, advance, record
from shared.base.errors import NotFoundError
from shared.base.vault import KeyRing
from shared.staff.link_makers import end_links_of
from shared.staff.model import StaffMembership, StaffSession, StaffUser
from shared.staff.passwords import hash_password
from shared.staff.rules import STAFF_USER
from shared.staff.second_factor import forget_factors, new_secret, provisioning_uri, seal_secret
from shared.staff.tries import clear_tries

_DRAWN_BYTES = 15


@dataclass(frozen=True, slots=True)
class Place:
    """A person and the practice in which they sign in."""

    user_id: UUID
    practice_id: int


@dataclass(frozen=True, slots=True, repr=False)
class NewCredentials:
    """A drawn password and the secret for the authenticator, shown once."""

    password: str
    totp_secret: str
    provisioning_uri: str


def find_staff(session: Session, *, email: str) -> Place:
    """Who signs in with an address, suspended or not. Raises NotFoundError."""
    found = session.execute(
        select(StaffUser.id, StaffMembership.practice_id)
        .join(StaffMembership, StaffMembership.user_id == StaffUser.id)
        .where(StaffUser.email == email.strip().lower())
        .order_by(StaffMembership.practice_id)
        .limit(1)
    ).first()
    if found is None:
        raise NotFoundError("Personne ne se connecte avec cette adresse : vérifiez-la.")
    return Place(*found)


def suspend_staff(
    session: Session, *, user_id: UUID, practice_id: int, actor: Actor, at: datetime
) -> None:
    """End a person's access at once, with sessions and the links they made.

    Raises NotFoundError, NotAllowedError.
    """
    _move(session, "suspend", user_id=user_id, practice_id=practice_id, actor=actor, at=at)
    end_sessions(session, user_id)
    end_links_of(session, user_id, actor=actor, at=at)


def restore_staff(
    session: Session, *, user_id: UUID, practice_id: int, actor: Actor, at: datetime
) -> None:
    """Give a suspended person access again. Raises NotFoundError, NotAllowedError."""
    _move(session, "restore", user_id=user_id, practice_id=practice_id, actor=actor, at=at)


def unlock_staff(
    session: Session, *, user_id: UUID, practice_id: int, actor: Actor, at: datetime
) -> None:
    """Forget a person's wrong tries, from wherever they came. Raises NotFoundError."""
    clear_tries(member_of(session, user_id=user_id, practice_id=practice_id))
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind="staff.unlocked",
        actor=actor,
        at=at,
        user=str(user_id),
    )


def reset_staff(
    session: Session, *, user_id: UUID, practice_id: int, keys: KeyRing, actor: Actor, at: datetime
) -> NewCredentials:
    """Draw a new password and second factor and end all sessions. Raises NotFoundError.

    Old password, authenticator, passkeys and recovery codes open nothing any more; wrong tries are forgotten.
    """
    user = member_of(session, user_id=user_id, practice_id=practice_id)
    password, secret = secrets.token_urlsafe(_DRAWN_BYTES), new_secret()
    user.password_hash = hash_password(password)
    forget_factors(session, user)
    seal_secret(user, secret, keys=keys)
    clear_tries(user)
    end_sessions(session, user_id)
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind="staff.reset",
        actor=actor,
        at=at,
        user=str(user_id),
    )
    return NewCredentials(password, secret, provisioning_uri(user.email, secret))


@dataclass(slots=True)
class _Member:
    """A user as `advance` takes rows: one of a practice, which staff rows as such are not."""

    practice_id: int
    id: UUID
    status: str


def _move(
    session: Session, event: str, *, user_id: UUID, practice_id: int, actor: Actor, at: datetime
) -> None:
    user = member_of(session, user_id=user_id, practice_id=practice_id)
    member = _Member(practice_id, user.id, user.status)
    advance(session, member, STAFF_USER, event, account_id=None, actor=actor, at=at)
    session.execute(update(StaffUser).where(StaffUser.id == user_id).values(status=member.status))


def member_of(session: Session, *, user_id: UUID, practice_id: int) -> StaffUser:
    """The person's row, locked. Raises NotFoundError for somebody of another practice."""
    membership = session.get(StaffMembership, (practice_id, user_id))
    user = locked(session, user_id) if membership is not None else None
    if user is None:
        raise NotFoundError("Cette personne ne fait pas partie de ce cabinet.")
    return user


def locked(session: Session, user_id: UUID) -> StaffUser | None:
    """A person's row as it is now, locked until the transaction ends."""
    query = select(StaffUser).where(StaffUser.id == user_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def end_sessions(
    session: Session, user_id: UUID, *, practice_id: int | None = None, save: UUID | None = None
) -> None:
    """Close a person's sessions at once: all, those in one practice, or all ``save`` the one at hand."""
    query = delete(StaffSession).where(StaffSession.user_id == user_id)
    if practice_id is not None:
        query = query.where(StaffSession.practice_id == practice_id)
    if save is not None:
        query = query.where(StaffSession.id != save)
    session.execute(query)
