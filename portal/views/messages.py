"""Writing to the practice, by subject; the answers; documents that came along."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request
from sqlalchemy.orm import Session

from portal.context import end_reading, form_page, inside, portal, reading, visit
from portal.forms import Sentence, fresh_once
from portal.message_forms import WordsForm, read_words
from portal.pages.talk import SUBJECTS, Talk, boxes, subject_title, talk_of, thread_list
from portal.reception import place_here
from portal.uploads import takes_documents
from shared.base.errors import NotAllowedError, NotFoundError
from shared.messages import (
    AID,
    OFFERED,
    Thread,
    get_thread,
    open_document,
    open_thread,
    promised_day,
    read_answers,
    reply,
)

views = Blueprint("messages", __name__)


def empty_form() -> WordsForm:
    """A form nobody has written in yet."""
    return WordsForm(None, {"text": "", "subject": "", "once": fresh_once()}, {})


@views.get("/messages")
@inside
def index() -> Response:
    """All threads, and a form for a new one."""
    return _index(empty_form())


@views.post("/messages")
@takes_documents
@inside
def begin() -> Response:
    """Open a thread; the same form sent twice opens one."""
    here, parts = visit(), portal()
    end_reading()
    form = read_words(request.form, request.files, place=place_here, subject=True)
    if form.words is None:
        return _index(form, form.errors)
    try:
        with parts.database.unit_of_work(here.practice.id) as work:
            thread = open_thread(
                work.session,
                practice=here.practice,
                account_id=here.account.id,
                vault=here.vault,
                subject=str(form.values["subject"]),
                words=form.words,
                at=parts.clock.now(),
            )
            work.commit()
    except NotAllowedError as refused:
        return _index(form, {"form": Sentence(str(refused), {})})
    return _to_thread(thread)


@views.get("/messages/unread")
@inside
def unread() -> Response:
    """The thread with an answer that waits to be read; all threads when it is not just one."""
    here = visit()
    waiting = [thread.url for thread in thread_list(reading(), here) if thread.unread]
    return make_response(redirect(waiting[0] if len(waiting) == 1 else "/messages", code=303))


@views.get("/messages/<uuid:thread_id>")
@inside
def show(thread_id: UUID) -> Response:
    """One thread; whoever sees it has read its answers."""
    return _thread(thread_id, empty_form())


@views.post("/messages/<uuid:thread_id>")
@takes_documents
@inside
def write_on(thread_id: UUID) -> Response:
    """Write on in a thread; the same form sent twice counts once."""
    here, parts = visit(), portal()
    _own_thread(reading(), thread_id)
    end_reading()
    form = read_words(request.form, request.files, place=place_here)
    if form.words is None:
        return _thread(thread_id, form, form.errors)
    try:
        with parts.database.unit_of_work(here.practice.id) as work:
            thread = reply(
                work.session,
                practice=here.practice,
                account_id=here.account.id,
                thread_id=thread_id,
                vault=here.vault,
                words=form.words,
                at=parts.clock.now(),
            )
            work.commit()
    except NotAllowedError as refused:
        return _thread(thread_id, form, {"form": Sentence(str(refused), {})})
    return _to_thread(thread)


@views.get("/document/<uuid:document_id>")
@inside
def document(document_id: UUID) -> Response:
    """A document of one's own, to keep: it opens outside of this site."""
    here = visit()
    found = open_document(
        reading(),
        practice_id=here.practice.id,
        account_id=here.account.id,
        document_id=document_id,
        vault=here.vault,
    )
    response = make_response(found.content)
    response.mimetype = found.mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{found.filename}"'
    return response


def note_read(thread_id: UUID, talk: Talk) -> None:
    """What stood on the page has been read; nothing else has."""
    if request.method != "GET" or not talk:
        return
    here, parts = visit(), portal()
    seen: datetime = talk[-1][1][-1].at
    with parts.database.unit_of_work(here.practice.id) as work:
        read_answers(
            work.session,
            practice_id=here.practice.id,
            account_id=here.account.id,
            thread_id=thread_id,
            seen=seen,
            at=parts.clock.now(),
        )
        work.commit()


def _own_thread(session: Session, thread_id: UUID) -> Thread:
    here = visit()
    thread = get_thread(
        session, practice_id=here.practice.id, account_id=here.account.id, thread_id=thread_id
    )
    if thread.subject == AID:  # it is read and written to on the page of its request
        raise NotFoundError("Cette conversation n’est pas dans votre espace.")
    return thread


def _to_thread(thread: Thread) -> Response:
    return make_response(redirect(f"/messages/{thread.id}?fresh=1", code=303))


def _index(form: WordsForm, errors: dict[str, Sentence] | None = None) -> Response:
    here = visit()
    with portal().database.reading(here.practice.id) as session:
        threads = thread_list(session, here)
    return form_page(
        "portal/messages.html",
        errors,
        threads=threads,
        subjects=[box for box in boxes(SUBJECTS) if box[0] in OFFERED],
        answer_by=promised_day(here.practice, portal().clock.now()),
        values=form.values,
        back_url="/statement",
    )


def _thread(
    thread_id: UUID, form: WordsForm, errors: dict[str, Sentence] | None = None
) -> Response:
    here = visit()
    with portal().database.reading(here.practice.id) as session:
        thread = _own_thread(session, thread_id)
        talk = talk_of(session, here, thread.id)
    response = form_page(
        "portal/thread.html",
        errors,
        title=subject_title(thread.subject),
        state=thread.status,
        answer_by=thread.answer_by,
        paused=thread.status == "waiting",
        talk=talk,
        fresh=request.args.get("fresh") == "1" and thread.status == "waiting",
        values=form.values,
        here_url=f"/messages/{thread.id}",
        back_url="/messages",
    )
    note_read(thread.id, talk)
    return response
