"""Asking for help, following the request, and who else can help."""

from uuid import UUID

from flask import Blueprint, Response, g, make_response, redirect, request
from werkzeug.datastructures import MultiDict

from portal.context import end_reading, form_page, inside, portal, reading, visit
from portal.forms import Sentence, fresh_once
from portal.message_forms import AidForm, WordsForm, read_aid, read_words
from portal.pages.steps import granted_until
from portal.pages.talk import (
    REASONS,
    WISHES,
    boxes,
    state_sentence,
    talk_of,
)
from portal.reception import place_here
from portal.uploads import takes_documents
from portal.views.messages import empty_form, note_read
from shared.aid import (
    OPEN,
    AidRequest,
    aid_paths,
    ask_aid,
    follow_up,
    get_request,
    granted_pause,
    open_answers,
    open_request,
    withdraw_aid,
)
from shared.base.errors import NotAllowedError
from shared.messages import get_thread, promised_day
from shared.web.filters import t, today

views = Blueprint("help", __name__)


@views.get("/help")
@inside
def ask() -> Response:
    """The boxes; or the request that is already there, or the one whose help still lasts."""
    here = visit()
    practice_id, account_id = here.practice.id, here.account.id
    known = open_request(reading(), practice_id=practice_id, account_id=account_id)
    granted = granted_pause(
        reading(), practice_id=practice_id, account_id=account_id, today=today()
    )
    known_id = known.id if known else granted.request_id if granted else None
    if known_id is not None:
        return make_response(redirect(f"/help/{known_id}", code=303))
    empty = {"wishes": (), "reasons": (), "monthly": "", "text": "", "once": fresh_once()}
    return _boxes(AidForm(None, "", dict(empty), {}))


@views.post("/help")
@inside
def begin() -> Response:
    """Take the request; the same form sent twice makes one."""
    form = read_aid(request.form)
    if form.answers is None:
        return _boxes(form, form.errors)
    here, parts = visit(), portal()
    end_reading()
    try:
        with parts.database.unit_of_work(here.practice.id) as work:
            asked = ask_aid(
                work.session,
                practice=here.practice,
                account_id=here.account.id,
                vault=here.vault,
                answers=form.answers,
                once=form.once,
                at=parts.clock.now(),
            )
            work.commit()
    except NotAllowedError as refused:
        return _boxes(form, {"form": Sentence(str(refused), {})})
    return _to_request(asked, fresh=True)


@views.get("/help/<uuid:request_id>")
@inside
def show(request_id: UUID) -> Response:
    """Where a request stands, and what was said about it."""
    return _request(request_id, empty_form())


@views.post("/help/<uuid:request_id>")
@takes_documents
@inside
def write_on(request_id: UUID) -> Response:
    """Write about a request, or send the documents that were asked for."""
    here, parts = visit(), portal()
    known = get_request(
        reading(), practice_id=here.practice.id, account_id=here.account.id, request_id=request_id
    )
    wanted = known.status == "documents"  # none are taken that nobody asked for
    end_reading()
    files = request.files if wanted else MultiDict()
    form = read_words(request.form, files, place=place_here)
    if form.words is None:
        return _request(request_id, form, form.errors)
    try:
        with parts.database.unit_of_work(here.practice.id) as work:
            asked = follow_up(
                work.session,
                practice=here.practice,
                account_id=here.account.id,
                request_id=request_id,
                vault=here.vault,
                words=form.words,
                at=parts.clock.now(),
            )
            work.commit()
    except NotAllowedError as refused:
        return _request(request_id, form, {"form": Sentence(str(refused), {})})
    return _to_request(asked, fresh=True)


@views.post("/help/<uuid:request_id>/withdraw")
@inside
def withdraw(request_id: UUID) -> Response:
    """No help is needed any more."""
    here, parts = visit(), portal()
    end_reading()
    with parts.database.unit_of_work(here.practice.id) as work:
        asked = withdraw_aid(
            work.session,
            practice_id=here.practice.id,
            account_id=here.account.id,
            request_id=request_id,
            at=parts.clock.now(),
        )
        work.commit()
    return _to_request(asked, fresh=False)


def _to_request(asked: AidRequest, *, fresh: bool) -> Response:
    more = "?fresh=1" if fresh else ""
    return make_response(redirect(f"/help/{asked.id}{more}", code=303))


def _boxes(form: AidForm, errors: dict[str, Sentence] | None = None) -> Response:
    here = visit()
    return form_page(
        "portal/help.html",
        errors,
        wishes=boxes(WISHES),
        reasons=[(name, t(title), "") for name, title in REASONS.items()],
        answer_by=promised_day(here.practice, portal().clock.now()),
        values=form.values,
        paths=aid_paths(g.language),
        back_url="/statement",
    )


def _request(
    request_id: UUID, form: WordsForm, errors: dict[str, Sentence] | None = None
) -> Response:
    here = visit()
    practice_id, account_id = here.practice.id, here.account.id
    with portal().database.reading(here.practice.id) as session:
        asked = get_request(
            session, practice_id=practice_id, account_id=account_id, request_id=request_id
        )
        thread = get_thread(
            session, practice_id=practice_id, account_id=account_id, thread_id=asked.thread_id
        )
        talk = talk_of(session, here, asked.thread_id)
        granted = granted_pause(
            session, practice_id=practice_id, account_id=account_id, today=today()
        )
    answers = open_answers(here.vault, asked)
    response = form_page(
        "portal/help_request.html",
        errors,
        status=asked.status,
        is_open=asked.status in OPEN,
        state=state_sentence(asked),
        until=granted_until(granted.until) if granted and granted.request_id == asked.id else "",
        asked_at=asked.asked_at,
        answer_by=thread.answer_by,
        waits_for_us=thread.status == "waiting" and asked.status != "withdrawn",
        wishes=[t(WISHES[name][0]) for name in answers.wishes] if answers else [],
        reasons=[t(REASONS[name]) for name in answers.reasons] if answers else [],
        monthly_cents=answers.monthly_cents if answers else None,
        words=answers.words if answers else "",
        talk=talk,
        fresh=request.args.get("fresh") == "1" and thread.status == "waiting",
        withdraw_url=f"/help/{asked.id}/withdraw",
        values=form.values,
        paths=aid_paths(g.language),
        back_url="/statement",
    )
    note_read(asked.thread_id, talk)
    return response
