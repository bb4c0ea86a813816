"""Answering patients from their account's page. What was typed is never lost to a refusal."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from backoffice.auth import staff
from backoffice.desks.account_messages import Draft, warnings_about
from backoffice.desks.message_words import DECISIONS
from backoffice.flaws import FieldError, Flaw, flaw_of
from backoffice.forms import GRANTED_PAUSE, typed_day
from backoffice.office import office
from backoffice.permissions import needs
from backoffice.views.account_acts import act_on
from backoffice.views.accounts import page_of
from shared.accounts import Account, account_vault, find_account, get_account, get_practice
from shared.aid import answer_aid, open_request, request_of_document, requests_of
from shared.base.errors import NotAllowedError
from shared.base.formats import day
from shared.messages import (
    LONGEST_TEXT,
    Words,
    answer_thread,
    close_thread,
    get_thread,
    once_of,
    open_document,
)

desk = Blueprint("account_messages", __name__)

ANSWER = ("body", "Votre réponse")
UNTIL = ("until", "Nos messages en pause jusqu’au")
SENT = "Réponse envoyée. Un message neutre prévient la personne, aux heures permises."


@desk.post("/accounts/<number>/threads/<uuid:thread_id>/answer")
@needs("messages.write")
def answer(number: str, thread_id: UUID) -> AnyResponse:
    """Answer a thread; a text that the lint frowns at is shown again first."""
    here, who, form = office(), staff(), request.form
    draft = _draft(thread_id, form)
    try:
        with here.database.unit_of_work(who.practice_id) as work:
            account = _locked(work.session, number)
            get_thread(
                work.session,
                practice_id=who.practice_id,
                account_id=account.id,
                thread_id=thread_id,
            )
            words = _words(form)
            warned = () if form.get("anyway") else warnings_about(words.body)
            if not warned:
                _answer(work.session, account, thread_id, words, form, here.now())
                work.commit()
    except NotAllowedError as refused:
        return _again(number, draft, flaw_of(refused, form="body", within=f"-{thread_id}"))
    if warned:
        return _again(number, replace(draft, warned=warned))
    flash(f"{SENT} {_said(form)}".strip(), "ok")
    return redirect(url_for("accounts.show", number=number), code=303)


def _answer(
    session: Session,
    account: Account,
    thread_id: UUID,
    words: Words,
    form: MultiDict[str, str],
    at: datetime,
) -> None:
    vault = account_vault(office().keys, account)
    seen = _seen(form)
    asked = requests_of(session, practice_id=account.practice_id, account_id=account.id)
    about = next((one for one in asked if one.thread_id == thread_id), None)
    if about is None:
        answer_thread(
            session,
            practice_id=account.practice_id,
            account_id=account.id,
            thread_id=thread_id,
            vault=vault,
            words=words,
            actor=staff().actor,
            at=at,
            seen=seen,
            keeps_hold=bool(form.get("keeps_hold")),
        )
        return
    decision = form.get("decision", "")
    if decision not in DECISIONS:
        raise FieldError(
            "decision", "La demande d’aide", "Choisissez ce que vous faites de cette demande."
        )
    answer_aid(
        session,
        practice=get_practice(session, account.practice_id),
        account=account,
        request_id=about.id,
        vault=vault,
        decision=decision or None,
        words=words,
        actor=staff().actor,
        at=at,
        seen=seen,
        pause_until=_pause(form),
    )


@desk.post("/accounts/<number>/threads/<uuid:thread_id>/close")
@needs("messages.write")
def close(number: str, thread_id: UUID) -> AnyResponse:
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
        )
        return "C’est noté : conversation terminée."

    return act_on(number, act)


@desk.get("/accounts/<number>/documents/<uuid:document_id>")
@needs("messages.write")
def document(number: str, document_id: UUID) -> AnyResponse:
    """A document that a patient sent, to keep; it opens outside of this site. One for a request for help
    is opened from its own page, where it is noted who did."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        account = find_account(reading, practice_id=who.practice_id, number=number)
        asked = request_of_document(
            reading,
            practice_id=who.practice_id,
            account_id=account.id,
            document_id=document_id,
        )
        if asked is not None:
            return redirect(url_for("aid.show", request_id=asked, _anchor="documents"), code=303)
        found = open_document(
            reading,
            practice_id=who.practice_id,
            account_id=account.id,
            document_id=document_id,
            vault=account_vault(here.keys, account),
        )
    response = make_response(found.content)
    response.mimetype = found.mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{found.filename}"'
    return response


def _locked(session: Session, number: str) -> Account:
    practice_id = staff().practice_id
    account = find_account(session, practice_id=practice_id, number=number)
    return get_account(session, practice_id=practice_id, account_id=account.id, lock=True)


def _words(form: MultiDict[str, str]) -> Words:
    body = form.get("body", "").replace("\r\n", "\n").strip()
    once = once_of(form.get("once", ""))
    if not body:
        raise FieldError(*ANSWER, "Écrivez votre réponse.")
    if len(body) > LONGEST_TEXT:
        raise FieldError(
            *ANSWER, f"La réponse compte au plus {LONGEST_TEXT} signes : raccourcissez-la."
        )
    if once is None:
        raise NotAllowedError("Cette page a vieilli : relisez, puis envoyez de nouveau.")
    return Words(body, once)


def _seen(form: MultiDict[str, str]) -> UUID | None:
    typed = form.get("seen", "")
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None


def _pause(form: MultiDict[str, str]) -> date | None:
    """Until when help that is granted pauses our messages; None where staff chose that it does not."""
    typed = form.get("pause_until", "").strip()
    if form.get("decision") != "grant" or form.get("no_pause"):
        return None
    if not typed:
        raise FieldError(
            *UNTIL,
            "Accordée jusqu’à quand ? Donnez le jour où revoir la pause, ou cochez « Sans pause ».",
        )
    try:
        return typed_day(typed)
    except ValueError:
        near = office().today(staff().timezone) + GRANTED_PAUSE
        raise FieldError(
            *UNTIL, f"Donnez le jour où revoir la pause, par exemple {near:%d/%m/%Y}."
        ) from None


def _said(form: MultiDict[str, str]) -> str:
    """What the decision does to our messages."""
    if form.get("decision") != "grant":
        return ""
    until = _pause(form)
    if until is None:
        return "Les messages reprennent : l’aide est accordée sans pause."
    return (
        f"Les messages sont en pause jusqu’au {day(until, today=office().today(staff().timezone))}."
    )


def _draft(thread_id: UUID, form: MultiDict[str, str]) -> Draft:
    return Draft(
        thread_id=thread_id,
        body=form.get("body", "")[: 2 * LONGEST_TEXT],
        keeps_hold=bool(form.get("keeps_hold")),
        decision=form.get("decision", ""),
        pause_until=form.get("pause_until", "")[:10],
        no_pause=bool(form.get("no_pause")),
    )


def _again(number: str, draft: Draft, flaw: Flaw | None = None) -> Response:
    return make_response(page_of(number, draft=draft, flaw=flaw), 422)
