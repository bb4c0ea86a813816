"""A form that comes when its sender is signed in no more, or that bears an old token: nothing is done, and
the answer gives back what was written. It reads nothing of the practice: what it shows came with the form.
"""

from contextlib import suppress

from flask import Response, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, Unauthorized

from backoffice.auth import is_signed_in
from backoffice.next_page import remember_page
from backoffice.permissions import BY_ITSELF, OPEN
from shared.web.csrf import is_from_elsewhere

LONG_TEXTS = ("body", "dates", "note")
"""The fields that people write at length in."""
WORDED = ("title", "subject", *LONG_TEXTS)
"""The fields that people find words for. These alone are given back: nothing secret is among them."""


def instead_of_error(error: HTTPException) -> Response | None:
    """What somebody reads whose form the guard or its token refused; None for any other error, for what
    another site's page sent, and for the forms of the door."""
    if isinstance(error, Unauthorized):
        return _session_over()
    if not isinstance(error, CSRFError) or is_from_elsewhere():
        return None
    if hasattr(current_app.view_functions[str(request.endpoint)], OPEN):
        return None
    return _given_back(400, page=page_of_form()) if is_signed_in() else _session_over()


def page_of_form() -> str:
    """The page that a form stands on, or the nearest above it: no page sends a referrer, so the form's own
    address tells. Built from our own routes, it leads nowhere else; nothing where there is no such page."""
    routes, path = current_app.url_map.bind(""), request.path
    while path:
        with suppress(HTTPException):
            endpoint, values = routes.match(path, method="GET")
            view = current_app.view_functions[endpoint]
            if not hasattr(view, BY_ITSELF) and not hasattr(view, OPEN):
                return routes.build(endpoint, values) + _question()
        path = path.rpartition("/")[0]
    return ""


def _question() -> str:
    """What the form's address asks besides, as that of a conversation names the list it was opened from."""
    asked = request.query_string.decode("ascii", "ignore")
    return f"?{asked}" if asked else ""


def _session_over() -> Response:
    remember_page(page_of_form())
    return _given_back(401, page="")


def _given_back(status: int, *, page: str) -> Response:
    texts = [text for name in WORDED for text in request.form.getlist(name) if text.strip()]
    html = render_template("backoffice/unsent.html", texts=texts, is_over=status == 401, page=page)
    return make_response(html, status)
