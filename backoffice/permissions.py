"""Deny by default: a view names the permission it needs or says that it is open to all."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import is_signed_in, note_use, staff
from backoffice.next_page import remember_next
from backoffice.presence import ask_presence
from shared.base.errors import ConfigurationError
from shared.staff import PERMISSIONS
from shared.web.csrf import MAY_WRITE

View = TypeVar("View", bound=Callable[..., Any])
NEEDS = "needs_permission"
GRAVE = "grave_act"
REFUSES = "refuses_before_it_asks_who"
OPEN = "open_to_all"
BY_ITSELF = "asked_by_pages"


def needs(*permissions: str) -> Callable[[View], View]:
    """Only for those whose role has one of ``permissions``."""
    for one in permissions:
        if one not in PERMISSIONS:
            raise ConfigurationError(f"No role has the permission {one}.")

    def mark(view: View) -> View:
        setattr(view, NEEDS, permissions)
        return view

    return mark


def grave(view: View) -> View:
    """Only for those who showed within five minutes that they are there; an act, not a page."""
    setattr(view, GRAVE, True)
    return view


def refuses_first(refused: Callable[[], Response | None]) -> Callable[[View], View]:
    """For a grave act whose form can be seen to be wrong as it stands: ``refused`` answers then, before
    password and code are asked for."""

    def mark(view: View) -> View:
        setattr(view, REFUSES, refused)
        return view

    return mark


def asked_by_pages(view: View) -> View:
    """A part that an open page asks for by itself, again and again: nobody uses the session by it."""
    setattr(view, BY_ITSELF, True)
    return view


def open_to_all(view: View) -> View:
    """For whoever is not signed in yet."""
    setattr(view, OPEN, True)
    return view


def permissions_for(app: Flask, endpoint: str) -> tuple[str, ...]:
    """The permissions of which an endpoint needs one; none when it is open to all."""
    wanted: tuple[str, ...] = ()
    return wanted if _is_open(app, endpoint) else getattr(app.view_functions[endpoint], NEEDS)


def install_guard(app: Flask) -> None:
    """Ask each request for its permission. Raises ConfigurationError for a view that names none."""
    for endpoint, view in app.view_functions.items():
        if not _is_open(app, endpoint) and not hasattr(view, NEEDS):
            raise ConfigurationError(f"The view {endpoint} names no permission.")

    for rule in app.url_map.iter_rules():
        is_page = "GET" in (rule.methods or ())
        if is_page and hasattr(app.view_functions[rule.endpoint], GRAVE):
            raise ConfigurationError(f"The view {rule.endpoint} is a page: only acts are grave.")

    @app.before_request
    def guard() -> Response | None:
        if request.endpoint is None or _is_open(app, request.endpoint):
            return None
        view = app.view_functions[request.endpoint]
        if not is_signed_in():
            if request.method in MAY_WRITE:
                abort(401)  # the page for it gives back what was written
            remember_next()
            if "HX-Request" not in request.headers:
                return redirect(url_for("sign_in.ask_password"), code=303)
            if hasattr(view, BY_ITSELF):  # the page stays as it is, with what was typed in it
                return Response(status=204)
            # What was asked for is a part of a page: the page says so, and what is written in it stays.
            abort(401)
        g.timezone = staff().timezone
        if not any(map(staff().may, permissions_for(app, request.endpoint))):
            abort(403)
        if not hasattr(view, BY_ITSELF):
            note_use()
        if hasattr(view, GRAVE):
            refused = getattr(view, REFUSES, None)
            return (refused() if refused is not None else None) or ask_presence()
        return None


def _is_open(app: Flask, endpoint: str) -> bool:
    return endpoint == "static" or hasattr(app.view_functions[endpoint], OPEN)
