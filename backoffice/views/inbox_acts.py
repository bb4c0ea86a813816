"""What staff do with a thread: answer, note, give it to somebody, wait for the patient, end it.

What was typed is never lost to a refusal: the page is shown again with it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.answering import send_answer, told_of, typed_draft, typed_words, warned_of
from backoffice.auth import staff
from backoffice.desks.canned_values import values_of
from backoffice.desks.drafts import Warned, replaced, warnings_about
from backoffice.flaws import FieldError, Flaw, flaw_of
from backoffice.forms import USUAL_PAUSE, typed_day
from backoffice.office import office
from backoffice.permissions import needs
from backoffice.views.inbox import address_of
from backoffice.views.inbox_thread import page_of, writes_here
from shared.accounts import Account, account_vault, get_account, get_practice
from shared.aid import open_request
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.formats import day
from shared.inbox import (
    assign_thread,
    await_patient,
    filled_in,
    get_canned,
    leave_thread,
    put_behind,
)
from shared.messages import add_note, close_thread, find_thread

desk = Blueprint("inbox_acts", __name__)

Act = Callable[[Session, Account, datetime], str]
AWAIT = ("until", "Attendre la personne jusqu’au")


@desk.post("/inbox/<uuid:thread_id>/answer")
@needs("messages.write")
def answer(thread_id: UUID) -> Response:
    """Answer; a text that the lint frowns at is shown again first."""
    form = request.form
    draft = typed_draft(thread_id, form)
    warned: tuple[Warned, ...] = ()

    def act(session: Session, account: Account, at: datetime) -> str:
        nonlocal warned
        words = typed_words(form)
        warned = warned_of(words, form)
        if warned:
            raise NotAllowedError("Un mot à changer : relisez, puis envoyez.")
        send_answer(session, account, thread_id, words, form, at)
        return told_of(session, account, thread_id, form)

    try:
        told = _done(thread_id, act)
    except NotAllowedError as refused:
        if warned:
            return page_of(thread_id, draft=replace(draft, warned=warned), status=422)
        return page_of(thread_id, draft=draft, flaw=flaw_of(refused, form="body"), status=422)
    flash(told, "ok")
    return make_response(redirect(address_of(thread_id), code=303))


@desk.post("/inbox/<uuid:thread_id>/draft")
@needs("messages.write")
def draft(thread_id: UUID) -> Response:
    """Go on writing: a ready-made answer put in, or a word replaced. Sends nothing, loses nothing."""
    form = request.form
    typed = typed_draft(thread_id, form)
    flaw = None
    if "replace" in form:
        body = replaced(typed.body.replace("\r\n", "\n").strip(), form["replace"])
        typed = replace(typed, body=body, warned=warnings_about(body))
    else:
        try:
            typed = replace(typed, body=_with_canned(thread_id, typed.body))
        except (NotAllowedError, NotFoundError) as refused:
            flaw = Flaw(str(refused), "canned", "Réponse toute prête")
    writes_here(thread_id)
    return page_of(thread_id, draft=typed, flaw=flaw, status=422 if flaw else 200)


@desk.post("/inbox/<uuid:thread_id>/note")
@needs("messages.write")
def note(thread_id: UUID) -> Response:
    """Keep what was typed as a note among staff; the patient never reads it."""

    def act(session: Session, account: Account, at: datetime) -> str:
        who = staff()
        add_note(
            session,
            practice_id=account.practice_id,
            account_id=account.id,
            thread_id=thread_id,
            vault=account_vault(office().keys, account),
            words=typed_words(request.form, what="note"),
            author_id=who.user_id,
            actor=who.actor,
            at=at,
        )
        leave_thread(session, practice_id=account.practice_id, user_id=who.user_id)
        return "Note gardée. L’équipe seule la lit."

    try:
        told = _done(thread_id, act)
    except NotAllowedError as refused:
        typed = typed_draft(thread_id, request.form)
        return page_of(thread_id, draft=typed, flaw=flaw_of(refused, form="body"), status=422)
    flash(told, "ok")
    return make_response(redirect(address_of(thread_id), code=303))


@desk.post("/inbox/<uuid:thread_id>/assign")
@needs("messages.write")
def assign(thread_id: UUID) -> Response:
    """Give the thread to a colleague, to oneself or to nobody."""

    def act(session: Session, account: Account, at: datetime) -> str:
        to = _person(request.form.get("to", ""))
        assign_thread(
            session,
            practice_id=account.practice_id,
            account_id=account.id,
            thread_id=thread_id,
            to=to,
            seen=_person(request.form.get("seen_assigned", "")),
            actor=staff().actor,
            at=at,
        )
        return "La conversation n’est à personne." if to is None else "C’est attribué."

    return _go(thread_id, act)


@desk.post("/inbox/<uuid:thread_id>/await")
@needs("messages.write")
def wait(thread_id: UUID) -> Response:
    """Wait for the patient until a day."""

    def act(session: Session, account: Account, at: datetime) -> str:
        until = _await_day(request.form.get("until", ""))
        await_patient(
            session,
            practice_id=account.practice_id,
            account_id=account.id,
            thread_id=thread_id,
            until=until,
            actor=staff().actor,
            at=at,
            mark=request.form.get("mark", ""),
        )
        told = day(until, today=office().today(staff().timezone))
        return f"Sans réponse, la conversation revient dans la liste le {told}."

    return _go(thread_id, act)


@desk.post("/inbox/<uuid:thread_id>/close")
@needs("messages.write")
def close(thread_id: UUID) -> Response:
    """Nothing more is to be said; the patient may still write."""

    def act(session: Session, account: Account, at: datetime) -> str:
        asked = open_request(session, practice_id=account.practice_id, account_id=account.id)
        if asked is not None and asked.thread_id == thread_id:
            raise NotAllowedError("Une demande d’aide attend une décision : répondez-y d’abord.")
        close_thread(
            session,
            practice_id=account.practice_id,
            account_id=account.id,
            thread_id=thread_id,
            actor=staff().actor,
            at=at,
            mark=request.form.get("mark", ""),
            reason=request.form.get("reason", ""),
        )
        return "C’est noté : conversation terminée."

    return _go(thread_id, act)


def _done(thread_id: UUID, act: Act) -> str:
    """Do ``act`` under the account's lock; what it tells. Raises NotFoundError and NotAllowedError."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        thread = find_thread(work.session, practice_id=who.practice_id, thread_id=thread_id)
        account = get_account(
            work.session, practice_id=who.practice_id, account_id=thread.account_id, lock=True
        )
        work.session.expire(thread)  # read before the lock was there
        told = act(work.session, account, here.now())
        work.commit()
    return told


def _go(thread_id: UUID, act: Act) -> Response:
    """Do a short act and go back to the thread, where a refusal is told too."""
    try:
        flash(_done(thread_id, act), "ok")
    except FieldError as refused:
        return page_of(thread_id, flaw=flaw_of(refused, form="main"), status=422)
    except NotAllowedError as refused:
        flash(str(refused), "err")
    return make_response(redirect(address_of(thread_id), code=303))


def _with_canned(thread_id: UUID, body: str) -> str:
    """What is typed with a ready-made answer behind it. Raises NotFoundError and NotAllowedError."""
    here, who = office(), staff()
    chosen = _person(request.form.get("canned", ""))
    if chosen is None:
        raise NotAllowedError("Choisissez d’abord une réponse toute prête.")
    with here.database.reading(who.practice_id) as reading:
        answer = get_canned(reading, practice_id=who.practice_id, answer_id=chosen)
        thread = find_thread(reading, practice_id=who.practice_id, thread_id=thread_id)
        account = get_account(reading, practice_id=who.practice_id, account_id=thread.account_id)
        practice = get_practice(reading, who.practice_id)
        text = filled_in(answer.body, values_of(account, practice, today=here.today(who.timezone)))
    typed = body.replace("\r\n", "\n").strip()
    return put_behind(typed, text)


def _person(typed: str) -> UUID | None:
    """An id out of a list. Raises NotAllowedError for what no list holds."""
    try:
        return UUID(typed) if typed else None
    except ValueError:
        raise NotAllowedError("Choisissez dans la liste.") from None


def _await_day(typed: str) -> date:
    try:
        return typed_day(typed)
    except ValueError:
        near = office().today(staff().timezone) + USUAL_PAUSE
        raise FieldError(
            *AWAIT, f"Donnez le jour jusqu’où attendre, par exemple {near:%d/%m/%Y}."
        ) from None
