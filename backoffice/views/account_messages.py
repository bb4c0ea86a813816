"""Answering patients from their account's page. What was typed is never lost to a refusal."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from backoffice.answering import (
    send_answer,
    told_of,
    typed_draft,
    typed_words,
    warned_of,
)
from backoffice.auth import staff
from backoffice.desks.drafts import Draft
from backoffice.flaws import Flaw, flaw_of
from backoffice.office import office
from backoffice.permissions import needs
from backoffice.views.account_acts import act_on
from backoffice.views.accounts import page_of
from shared.accounts import Account, account_vault, find_account
from shared.aid import open_request, request_of_document
from shared.base.errors import NotAllowedError
from shared.messages import close_thread, get_thread, open_document

desk = Blueprint("account_messages", __name__)


@desk.post("/accounts/<number>/threads/<uuid:thread_id>/answer")
@needs("messages.write")
def answer(number: str, thread_id: UUID) -> AnyResponse:
    """Answer a thread; a text that the lint frowns at is shown again first."""
    here, who, form = office(), staff(), request.form
    draft, told = typed_draft(thread_id, form), ""
    try:
        with here.database.unit_of_work(who.practice_id) as work:
            account = _locked(work.session, number)
            get_thread(
                work.session,
                practice_id=who.practice_id,
                account_id=account.id,
                thread_id=thread_id,
            )
            words = typed_words(form)
            warned = warned_of(words, form)
            if not warned:
                send_answer(work.session, account, thread_id, words, form, here.now())
                told = told_of(work.session, account, thread_id, form)
                work.commit()
    except NotAllowedError as refused:
        return _again(number, draft, flaw_of(refused, form="body", within=f"-{thread_id}"))
    if warned:
        return _again(number, replace(draft, warned=warned))
    flash(told, "ok")
    return redirect(url_for("accounts.show", number=number), code=303)


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
            reason=request.form.get("reason", ""),
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
    return find_account(session, practice_id=practice_id, number=number, lock=True)


def _again(number: str, draft: Draft, flaw: Flaw | None = None) -> Response:
    return make_response(page_of(number, draft=draft, flaw=flaw), 422)
