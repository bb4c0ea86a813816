"""The second step: a code of the authenticator, a passkey or a recovery code; and what one has of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from shared.audit import SYSTEM, Actor, record
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.vault import BlindIndex, KeyRing
from shared.staff.access import locked
from shared.staff.factor_rules import Factors, check_name, normal_recovery
from shared.staff.model import RecoveryCode, StaffPasskey, StaffUser
from shared.staff.passkeys import Answer, NewPasskey, use_passkey
from shared.staff.recovery import use_code
from shared.staff.second_factor import NO_SECRET, open_secret, seal_secret, step_of, take_step
from shared.staff.telling import tell
from shared.staff.tries import clear_tries, count_wrong_try, waits_until

LONGEST_PASSKEY_NAME = 40


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """What somebody shows in the second step: a code as typed, or what their passkey answered."""

    code: str = ""
    passkey: Answer | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Opener:
    """The keys that open a second factor: the master keys, and the index that finds a recovery code."""

    keys: KeyRing
    index: BlindIndex


@dataclass(frozen=True, slots=True)
class FactorTry:
    """Whether it was right; if not, until when nothing else is looked at. ``by_recovery``: it was a
    recovery code, which is gone now."""

    right: bool
    waits_until: datetime | None
    by_recovery: bool = False


def check_factor(
    session: Session,
    *,
    user_id: UUID,
    practice_id: int,
    shown: Shown,
    opener: Opener,
    network: str,
    at: datetime,
) -> FactorTry:
    """Whether the second step is done, and with it the sign-in. Each code and each answer opens once.

    The row is locked and all are used up by conditional updates, so of two uses at once one fails.
    """
    user = locked(session, user_id)
    if user is None or user.status != "active":
        return FactorTry(False, None)
    waits = waits_until(session, user, practice_id=practice_id, network=network, at=at)
    if waits is not None:
        return FactorTry(False, waits)
    by_recovery = shown.passkey is None and bool(normal_recovery(shown.code))
    if shown.passkey is not None:
        right = use_passkey(session, user_id=user_id, answer=shown.passkey, at=at)
    elif by_recovery:
        right = use_code(
            session,
            user_id=user_id,
            practice_id=practice_id,
            typed=shown.code,
            index=opener.index,
            actor=Actor("staff", user.name),
            at=at,
        )
    else:
        right = _use_totp(session, user, shown.code, opener.keys, at)
    if right:
        clear_tries(user)
        return FactorTry(True, None, by_recovery)
    waits, facts = count_wrong_try(session, user, practice_id=practice_id, network=network, at=at)
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind="staff.code_refused",
        actor=SYSTEM,
        at=at,
        **facts,
    )
    return FactorTry(False, waits)


def _use_totp(session: Session, user: StaffUser, typed: str, keys: KeyRing, at: datetime) -> bool:
    if user.totp_secret == NO_SECRET:
        return False
    step = step_of(open_secret(user, keys=keys), typed, at=at)
    return step is not None and take_step(session, user, step)


def factors_of(session: Session, *, user_ids: list[UUID]) -> dict[UUID, Factors]:
    """What each of these people can show, asked in one statement."""
    passkeys = (
        select(func.count())
        .where(StaffPasskey.user_id == StaffUser.id)
        .correlate(StaffUser)
        .scalar_subquery()
    )
    codes = (
        select(func.count())
        .where(RecoveryCode.user_id == StaffUser.id, RecoveryCode.used_at.is_(None))
        .correlate(StaffUser)
        .scalar_subquery()
    )
    query = select(StaffUser.id, StaffUser.totp_secret != NO_SECRET, passkeys, codes).where(
        StaffUser.id.in_(user_ids)
    )
    return {row[0]: Factors(bool(row[1]), row[2], row[3]) for row in session.execute(query)}


def set_totp(
    session: Session,
    *,
    user: StaffUser,
    practice_id: int,
    secret: str,
    code: str,
    keys: KeyRing,
    actor: Actor,
    at: datetime,
) -> None:
    """Take an authenticator, in the place of a former one, once a code of it was given.

    Raises NotAllowedError for another code.
    """
    step = step_of(secret, code, at=at)
    if step is None:
        raise NotAllowedError(
            "Ce code n’est pas celui de l’application : donnez celui qu’elle affiche maintenant, et "
            "vérifiez que l’heure du téléphone est juste."
        )
    tell(session, "staff.totp_set", user.id, practice_id=practice_id, actor=actor, at=at)
    seal_secret(user, secret, keys=keys)
    user.totp_step = step
    session.flush()


def drop_totp(
    session: Session, *, user_id: UUID, practice_id: int, actor: Actor, at: datetime
) -> None:
    """Do without the authenticator. Raises NotAllowedError when there would be no second factor left."""
    user = _present(session, user_id)
    if not factors_of(session, user_ids=[user_id])[user_id].may_lose(totp=True):
        raise NotAllowedError(
            "C’est votre seul second facteur : ajoutez d’abord une clé d’accès, puis retirez l’application."
        )
    tell(session, "staff.totp_removed", user_id, practice_id=practice_id, actor=actor, at=at)
    user.totp_secret = NO_SECRET
    session.flush()


def add_passkey(
    session: Session,
    *,
    user_id: UUID,
    practice_id: int,
    name: str,
    new: NewPasskey,
    actor: Actor,
    at: datetime,
) -> StaffPasskey:
    """Keep a passkey under a name. Raises NotAllowedError for a name or credential that will not do."""
    name = check_name(name, longest=LONGEST_PASSKEY_NAME, what="Le nom de la clé")
    _present(session, user_id)
    if session.scalar(select(exists().where(StaffPasskey.credential_id == new.credential_id))):
        raise NotAllowedError("Cette clé d’accès est déjà enregistrée.")
    tell(
        session,
        "staff.passkey_added",
        user_id,
        practice_id=practice_id,
        actor=actor,
        at=at,
        name=name,
    )
    made = StaffPasskey(
        user_id=user_id,
        name=name,
        credential_id=new.credential_id,
        public_key=new.public_key,
        sign_count=new.sign_count,
        added_at=at,
    )
    session.add(made)
    session.flush()
    return made


def remove_passkey(
    session: Session,
    *,
    user_id: UUID,
    practice_id: int,
    passkey_id: UUID,
    actor: Actor,
    at: datetime,
) -> None:
    """Forget one of one's passkeys. Raises NotFoundError, and NotAllowedError for the last factor."""
    _present(session, user_id)
    found = session.scalar(
        select(StaffPasskey).where(StaffPasskey.id == passkey_id, StaffPasskey.user_id == user_id)
    )
    if found is None:
        raise NotFoundError("Cette clé d’accès est déjà retirée.")
    if not factors_of(session, user_ids=[user_id])[user_id].may_lose(totp=False):
        raise NotAllowedError(
            "C’est votre seul second facteur : ajoutez d’abord une autre clé ou une application, puis "
            "retirez celle-ci."
        )
    tell(
        session,
        "staff.passkey_removed",
        user_id,
        practice_id=practice_id,
        actor=actor,
        at=at,
        name=found.name,
    )
    session.delete(found)
    session.flush()


def _present(session: Session, user_id: UUID) -> StaffUser:
    user = locked(session, user_id)
    if user is None:
        raise NotFoundError("Cette personne n’est plus là.")
    return user
