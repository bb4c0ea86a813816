"""Requests to erase what is held about a person: noted, ordered, declined, taken back."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from backoffice.auth import staff
from backoffice.desks.erasing import asked_in, by
from backoffice.flaws import FieldError, flaw_of
from backoffice.office import office
from backoffice.permissions import grave, needs
from backoffice.views.account_privacy import page_of
from shared.accounts import Account, Practice, find_account, get_practice
from shared.base.clock import local_date
from shared.base.errors import NotAllowedError
from shared.base.formats import day
from shared.erasing import decline_erasure, note_request, order_erasure, withdraw_erasure

desk = Blueprint("account_erasure", __name__)
_ERASURE = "/accounts/<number>/erasure"
Act = Callable[[Session, Practice, Account, datetime], str]


@desk.post(_ERASURE)
@needs("privacy.erase")
def note(number: str) -> AnyResponse:
    """Note that it was asked for, by whom, and how that was checked."""

    def act(session: Session, practice: Practice, account: Account, at: datetime) -> str:
        asked = asked_in(request.form, today=local_date(at, practice.timezone))
        erasure = note_request(
            session, asked, practice=practice, account=account, by=by(staff()), at=at
        )
        return (
            f"C’est noté. À répondre avant le {day(erasure.due_on)} : lisez ce qui serait effacé."
        )

    return _do(number, act, form="asker")


@desk.post(f"{_ERASURE}/<uuid:erasure_id>/order")
@needs("privacy.erase")
@grave
def order(number: str, erasure_id: UUID) -> AnyResponse:
    """Have it done: it does not come back."""

    def act(session: Session, practice: Practice, account: Account, at: datetime) -> str:
        if not request.form.get("read"):
            raise FieldError(
                "read",
                "J’ai relu",
                "Relisez ce qui est effacé et ce qui reste, puis cochez la case.",
            )
        new = order_erasure(
            session, erasure_id, practice=practice, account=account, by=by(staff()), at=at
        )
        if not new:
            return "C’est déjà confirmé."
        return "C’est confirmé : Ardoise prévient la personne, puis efface, en quelques minutes."

    return _do(number, act, form="order")


@desk.post(f"{_ERASURE}/<uuid:erasure_id>/decline")
@needs("privacy.erase")
def decline(number: str, erasure_id: UUID) -> AnyResponse:
    """Decline it, with a reason that can be told."""

    def act(session: Session, practice: Practice, account: Account, at: datetime) -> str:
        decline_erasure(
            session,
            erasure_id,
            why=request.form.get("why", ""),
            practice=practice,
            account=account,
            by=by(staff()),
            at=at,
        )
        return "Le refus est noté. Dites-le à la personne avec la phrase ci-dessous."

    return _do(number, act, form="why")


@desk.post(f"{_ERASURE}/<uuid:erasure_id>/withdraw")
@needs("privacy.erase")
def withdraw(number: str, erasure_id: UUID) -> AnyResponse:
    """The person thought again."""

    def act(session: Session, practice: Practice, account: Account, at: datetime) -> str:
        withdraw_erasure(
            session, erasure_id, practice=practice, account=account, by=by(staff()), at=at
        )
        return "C’est noté : rien n’est effacé."

    return _do(number, act, form="withdraw")


def _do(number: str, act: Act, *, form: str) -> AnyResponse:
    """Do ``act`` under the account's lock; what it returns, or why it can't be, is told on the page."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        session = work.session
        account = find_account(session, practice_id=who.practice_id, number=number, lock=True)
        practice = get_practice(session, who.practice_id)
        try:
            told = act(session, practice, account, here.now())
        except NotAllowedError as refused:
            session.rollback()
            return page_of(number, flaw=flaw_of(refused, form=form), status=422)
        work.commit()
    flash(told, "ok")
    return redirect(url_for("account_privacy.show", number=account.number) + "#h-erase", code=303)
