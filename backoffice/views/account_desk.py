"""Money at the desk: noting what came, cancelling what did not, using what is in hand."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.desk_asking import ask_cancel, ask_receive, ask_use, asked_before
from backoffice.desks.desk_warnings import warnings_of
from backoffice.flaws import flaw_of
from backoffice.office import office
from backoffice.payment_forms import PaymentForm, cancel_reason, mark_of, read_payment
from backoffice.permissions import needs
from backoffice.views.account_acts import act_on
from backoffice.views.accounts import page_of
from shared.accounts import Account, find_account, get_practice
from shared.base.errors import NotAllowedError

desk = Blueprint("account_desk", __name__)


@desk.post("/accounts/<number>/payments")
@needs("payments.desk")
def note(number: str) -> Response | tuple[str, int]:
    """Money came. Where it may be here already, that is shown first; the worker books it."""
    here, who = office(), staff()
    form, flaw = PaymentForm.typed(request.form), None
    with here.database.unit_of_work(who.practice_id) as work:
        account = find_account(work.session, practice_id=who.practice_id, number=number, lock=True)
        practice = get_practice(work.session, who.practice_id)
        try:
            came = read_payment(
                form, today=here.today(who.timezone), started_on=practice.started_on
            )
            warnings = {}
            if asked_before(work.session, account, came.once) is None:
                warnings = warnings_of(work.session, account, came)
            if set(warnings) <= form.seen:
                told = ask_receive(
                    work.session, came, practice=practice, account=account, who=who, at=here.now()
                )
                work.commit()
                flash(told, "ok")
                return redirect(url_for("accounts.show", number=account.number), code=303)
            form = form.look_at(warnings)
        except NotAllowedError as refused:
            flaw = flaw_of(refused, form="payment")
    return page_of(number, payment=form, flaw=flaw), 422


@desk.post("/accounts/<number>/payments/<uuid:payment_id>/cancel")
@needs("payments.desk")
def cancel(number: str, payment_id: UUID) -> Response:
    """A payment that was noted is none; one's own of the day, or with the right to cancel any."""

    def act(session: Session, account: Account, at: datetime) -> str:
        return ask_cancel(
            session,
            payment_id,
            reason=cancel_reason(request.form, of=payment_id),
            once=f"{mark_of(request.form.get('once', ''))}-{payment_id.hex}",
            practice=get_practice(session, account.practice_id),
            account=account,
            who=staff(),
            at=at,
        )

    return act_on(number, act)


@desk.post("/accounts/<number>/credit")
@needs("payments.desk")
def use_credit(number: str) -> Response:
    """What is in hand settles what is owed."""

    def act(session: Session, account: Account, at: datetime) -> str:
        return ask_use(
            session,
            once=f"{mark_of(request.form.get('once', ''))}-credit",
            practice=get_practice(session, account.practice_id),
            account=account,
            who=staff(),
            at=at,
        )

    return act_on(number, act)
