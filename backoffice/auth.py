"""Who sits at the desk: two steps of signing in, then a session that lives in the database.

Between the steps the signed cookie names who gave the right password, for five minutes; that opens
nothing. After them it holds the secret of a session row. There is no remember-me.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask, current_app, request, session
from flask_login import LoginManager, current_user, login_user, logout_user

from backoffice.office import office
from shared.staff import (
    CodeTry,
    SignedIn,
    check_code,
    check_password,
    close_session,
    confirm_presence,
    find_session,
    hash_on_file,
    is_stale,
    open_session,
    password_fits,
    password_on_file,
    touch,
)
from shared.web.limits import address_key

HALF_WAY = timedelta(minutes=5)
_HALF = "half"
_NEXT = "next"
_LONGEST_NEXT = 300


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
    """Somebody who gave the right password and owes the code."""

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


def staff() -> SignedIn:
    """Who is signed in; call it only where the guard has let somebody through."""
    found: SignedIn = current_user.signed_in
    return found


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
            network=_network(),
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


def _network() -> str:
    """A fingerprint of the network address that the request comes from."""
    return address_key(request.remote_addr or "", str(current_app.secret_key))


def half_way() -> HalfWay | None:
    """Who owes the code; nobody after five minutes."""
    kept = session.get(_HALF)
    if kept is None:
        return None
    if office().now() - datetime.fromisoformat(kept["at"]) >= HALF_WAY:
        session.pop(_HALF)
        return None
    return HalfWay(UUID(kept["user"]), kept["practice"])


def give_code(half: HalfWay, code: str) -> CodeTry:
    """The second step. When it is right, a session begins and the old cookie's content is gone."""
    here = office()
    secret = ""
    with here.database.unit_of_work(half.practice_id) as work:
        tried = check_code(
            work.session,
            user_id=half.user_id,
            practice_id=half.practice_id,
            code=code,
            keys=here.keys,
            network=_network(),
            at=here.now(),
        )
        if tried.right:
            secret = open_session(
                work.session, user_id=half.user_id, practice_id=half.practice_id, at=here.now()
            )
        work.commit()
    if tried.right:
        wanted = session.get(_NEXT)
        session.clear()
        if wanted:
            session[_NEXT] = wanted
        login_user(_member_of(secret))
    return tried


def confirm(password: str, code: str) -> bool:
    """Whether whoever is signed in is there: both steps anew, at once, and alike when either fails."""
    here, who = office(), staff()
    with here.database.reading() as reading:
        kept = hash_on_file(reading, user_id=who.user_id)
    fits = password_fits(kept, password)
    with here.database.unit_of_work(who.practice_id) as work:
        right = confirm_presence(
            work.session,
            who,
            fits=fits,
            code=code,
            keys=here.keys,
            network=_network(),
            at=here.now(),
        )
        work.commit()
    return right


def _member_of(secret: str) -> Member | None:
    here = office()
    with here.database.reading() as reading:
        found = find_session(reading, secret=secret, at=here.now())
    return None if found is None else Member(found, secret)


def sign_out() -> None:
    """End this session, here and in the database."""
    here = office()
    who = staff()
    with here.database.unit_of_work(who.practice_id) as work:
        close_session(
            work.session,
            session_id=who.session_id,
            user_id=who.user_id,
            actor=who.actor,
            at=here.now(),
        )
        work.commit()
    logout_user()
    session.clear()


def note_use() -> None:
    """Keep the session alive; written at most once a minute."""
    here = office()
    who = staff()
    if is_stale(who, at=here.now()):
        with here.database.unit_of_work(who.practice_id) as work:
            touch(work.session, session_id=who.session_id, at=here.now())
            work.commit()


def remember_next() -> None:
    """Keep the page that was asked for, to go there after signing in."""
    if request.method == "GET" and "HX-Request" not in request.headers:
        session[_NEXT] = request.full_path.rstrip("?")[:_LONGEST_NEXT]


def take_next(default: str) -> str:
    """The page that was asked for before signing in: one of our own paths, else ``default``."""
    wanted = str(session.pop(_NEXT, ""))
    own = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if own else default
