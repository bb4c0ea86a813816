"""Forms are answered only when our own pages sent them.

Two guards: a token in each form, and the browser's own word on where a request comes from. The
referrer is no guard, since our pages send none; for the same reason browsers say ``Origin: null``.
"""

from flask import Flask, request
from flask_wtf.csrf import CSRFError, CSRFProtect

TOKEN_HOURS = 8
"""How long a form may stay open; a visit itself ends much earlier."""

REPLACED = frozenset({"The CSRF tokens do not match.", "The CSRF session token is missing."})
"""What the guard says of a form whose token this browser has since let go of, or got another for."""

MAY_WRITE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
OWN_PAGES = frozenset({"same-origin", "none"})


def install_csrf(app: Flask, *, cookie: str, secret: str, secure: bool) -> CSRFProtect:
    """Guard every form of ``app``; returns the guard, for exempting signed webhooks.

    ``cookie`` names the app's cookie: with https it gets the ``__Host-`` prefix; on plain-http
    loopback it has none, and apps that share a host must differ by name.
    """
    app.secret_key = secret
    app.config.update(
        SESSION_COOKIE_NAME=cookie_name(cookie, secure=secure),
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_DOMAIN=None,
        WTF_CSRF_SSL_STRICT=False,  # it asks for a referrer; Sec-Fetch-Site is asked instead
        WTF_CSRF_TIME_LIMIT=TOKEN_HOURS * 3600,
    )
    app.before_request(refuse_foreign_pages)
    return CSRFProtect(app)


def cookie_name(name: str, *, secure: bool) -> str:
    """The name of a cookie; ``__Host-`` binds it to this host, to https and to the whole path."""
    return f"__Host-{name}" if secure else name


def refuse_foreign_pages() -> None:
    """Refuse what another site's page sends. Raises CSRFError; programs send no such header."""
    if request.method in MAY_WRITE and is_from_elsewhere():
        raise CSRFError("sent by a page of another site")


def is_from_elsewhere() -> bool:
    """Whether the browser says that another site's page sent this request."""
    comes_from = request.headers.get("Sec-Fetch-Site")
    return comes_from is not None and comes_from not in OWN_PAGES
