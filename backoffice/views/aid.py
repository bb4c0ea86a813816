"""A request for help: read beside its account, answered, granted in one way or several, or declined."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.aid_form import FORGIVES, AidForm, with_paths
from backoffice.auth import staff
from backoffice.desks.account_refunds import approvers_of, colleague
from backoffice.desks.aid_page import (
    decided_words,
    open_aid_document,
    read_aid_page,
    request_of,
)
from backoffice.desks.decision_words import STARTS, plan_error_words
from backoffice.desks.order_words import told_of
from backoffice.flaws import FieldError, Flaw, flaw_of
from backoffice.forms import LONGEST_PAUSE
from backoffice.office import office
from backoffice.permissions import needs
from backoffice.presence import ask_presence
from backoffice.words_form import WarnedError, WordsDraft, read_words
from shared.accounts import Account, account_vault, get_account, get_practice
from shared.aid import OPEN, AidRequest, aid_paths, answer_aid
from shared.audit import record
from shared.base.errors import NotAllowedError, NotFoundError
from shared.granting import grant_aid
from shared.messages import Words, thread_of_form
from shared.orders import left_to_ask
from shared.plans import PlanError, covers_of, rules_of

desk = Blueprint("aid", __name__)
Act = Callable[[Session, AidRequest, Account, datetime], str]
_AID = "/aid/<uuid:request_id>"
SENT = "Réponse envoyée. Un message neutre prévient la personne, aux heures permises."
TOLD = {
    "": SENT,
    "want_documents": f"{SENT} La demande attend ses documents.",
    "decline": f"{SENT} La demande est déclinée, et nos messages reprennent.",
}


@desk.get(_AID)
@needs("aid.decide")
def show(request_id: UUID) -> str:
    """One request; ``start`` fills in a text to begin with."""
    act, _, start = request.args.get("start", "").partition("-")
    begun = WordsDraft.started(act, start)
    form = AidForm(
        act="grant" if begun.act == "grant" else "answer" if begun.act else "",
        body=begun.body,
        decision={"refuse": "decline"}.get(begun.act, begun.act),
    )
    return _page(request_id, form)


@desk.post(f"{_AID}/documents/<uuid:document_id>")
@needs("aid.decide")
def document(request_id: UUID, document_id: UUID) -> Response:
    """A document that came along; who opens it when is noted. It opens outside of this site."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        account_id, opened = open_aid_document(
            work.session,
            practice_id=who.practice_id,
            request_id=request_id,
            document_id=document_id,
            keys=here.keys,
        )
        record(
            work.session,
            practice_id=who.practice_id,
            account_id=account_id,
            kind="document.opened",
            actor=who.actor,
            at=here.now(),
            document=str(document_id),
        )
        work.commit()
    response = make_response(opened.content)
    response.mimetype = opened.mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{opened.filename}"'
    return response


@desk.post(f"{_AID}/answer")
@needs("aid.decide")
def answer(request_id: UUID) -> Response | tuple[str, int]:
    """Write, ask for documents, or decline."""
    typed = AidForm.typed(request.form, "answer")

    def act(session: Session, asked: AidRequest, account: Account, at: datetime) -> str:
        if typed.decision not in TOLD:
            raise FieldError(
                "decision", "La demande", "Choisissez ce que vous faites de la demande."
            )
        answer_aid(
            session,
            practice=get_practice(session, account.practice_id),
            account=account,
            request_id=asked.id,
            vault=account_vault(office().keys, account),
            decision=typed.decision or None,
            words=_words(typed, account),
            by=staff().user_id,
            actor=staff().actor,
            at=at,
            seen=_seen(),
        )
        return TOLD[typed.decision]

    return _act(request_id, typed, act)


@desk.post(f"{_AID}/grant")
@needs("aid.decide")
def grant(request_id: UUID) -> Response | tuple[str, int]:
    """Grant less to pay, nothing more to pay, time or dates; with the words why. Who gives up money shows
    that they are there."""
    typed = AidForm.typed(request.form, "grant")
    asks = ask_presence() if typed.gives_up and staff().may(FORGIVES) else None
    if asks is not None:
        return asks

    def act(session: Session, asked: AidRequest, account: Account, at: datetime) -> str:
        typed.check_rights(staff().may)
        practice = get_practice(session, account.practice_id)
        words = _words(typed, account)
        granted = grant_aid(
            session,
            typed.grant(
                once=words.once,
                left=left_to_ask(session, practice_id=practice.id, account_id=account.id),
                covers=covers_of(session, practice_id=practice.id, account_id=account.id),
                rules=rules_of(practice),
                today=office().today(practice.timezone),
            ),
            practice=practice,
            account=account,
            request_id=asked.id,
            vault=account_vault(office().keys, account),
            words=words,
            by=colleague(staff()),
            approvers=approvers_of(session, practice),
            at=at,
            seen=_seen(),
        )
        told = ["Aide accordée."]
        if granted.order is not None:
            told.append(told_of(granted.order, practice.timezone))
        if granted.offer is not None:
            told.append("Des dates sont proposées : la personne accepte ou refuse dans son espace.")
        if typed.then == "pause":
            told.append("Nos messages sont en pause jusqu’à ce jour.")
        return " ".join([*told, "Un message neutre prévient la personne."])

    return _act(request_id, typed, act)


def _act(request_id: UUID, typed: AidForm, act: Act) -> Response | tuple[str, int]:
    """Decide under the account's lock; what can't be is said on the page, with what was typed. Of two who
    decide, the second reads who did. Raises NotFoundError."""
    here, who = office(), staff()
    try:
        with here.database.unit_of_work(who.practice_id) as work:
            session = work.session
            asked = request_of(session, practice_id=who.practice_id, request_id=request_id)
            account = get_account(
                session, practice_id=who.practice_id, account_id=asked.account_id, lock=True
            )
            session.refresh(asked)
            once = request.form.get("once", "")
            if thread_of_form(
                session, practice_id=who.practice_id, account_id=account.id, once=once
            ):
                return redirect(url_for(".show", request_id=request_id), code=303)
            if asked.status not in OPEN:
                practice = get_practice(session, who.practice_id)
                done = decided_words(session, asked, practice)
                raise NotAllowedError(
                    f"Cette demande est déjà décidée : {done}. Rien n’est fait de plus."
                )
            told = act(session, asked, account, here.now())
            work.commit()
    except WarnedError as again:
        return _page(request_id, typed, draft=WordsDraft(typed.act, warned=again.warned)), 422
    except PlanError as error:
        flaw = flaw_of(FieldError(*plan_error_words(error)), form="months")
        return _page(request_id, typed, flaw=flaw), 422
    except NotAllowedError as refused:
        field = f"body-{typed.act}"
        return _page(request_id, typed, flaw=flaw_of(refused, form=field)), 422
    flash(told, "ok")
    return redirect(url_for(".show", request_id=request_id), code=303)


def _words(typed: AidForm, account: Account) -> Words:
    """What is written to the patient, with the bodies that were ticked."""
    words = read_words(request.form, field=f"body-{typed.act}")
    if words is None:
        raise NotFoundError("there are no words")
    paths = aid_paths(account.language)
    return Words(with_paths(words.body, typed.paths, (*paths.first, *paths.others)), words.once)


def _seen() -> UUID | None:
    typed = request.form.get("seen", "")
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None


def _page(
    request_id: UUID,
    typed: AidForm,
    *,
    draft: WordsDraft | None = None,
    flaw: Flaw | None = None,
) -> str:
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        page = read_aid_page(
            reading,
            practice_id=who.practice_id,
            request_id=request_id,
            keys=here.keys,
            with_names=who.may("accounts.names"),
        )
    today = here.today(who.timezone)
    paths = aid_paths(page.account.language)
    return render_template(
        "backoffice/aid.html",
        page=page,
        account=page.account,
        typed=typed,
        draft=draft or WordsDraft(),
        once=secrets.token_hex(16),
        starts=STARTS,
        paths=(*paths.first, *paths.others),
        until=typed.until or (today + timedelta(days=page.practice.granted_pause_days)).isoformat(),
        last_until=(today + LONGEST_PAUSE).isoformat(),
        flaw=flaw,
    )
