"""Staff accounts, and the two steps of signing in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.audit import SYSTEM, Actor, record
from shared.base.errors import NotAllowedError
from shared.base.ids import new_id
from shared.base.vault import KeyRing
from shared.staff.access import locked
from shared.staff.factor_rules import check_name
from shared.staff.model import StaffMembership, StaffRole, StaffUser, is_role_of_membership
from shared.staff.passwords import NOBODYS_HASH, hash_password
from shared.staff.rules import (
    ROLES,
    check_new_password,
    normal_email,
    permissions_of,
    roles_with,
)
from shared.staff.second_factor import new_secret, provisioning_uri, seal_secret
from shared.staff.tries import count_wrong_try, waits_until

ACTOR_LENGTH = 64


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A fresh member of staff and the secret for their authenticator, shown once."""

    user: StaffUser
    totp_secret: str

    @property
    def provisioning_uri(self) -> str:
        """What the QR code for the authenticator holds."""
        return provisioning_uri(self.user.email, self.totp_secret)


@dataclass(frozen=True, slots=True)
class PasswordOnFile:
    """What a typed password is compared with; for an unknown address a hash that nothing fits."""

    user_id: UUID | None
    practice_id: int | None
    hash: str


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
    check_role(session, practice_id, role)
    name = check_name(name, longest=ACTOR_LENGTH, what="Le nom")
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


def check_role(session: Session, practice_id: int, role: str) -> None:
    """Raises NotAllowedError for a role that is neither one of ours nor one of the practice's own."""
    own = select(StaffRole.id).where(StaffRole.practice_id == practice_id, StaffRole.slug == role)
    if role not in ROLES and session.scalar(own) is None:
        raise NotAllowedError(
            f"Ce rôle n’existe pas : choisissez parmi {', '.join(sorted(ROLES))}."
        )


def password_on_file(session: Session, *, email: str) -> PasswordOnFile:
    """What to compare a typed password with, by `password_fits` and outside of any transaction."""
    row = session.execute(
        select(StaffUser.id, StaffMembership.practice_id, StaffUser.password_hash)
        .join(StaffMembership, StaffMembership.user_id == StaffUser.id)
        .where(
            StaffUser.email == email.strip().lower(),
            StaffUser.status == "active",
            StaffMembership.status == "active",
        )
        .order_by(StaffMembership.practice_id)
        .limit(1)
    ).first()
    return PasswordOnFile(None, None, NOBODYS_HASH) if row is None else PasswordOnFile(*row)


def hash_on_file(session: Session, *, user_id: UUID) -> str:
    """What the password of somebody who is signed in is compared with."""
    found = session.scalar(
        select(StaffUser.password_hash).where(StaffUser.id == user_id, StaffUser.status == "active")
    )
    return found or NOBODYS_HASH


def members_who_may(session: Session, *, practice_id: int, permission: str) -> dict[UUID, str]:
    """Active members of a practice whose role, one of ours or of its own, has a permission: by id their
    names, in the order of these."""
    query = (
        select(StaffUser.id, StaffUser.name, StaffMembership.role, StaffRole.permissions)
        .join(StaffMembership, StaffMembership.user_id == StaffUser.id)
        .outerjoin(StaffRole, is_role_of_membership())
        .where(
            StaffMembership.practice_id == practice_id,
            or_(
                StaffMembership.role.in_(sorted(roles_with(permission))),
                StaffRole.id.is_not(None),
            ),
            StaffUser.status == "active",
            StaffMembership.status == "active",
        )
        .order_by(StaffUser.name, StaffUser.id)
    )
    return {
        user_id: name
        for user_id, name, role, own in session.execute(query)
        if permission in permissions_of(role, own or ())
    }


def check_password(
    session: Session, *, user_id: UUID, practice_id: int, fits: bool, network: str, at: datetime
) -> bool:
    """Whether the first step is done. A wrong password counts; while one waits, none is right.

    ``network`` is a fingerprint of where the try comes from.
    """
    user = locked(session, user_id)
    if user is None or user.status != "active":
        return False
    if waits_until(session, user, practice_id=practice_id, network=network, at=at):
        return False
    if not fits:
        _, facts = count_wrong_try(session, user, practice_id=practice_id, network=network, at=at)
        record(
            session,
            practice_id=practice_id,
            account_id=None,
            kind="staff.password_refused",
            actor=SYSTEM,
            at=at,
            **facts,
        )
    return fits
