"""What following a link does: joining a practice, a new password, a second factor anew.

Passwords are hashed and compared by the caller, outside of any transaction (`hash_new_password`,
`password_fits`).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import Actor
from shared.base.errors import NotAllowedError
from shared.staff.access import end_sessions
from shared.staff.factors import Opener, Shown, add_passkey, check_factor, set_totp
from shared.staff.link_ends import (
    LinkSecret,
    drop_password_links,
    find_link,
    person_of,
    use_link,
)
from shared.staff.model import StaffLink, StaffMembership, StaffUser
from shared.staff.own_password import set_password
from shared.staff.passkeys import NewPasskey
from shared.staff.recovery import draw_codes
from shared.staff.second_factor import NO_SECRET
from shared.staff.service import check_password
from shared.staff.telling import tell
from shared.staff.tries import clear_tries

NOT_RIGHT = (
    "Le mot de passe ou le code n’est pas le bon, le code a déjà servi, ou il y a eu trop d’essais : "
    "attendez le code suivant, puis redonnez les deux."
)
CODE_NOT_RIGHT = (
    "Ce code n’est pas le bon, il a déjà servi, ou il y a eu trop d’essais : attendez le suivant et "
    "recommencez."
)


@dataclass(frozen=True, slots=True, repr=False)
class Enrolment:
    """A second factor as it is enrolled: a code of the authenticator with this secret, or a passkey."""

    secret: str
    code: str
    passkey: NewPasskey | None = None
    passkey_name: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One following of a link: which, from where, when, with which keys."""

    secret: LinkSecret
    opener: Opener
    network: str
    at: datetime


def known_person(session: Session, link: StaffLink) -> StaffUser | None:
    """Who an invitation is for, where they sign in already, here or elsewhere."""
    return session.scalar(select(StaffUser).where(StaffUser.email == link.email))


def join_as_new(
    session: Session, visit: Visit, *, password_hash: str, enrolment: Enrolment
) -> list[str]:
    """Whoever was invited begins here, with a second factor from the start; their recovery codes.

    Raises NotFoundError for a link that is over, NotAllowedError for a factor that will not do.
    """
    link = find_link(session, secret=visit.secret, at=visit.at, lock=True)
    if known_person(session, link) is not None:
        raise NotAllowedError(
            "Cette adresse a un compte depuis : rouvrez le lien, et donnez votre mot de passe."
        )
    actor = Actor("staff", link.name)
    use_link(session, link, actor=actor, at=visit.at)
    _tell_added(session, link, link.user_id, actor, visit.at)
    user = StaffUser(
        id=link.user_id,
        email=link.email,
        name=link.name,
        status="active",
        password_hash=password_hash,
        key_id=visit.opener.keys.current,
        totp_secret=NO_SECRET,
        totp_step=0,
        wrong_tries=0,
        created_at=visit.at,
    )
    session.add(user)
    session.flush()
    session.add(
        StaffMembership(practice_id=link.practice_id, user_id=user.id, role=link.role or "")
    )
    session.flush()
    return _enrol(session, user, link, enrolment, visit)


def join_as_known(session: Session, visit: Visit, *, fits: bool, shown: Shown) -> bool:
    """Whoever signs in elsewhere joins with what they sign in with. False when that was not right.

    Raises NotFoundError for a link that is over, NotAllowedError for a member.
    """
    link = find_link(session, secret=visit.secret, at=visit.at, lock=True)
    user = known_person(session, link)
    if user is None or user.status != "active":
        return False
    if session.get(StaffMembership, (link.practice_id, user.id)) is not None:
        raise NotAllowedError("Vous faites déjà partie de ce cabinet : ouvrez une session.")
    if not _is_right(session, user, link, visit, fits=fits, shown=shown):
        return False
    actor = Actor("staff", user.name)
    use_link(session, link, actor=actor, at=visit.at)
    _tell_added(session, link, user.id, actor, visit.at)
    session.add(
        StaffMembership(practice_id=link.practice_id, user_id=user.id, role=link.role or "")
    )
    session.flush()
    return True


def choose_password(session: Session, visit: Visit, *, password_hash: str, shown: Shown) -> bool:
    """Whoever shows the second factor gets the new password; all their sessions end, and other links for a
    password. False when it was not right. Raises NotFoundError for a link that is over, or of somebody who
    was kept out meanwhile."""
    link = find_link(session, secret=visit.secret, at=visit.at, lock=True)
    user = person_of(session, link)
    if not _is_right(session, user, link, visit, fits=None, shown=shown):
        return False
    actor = Actor("staff", user.name)
    use_link(session, link, actor=actor, at=visit.at)
    set_password(session, user, password_hash, practice_id=link.practice_id, at=visit.at)
    end_sessions(session, user.id)
    drop_password_links(session, user_id=user.id, actor=actor, at=visit.at)
    return True


def enrol_anew(
    session: Session, visit: Visit, *, fits: bool, enrolment: Enrolment
) -> list[str] | None:
    """Whoever gives the password gets a second factor again, and recovery codes. None when it was not right.

    Raises NotFoundError for a link that is over, NotAllowedError for a factor that will not do.
    """
    link = find_link(session, secret=visit.secret, at=visit.at, lock=True)
    if not check_password(
        session,
        user_id=link.user_id,
        practice_id=link.practice_id,
        fits=fits,
        network=visit.network,
        at=visit.at,
    ):
        return None
    user = session.get_one(StaffUser, link.user_id)
    use_link(session, link, actor=Actor("staff", user.name), at=visit.at)
    codes = _enrol(session, user, link, enrolment, visit)
    clear_tries(user)
    return codes


def _is_right(
    session: Session,
    user: StaffUser,
    link: StaffLink,
    visit: Visit,
    *,
    fits: bool | None,
    shown: Shown,
) -> bool:
    """Both steps, where ``fits`` is not None; the second alone otherwise, or a passkey for both."""
    alone = shown.passkey is not None and shown.passkey.alone
    if (
        fits is not None
        and not alone
        and not check_password(
            session,
            user_id=user.id,
            practice_id=link.practice_id,
            fits=fits,
            network=visit.network,
            at=visit.at,
        )
    ):
        return False
    return check_factor(
        session,
        user_id=user.id,
        practice_id=link.practice_id,
        shown=shown,
        opener=visit.opener,
        network=visit.network,
        at=visit.at,
    ).right


def _enrol(
    session: Session, user: StaffUser, link: StaffLink, enrolment: Enrolment, visit: Visit
) -> list[str]:
    actor = Actor("staff", user.name)
    if enrolment.passkey is not None:
        add_passkey(
            session,
            user_id=user.id,
            practice_id=link.practice_id,
            name=enrolment.passkey_name,
            new=enrolment.passkey,
            actor=actor,
            at=visit.at,
        )
    else:
        set_totp(
            session,
            user=user,
            practice_id=link.practice_id,
            secret=enrolment.secret,
            code=enrolment.code,
            keys=visit.opener.keys,
            actor=actor,
            at=visit.at,
        )
    return draw_codes(
        session,
        user_id=user.id,
        practice_id=link.practice_id,
        index=visit.opener.index,
        actor=actor,
        at=visit.at,
    )


def _tell_added(
    session: Session, link: StaffLink, user_id: UUID, actor: Actor, at: datetime
) -> None:
    tell(
        session,
        "staff.added",
        user_id,
        practice_id=link.practice_id,
        actor=actor,
        at=at,
        role=link.role,
    )
