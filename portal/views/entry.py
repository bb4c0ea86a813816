"""The link's front page, the identity check, and asking for a new link.

A GET shows the same page for every link of a practice and changes nothing; only the form tells.
"""

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, session

from portal.context import give_visit, portal, sentences, show_practice, visit_secret
from portal.forms import IdentityForm, Sentence, read_identity
from portal.late import waits
from shared.accounts import Practice
from shared.base.clock import local_date
from shared.links import (
    Answer,
    Door,
    Token,
    find_visit,
    knock,
    leave,
    practice_of,
    renew,
    visit_id,
)
from shared.web.language import CHOSEN
from shared.web.limits import count_failure

views = Blueprint("entry", __name__)
NEVER_OF_A_LINK = " \u00a0\u202f.,;:!?'\"’”»)>]"


@views.get("/")
def front() -> Response:
    """No link was given: say how to open one."""
    return make_response(render_template("portal/generic.html"))


@views.get("/l/<token>")
def show(token: str) -> Response:
    """The neutral sender and the identity form."""
    known = _known(token)
    if known is None:
        own = token.rstrip(NEVER_OF_A_LINK)
        if own != token and _known(own) is not None:  # what stood behind the link came along
            return make_response(redirect(f"/l/{own}", code=303))
        return _generic()
    practice, _ = known
    return _entry(token, asks_more=practice.asks_more)


@views.post("/l/<token>")
def check(token: str) -> Response:
    """Who stands behind the link?"""
    known = _known(token)
    if known is None:
        count_failure()
        return _generic()
    practice, parsed = known
    now = portal().clock.now()
    asks_more = practice.asks_more or "postcode" in request.form
    form = read_identity(
        request.form, asks_more=asks_more, today=local_date(now, practice.timezone)
    )
    if form.given is None:
        return _entry(token, asks_more=asks_more, form=form)
    answer = _ask(practice, parsed, form)
    if answer.door is Door.OPEN:
        _leave_former_visit(answer.account_id)
        response = redirect("/late" if waits() else "/statement", code=303)
        return give_visit(make_response(response), answer.visit_secret)
    if answer.door is Door.ASK_MORE:
        return _entry(token, asks_more=True, form=form)
    count_failure()
    if answer.door is Door.WRONG:
        wrong = IdentityForm(None, form.values, {"day": _not_this_person()})
        return _entry(token, asks_more=asks_more, form=wrong, tries_left=answer.tries_left)
    if answer.door is Door.WAIT:
        page = render_template(
            "portal/wait.html",
            waits_until=answer.waits_until,
            back_url=f"/l/{token}",
            language_back="/",
        )
        return make_response(page, 429)
    return _dead(token)


@views.post("/l/<token>/new")
def ask_new(token: str) -> Response:
    """Send a new link to the contact on file; the answer is the same whoever asks."""
    known = _known(token)
    if known is not None:
        practice, parsed = known
        parts = portal()
        with parts.database.unit_of_work(practice.id) as work:
            renew(work.session, practice=practice, token=parsed, at=parts.clock.now())
            work.commit()
    return redirect_to_asked(known[0].id if known else None)


def redirect_to_asked(practice_id: int | None) -> Response:
    """To a page whose address holds no token."""
    session["asked"] = practice_id
    return make_response(redirect("/asked", code=303))


@views.get("/asked")
def asked() -> Response:
    """It is asked for; nothing tells whether there is someone to send it to."""
    practice_id = session.get("asked")
    if isinstance(practice_id, int):
        with portal().database.reading(practice_id) as reading:
            practice = reading.get(Practice, practice_id)
        if practice is not None:
            show_practice(practice)
    return make_response(render_template("portal/renewed.html"))


def _known(text: str) -> tuple[Practice, Token] | None:
    parts = portal()
    token = parts.signer.read(text)
    if token is None:
        return None
    with parts.database.reading(token.practice_id) as reading:
        practice = reading.get(Practice, token.practice_id)
    if practice is None:
        return None
    show_practice(practice)
    return practice, token


def _ask(practice: Practice, token: Token, form: IdentityForm) -> Answer:
    parts = portal()
    if form.given is None:
        return Answer(Door.WRONG)
    with parts.database.unit_of_work(practice.id) as work:
        answer = knock(
            work.session,
            practice=practice,
            token=token,
            given=form.given,
            language=session.get(CHOSEN),
            at=parts.clock.now(),
        )
        work.commit()
    return answer


def _not_this_person() -> Sentence:
    return Sentence(
        "Ce n’est pas ce que nous avons au dossier. Vérifiez chaque chiffre, et recommencez.", {}
    )


def _entry(
    token: str,
    *,
    asks_more: bool,
    form: IdentityForm | None = None,
    tries_left: int | None = None,
) -> Response:
    errors = form.errors if form else {}
    page = render_template(
        "portal/entry.html",
        errors=sentences(errors),
        values=form.values if form else {},
        ask_more=asks_more,
        tries_left=tries_left,
        renew_url=f"/l/{token}/new",
        language_back=f"/l/{token}",
    )
    return make_response(page, 422 if errors else 200)


def _dead(token: str) -> Response:
    page = render_template(
        "portal/dead.html", renew_url=f"/l/{token}/new", language_back=f"/l/{token}"
    )
    return make_response(page, 410)


def _generic() -> Response:
    return make_response(render_template("portal/generic.html", language_back="/"), 404)


def _leave_former_visit(account_id: UUID | None) -> None:
    """A new visit takes the place of the one that this browser had, which ends.

    Forms of another account's visit, left open in a tab, are worth nothing from now on: they would
    else be sent in the name of this account.
    """
    parts, secret = portal(), visit_secret()
    practice_id = practice_of(secret)
    if practice_id <= 0:
        return
    with parts.database.unit_of_work(practice_id) as work:
        former = find_visit(work.session, secret=secret, at=parts.clock.now())
        leave(work.session, practice_id=practice_id, visit_id=visit_id(secret))
        work.commit()
    if former is None or former.account.id != account_id:
        session.pop("csrf_token", None)
