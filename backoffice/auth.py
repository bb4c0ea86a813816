"""Who sits at the desk: two steps of signing in, or a passkey alone, then a session in the database.

Between the steps the signed cookie names who gave the right password, for five minutes; that opens
nothing. After them it holds the secret of a session row. There is no remember-me.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask, current_app, request, session
from flask_login import LoginManager, current_user, login_user, logout_user

from backoffice.next_page import NEXT
from backoffice.office import office
from shared.base.vault import KeyRing
from shared.staff import (
    FactorTry,
    Opener,
    Shown,
    SignedIn,
    check_factor,
    check_password,
    close_session,
    find_session,
    is_stale,
    open_session,
    owner_of,
    password_fits,
    password_on_file,
    practices_of,
    touch,
    with_own_role,
)
from shared.web.limits import address_key

HALF_WAY = timedelta(minutes=5)
_HALF = "half"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody signed in, as flask-login wants to see them."""

    signed_in: SignedIn
    secret: str
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """What flask-login keeps in the cookie: the session's secret, not the person's id."""
        return self.secret


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Somebody who gave the right password and owes the second factor."""

    user_id: UUID
    practice_id: int


def install_auth(app: Flask) -> None:
    """Let flask-login find sessions in the database."""
    manager = LoginManager(app)
    manager.session_protection = None  # sessions are rows: they are ended there, not guessed about

    manager.user_loader(_member_of)


def is_signed_in() -> bool:
    """Whether this request comes from a live session."""
    return bool(current_user.is_authenticated)


def had_session() -> bool:
    """Whether this browser bears a session that has ended meanwhile."""
    return "_user_id" in session and not is_signed_in()


def staff() -> SignedIn:
    """Who is signed in; call it only where the guard has let somebody through."""
    found: SignedIn = current_user.signed_in
    return found


def names_keys() -> KeyRing | None:
    """The keys that open names, for roles that see them."""
    return office().keys if staff().may("accounts.names") else None


def give_password(email: str, password: str) -> bool:
    """The first step. Everything that fails, fails alike and takes as long."""
    here = office()
    with here.database.reading() as reading:
        on_file = password_on_file(reading, email=email)
    fits = password_fits(on_file.hash, password)
    if on_file.user_id is None or on_file.practice_id is None:
        return False
    with here.database.unit_of_work(on_file.practice_id) as work:
        right = check_password(
            work.session,
            user_id=on_file.user_id,
            practice_id=on_file.practice_id,
            fits=fits,
            network=network(),
            at=here.now(),
        )
        work.commit()
    if right:
        session[_HALF] = {
            "user": str(on_file.user_id),
            "practice": on_file.practice_id,
            "at": here.now().isoformat(),
        }
    return right


def network() -> str:
    """A fingerprint of the network address that the request comes from."""
    return address_key(request.remote_addr or "", str(current_app.secret_key))


def half_way() -> HalfWay | None:
    """Who owes the second factor; nobody after five minutes."""
    kept = session.get(_HALF)
    if kept is None:
        return None
    if office().now() - datetime.fromisoformat(kept["at"]) >= HALF_WAY:
        session.pop(_HALF)
        return None
    return HalfWay(UUID(kept["user"]), kept["practice"])


def give_factor(half: HalfWay, shown: Shown) -> FactorTry:
    """The second step. When it is right, a session begins and the old cookie's content is gone."""
    here = office()
    secret = ""
    with here.database.unit_of_work(half.practice_id) as work:
        tried = check_factor(
            work.session,
            user_id=half.user_id,
            practice_id=half.practice_id,
            shown=shown,
            opener=opener(),
            network=network(),
            at=here.now(),
        )
        if tried.right:
            secret = open_session(
                work.session, user_id=half.user_id, practice_id=half.practice_id, at=here.now()
            )
        work.commit()
    if tried.right:
        _come_in(secret)
    return tried


def owner_half_way(credential: str) -> HalfWay | None:
    """Whose passkey answers at the door, where they may come in somewhere."""
    here = office()
    with here.database.reading() as reading:
        user_id = owner_of(reading, credential)
        practices = practices_of(reading, user_id=user_id) if user_id else []
    return HalfWay(user_id, practices[0][0]) if user_id and practices else None


def opener() -> Opener:
    """The keys of this process that open second factors."""
    return Opener(office().keys, office().index)


def enter(practice_id: int) -> None:
    """Go on in another practice of one's own: this session ends, one there ends when this one would have.

    Raises NotFoundError where one may not enter.
    """
    here, who = office(), staff()
    with here.database.unit_of_work(practice_id) as work:
        secret = open_session(
            work.session,
            user_id=who.user_id,
            practice_id=practice_id,
            at=here.now(),
            from_session=who.session_id,
        )
        work.commit()
    _end_session(who)
    _come_in(secret)


def _come_in(secret: str) -> None:
    wanted = session.get(NEXT)
    session.clear()
    if wanted:
        session[NEXT] = wanted
    login_user(_member_of(secret))


def _member_of(secret: str) -> Member | None:
    here = office()
    with here.database.reading() as reading:
        found = find_session(reading, secret=secret, at=here.now())
    if found is None:
        return None
    if not found.permissions:
        with here.database.reading(found.practice_id) as reading:
            found = with_own_role(reading, found)
    return Member(found, secret)


def sign_out() -> None:
    """End this session, here and in the database."""
    _end_session(staff())
    logout_user()
    session.clear()


def _end_session(who: SignedIn) -> None:
    here = office()
    with here.database.unit_of_work(who.practice_id) as work:
        close_session(
            work.session,
            session_id=who.session_id,
            user_id=who.user_id,
            actor=who.actor,
            at=here.now(),
        )
        work.commit()


def note_use() -> None:
    """Keep the session alive; written at most once a minute."""
    here = office()
    who = staff()
    if is_stale(who, at=here.now()):
        with here.database.unit_of_work(who.practice_id) as work:
            touch(work.session, session_id=who.session_id, at=here.now())
            work.commit()
