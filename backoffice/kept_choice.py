"""A page that shows what a form would do, before it does it: « Back » shows it again.

The form is sent with what was chosen and typed, which must not stand in an address; an answer to that can't
be shown again by a browser that may keep no page. So what was chosen goes into a cookie of that page alone,
sealed and bound to the session, and the page itself is one that is asked for. It still does nothing.
Where the form stands on a page of its own, the cookie reaches that page too: one who goes back to it finds
again what was chosen, until it is done.
"""

import json
import secrets
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import current_app, make_response, redirect, request, url_for
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.office import office
from shared.base.errors import SealError
from shared.base.vault import decrypt, derive, encrypt

View = TypeVar("View", bound=Callable[..., Any])
ONCE = "once"
SHOWS_CHOICE = "shows_choice"
# Browsers keep 4096 bytes of a cookie, its name and flags among them.
MOST_BYTES = 3800
LIVES_SECONDS = 20 * 60
ANEW = "anew"  # in a form's address: as if nothing had been chosen
_LEFT_OUT = frozenset({"csrf_token"})


def shows_choice(back: str, *, refills: bool = False) -> Callable[[View], View]:
    """For a view that only shows what a form would do, by POST and by GET. Where nothing was chosen any more
    it leads ``back`` to the page (an endpoint with the same ids) on which one chooses. That page ``refills``
    its form by ``chosen_before`` where its address begins the view's own.

    What is too long for a cookie is answered at once, as a page that can't be asked for again; nor is then
    what was chosen before it.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def shown(**ids: Any) -> Any:
            place = url_for(back, **ids) if refills else request.path
            kept = _kept(place) if request.method == "GET" else _with_once()
            request.form = kept or ImmutableMultiDict()
            page = view(**ids)  # before all else: it knows whose ids these are
            if request.method == "GET":
                leads_on = kept is not None or isinstance(page, Response)
                return page if leads_on else redirect(url_for(back, **ids), code=303)
            sealed = _sealed(place) if isinstance(page, str) else ""
            if not sealed or len(sealed) > MOST_BYTES:
                return _forget(make_response(page), place)
            return _keep(redirect(request.full_path.rstrip("?"), code=303), sealed, place)

        setattr(shown, SHOWS_CHOICE, True)
        return shown  # type: ignore[return-value]

    return mark


def chosen_before() -> "ImmutableMultiDict[str, str] | None":
    """What was chosen on this page before and shown since, but not done; None also for one who asks to
    begin anew."""
    return None if ANEW in request.args else _kept(request.path)


def forget_choice(done: Response) -> Response:
    """An answer to a form that is done, by the address of its page: nothing of it is shown there again."""
    return _forget(done, request.path)


def _with_once() -> "ImmutableMultiDict[str, str]":
    """The form with a mark of its own: the same page shown again asks for the same thing once."""
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in _LEFT_OUT]
    mark = [] if ONCE in request.form else [(ONCE, secrets.token_hex(16))]
    return ImmutableMultiDict(typed + mark)


def _name() -> str:
    # Its path is of the page alone, so that it can't bear the prefix that asks for the whole path.
    return "__Secure-choice" if office().settings.secure_cookies else "choice"


def _key_and_bond(place: str) -> tuple[bytes, str]:
    secret = str(current_app.secret_key).encode()
    # The figure is of how it is written: what was sealed in another way is not opened.
    return derive(secret, "kept-choice"), f"2|{staff().session_id}|{place}"


def _sealed(place: str) -> str:
    key, bond = _key_and_bond(place)
    since = int(office().now().timestamp())
    typed = json.dumps([since, *request.form.items(multi=True)], ensure_ascii=False)
    return urlsafe_b64encode(encrypt(key, zlib.compress(typed.encode()), bond)).decode()


def _kept(place: str) -> "ImmutableMultiDict[str, str] | None":
    key, bond = _key_and_bond(place)
    try:
        sealed = urlsafe_b64decode(request.cookies.get(_name(), "").encode())
        since, *typed = json.loads(zlib.decompress(decrypt(key, sealed, bond)))
    except (ValueError, SealError):
        return None
    if office().now().timestamp() - since > LIVES_SECONDS:
        return None
    return ImmutableMultiDict([(str(name), str(value)) for name, value in typed])


def _forget(response: Response, place: str) -> Response:
    response.delete_cookie(
        _name(),
        secure=office().settings.secure_cookies,
        httponly=True,
        samesite="Strict",
        path=place,
    )
    return response


def _keep(response: Response, sealed: str, place: str) -> Response:
    response.set_cookie(
        _name(),
        sealed,
        max_age=LIVES_SECONDS,
        secure=office().settings.secure_cookies,
        httponly=True,
        samesite="Strict",
        path=place,
    )
    return response
