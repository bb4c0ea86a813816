"""What every portal view works with, and the visit that opens an account to it."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

from flask import Response, current_app, g, make_response, render_template, request
from sqlalchemy.orm import Session

from portal.again import REFUSED, moved
from portal.forms import Sentence
from portal.late import keep, last_practice, mark_of, note_account
from shared.accounts import Practice
from shared.base.formats import unbroken_hours
from shared.links import (
    Visit,
    find_visit,
    practice_of,
    touch,
    wants_touch,
)
from shared.web.csrf import cookie_name
from shared.web.filters import t

if TYPE_CHECKING:
    from portal.app import Portal

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class PracticeCard:
    """What the frame of a page shows of a practice."""

    sender: str
    phone: str
    opening_hours: str
    postal_address: str
    siren: str
    vat_mention: str


def portal() -> "Portal":
    """The running portal's parts."""
    parts: Portal = current_app.extensions["portal"]
    return parts


def show_practice(practice: Practice) -> None:
    """Let the page at hand speak for this practice."""
    hours = practice.opening_hours
    g.timezone = practice.timezone
    g.practice = PracticeCard(
        sender=practice.sender,
        phone=practice.phone,
        opening_hours=unbroken_hours(hours.get(g.language) or hours.get("fr", "")),
        postal_address=practice.postal_address,
        siren=practice.siren,
        vat_mention=practice.vat_mention,
    )


def visit_cookie() -> str:
    """The name of the cookie that carries a visit's secret."""
    return cookie_name("visit", secure=portal().settings.secure_cookies)


def visit_secret() -> bytes:
    """The secret in the visitor's cookie, or nothing."""
    try:
        return base64.urlsafe_b64decode(request.cookies.get(visit_cookie(), "").encode() + b"==")
    except (binascii.Error, UnicodeEncodeError):
        return b""


def give_visit(response: Response, secret: bytes) -> Response:
    """Put a visit's secret into the browser, for this browser session only."""
    response.set_cookie(
        visit_cookie(),
        base64.urlsafe_b64encode(secret).decode().rstrip("="),
        secure=portal().settings.secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def take_visit(response: Response) -> Response:
    """Remove the visit's secret from the browser."""
    response.delete_cookie(
        visit_cookie(),
        secure=portal().settings.secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def closed(practice_id: int = -1) -> Response:
    """The page that says that the visit is over and how to come back; a late form is kept for then."""
    parts = portal()
    kept = practice_id > 0 and keep(
        request, parts.database, practice_id=practice_id, at=parts.clock.now()
    )
    show_last_practice()
    return make_response(render_template("portal/closed.html", kept=kept), 401)


def show_last_practice() -> None:
    """Let a page that says goodbye speak for the practice of the browser's latest visit."""
    number = last_practice()
    if number is None:
        return
    with portal().database.reading(number) as session:
        practice = session.get(Practice, number)
    if practice is not None:
        show_practice(practice)


def open_visit() -> Visit | None:
    """The visit of the browser's cookie, for pages that do not live within it."""
    parts, secret = portal(), visit_secret()
    practice_id = practice_of(secret)
    if practice_id <= 0:
        return None
    with parts.database.reading(practice_id) as session:
        return find_visit(session, secret=secret, at=parts.clock.now())


def inside(view: Callable[P, Response]) -> Callable[P, Response]:
    """Let a view run within an open visit (``visit()``, ``reading()``); else show that it ended."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        parts = portal()
        secret, now = visit_secret(), parts.clock.now()
        practice_id = practice_of(secret)
        with parts.database.reading(practice_id) as opened:
            found = find_visit(opened, secret=secret, at=now) if practice_id > 0 else None
            stale = found is not None and wants_touch(found, now)
            if found is None:
                return take_visit(closed(practice_id))
            mark = mark_of(found.account.id, parts.settings.portal_secret.get_secret_value())
            note_account(mark, practice_id=practice_id)
            g.visit, g.reading = found, opened
            g.language = found.row.language
            show_practice(found.practice)
            response = view(*args, **kwargs)
        if request.method == "POST" and response.status_code in REFUSED:
            response = moved(response, parts.database, secret=secret, visit=found, at=now)
        if stale:
            with parts.database.unit_of_work(practice_id) as work:
                touch(work.session, practice_id=practice_id, visit_id=found.row.id, at=now)
                work.commit()
        return response

    return guarded


def is_inside() -> bool:
    """Let a page that anyone may read speak from within the open visit, if there is one."""
    found = open_visit()
    if found is None:
        return False
    g.visit, g.language = found, found.row.language
    show_practice(found.practice)
    return True


def visit() -> Visit:
    """The visit at hand."""
    found: Visit = g.visit
    return found


def reading() -> Session:
    """The reading session that the visit was found in."""
    opened: Session = g.reading
    return opened


def end_reading() -> None:
    """Close the reading transaction; what was read stays. For views that wait or ask others."""
    reading().expunge_all()
    reading().rollback()


def sentences(errors: Mapping[str, Sentence] | None) -> dict[str, str]:
    """What is wrong with a form, in the page's language."""
    return {name: t(said.text, **said.values) for name, said in (errors or {}).items()}


def form_page(
    template: str,
    /,
    errors: Mapping[str, Sentence] | None,
    *,
    http_status: int = 422,
    **values: object,
) -> Response:
    """A page with a form; when something is wrong with it, it says so and answers ``http_status``."""
    response = page(template, errors=sentences(errors), **values)
    if errors:
        response.status_code = http_status
    return response


def page(template: str, /, **values: object) -> Response:
    """A page inside a visit, with when the visit ends if nothing more is asked for."""
    here, now = visit(), portal().clock.now()
    ends_at = here.ends_at(now)
    return make_response(
        render_template(
            template,
            session_ends=ends_at,
            seconds_left=int((ends_at - now).total_seconds()),
            can_extend=here.extensible,
            here=request.path,
            **values,
        )
    )
