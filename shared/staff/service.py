"""Staff accounts, and the two steps of signing in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from shared.audit import SYSTEM, Actor, advance, record
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.ids import new_id
from shared.base.vault import KeyRing
from shared.staff.model import StaffMembership, StaffSession, StaffUser
from shared.staff.passwords import NOBODYS_HASH, hash_password
from shared.staff.rules import (
    ROLES,
    STAFF_USER,
    after_wrong_try,
    check_new_password,
    normal_email,
)
from shared.staff.second_factor import new_secret, open_secret, seal_secret, step_of, take_step

ACTOR_LENGTH = 64


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A fresh member of staff and the secret for their authenticator, shown once."""

    user: StaffUser
    totp_secret: str

    @property
    def provisioning_uri(self) -> str:
        """What the QR code for the authenticator holds."""
        label = f"Ardoise:{quote(self.user.email)}"
        return f"otpauth://totp/{label}?secret={self.totp_secret}&issuer=Ardoise"


@dataclass(frozen=True, slots=True)
class PasswordOnFile:
    """What a typed password is compared with; for an unknown address a hash that nothing fits."""

    user_id: UUID | None
    practice_id: int | None
    hash: str


@dataclass(frozen=True, slots=True)
class CodeTry:
    """Whether the code was right; if not, until when no other is looked at."""

    right: bool
    waits_until: datetime | None


def add_staff(
    session: Session,
    *,
    email: str,
    name: str,
    role: str,
    practice_id: int,
    password: str,
    keys: KeyRing,
    at: datetime,
    actor: Actor = SYSTEM,
) -> NewStaff:
    """Open an account with a second factor from the start; ``keys`` are the master keys.

    Raises NotAllowedError for a role, address, name or password that will not do.
    """
    email = normal_email(email)
    name = " ".join(name.split())
    if role not in ROLES:
        raise NotAllowedError(
            f"Ce rôle n’existe pas : choisissez parmi {', '.join(sorted(ROLES))}."
        )
    if not 1 <= len(name) <= ACTOR_LENGTH:
        raise NotAllowedError(f"Le nom doit compter de 1 à {ACTOR_LENGTH} caractères.")
    check_new_password(password, email=email)
    if session.scalar(select(StaffUser.id).where(StaffUser.email == email)) is not None:
        raise NotAllowedError("Cette adresse a déjà un compte.")
    secret = new_secret()
    user = StaffUser(
        id=new_id(),
        email=email,
        name=name,
        status="active",
        password_hash=hash_password(password),
        totp_step=0,
        wrong_tries=0,
        created_at=at,
    )
    seal_secret(user, secret, keys=keys)
    session.add(user)
    session.flush()
    session.add(StaffMembership(user_id=user.id, practice_id=practice_id, role=role))
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind="staff.added",
        actor=actor,
        at=at,
        user=str(user.id),
        role=role,
    )
    session.flush()
    return NewStaff(user, secret)


def password_on_file(session: Session, *, email: str) -> PasswordOnFile:
    """What to compare a typed password with, by `password_fits` and outside of any transaction."""
    row = session.execute(
        select(StaffUser.id, StaffMembership.practice_id, StaffUser.password_hash)
        .join(StaffMembership, StaffMembership.user_id == StaffUser.id)
        .where(StaffUser.email == email.strip().lower(), StaffUser.status == "active")
        .order_by(StaffMembership.practice_id)
        .limit(1)
    ).first()
    return PasswordOnFile(None, None, NOBODYS_HASH) if row is None else PasswordOnFile(*row)


def check_password(
    session: Session, *, user_id: UUID, practice_id: int, fits: bool, at: datetime
) -> bool:
    """Whether the first step is done. A wrong password counts; while one waits, none is right."""
    user = _locked(session, user_id)
    if user is None or user.status != "active" or _waits(user, at):
        return False
    if not fits:
        record(
            session,
            practice_id=practice_id,
            account_id=None,
            kind="staff.password_refused",
            actor=SYSTEM,
            at=at,
            **_count_wrong_try(user, at),
        )
    return fits


def check_code(
    session: Session, *, user_id: UUID, practice_id: int, code: str, keys: KeyRing, at: datetime
) -> CodeTry:
    """Whether the second step is done, and with it the sign-in. Each code opens once.

    The row is locked and the step taken by a conditional update, so of two uses at once one fails.
    """
    user = _locked(session, user_id)
    if user is None or user.status != "active":
        return CodeTry(False, None)
    if _waits(user, at):
        return CodeTry(False, user.waits_until)
    step = step_of(open_secret(user, keys=keys), code, at=at)
    if step is None or not take_step(session, user, step):
        record(
            session,
            practice_id=practice_id,
            account_id=None,
            kind="staff.code_refused",
            actor=SYSTEM,
            at=at,
            **_count_wrong_try(user, at),
        )
        return CodeTry(False, user.waits_until)
    user.wrong_tries = 0
    user.waits_until = None
    return CodeTry(True, None)


def suspend_staff(
    session: Session, *, user_id: UUID, practice_id: int, actor: Actor, at: datetime
) -> None:
    """End a person's access at once, sessions included. Raises NotFoundError, NotAllowedError."""
    _move(session, "suspend", user_id=user_id, practice_id=practice_id, actor=actor, at=at)
    session.execute(delete(StaffSession).where(StaffSession.user_id == user_id))


def restore_staff(
    session: Session, *, user_id: UUID, practice_id: int, actor: Actor, at: datetime
) -> None:
    """Give a suspended person access again. Raises NotFoundError, NotAllowedError."""
    _move(session, "restore", user_id=user_id, practice_id=practice_id, actor=actor, at=at)


@dataclass(slots=True)
class _Member:
    """A user as `advance` takes rows: one of a practice, which staff rows as such are not."""

    practice_id: int
    id: UUID
    status: str


def _move(
    session: Session, event: str, *, user_id: UUID, practice_id: int, actor: Actor, at: datetime
) -> None:
    membership = session.get(StaffMembership, (practice_id, user_id))
    user = _locked(session, user_id) if membership is not None else None
    if user is None:
        raise NotFoundError("Cette personne ne fait pas partie de ce cabinet.")
    member = _Member(practice_id, user.id, user.status)
    advance(session, member, STAFF_USER, event, account_id=None, actor=actor, at=at)
    session.execute(update(StaffUser).where(StaffUser.id == user_id).values(status=member.status))


def _locked(session: Session, user_id: UUID) -> StaffUser | None:
    query = select(StaffUser).where(StaffUser.id == user_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def _waits(user: StaffUser, at: datetime) -> bool:
    return user.waits_until is not None and at < user.waits_until


def _count_wrong_try(user: StaffUser, at: datetime) -> dict[str, int | str]:
    """Count the try on the user's row. Returns the facts for the timeline."""
    after = after_wrong_try(tries_before=user.wrong_tries, now=at)
    user.wrong_tries, user.waits_until = after.tries, after.waits_until
    wait = (after.waits_until - at) // timedelta(minutes=1) if after.waits_until else 0
    return {"user": str(user.id), "tries": after.tries, "wait_minutes": wait}
