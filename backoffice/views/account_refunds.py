"""Giving money back: what is asked for, what would come of it. The worker does it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.auth import names_keys, staff
from backoffice.counted import totals
from backoffice.desks.account_refunds import (
    PaymentToRefund,
    RefundForeseen,
    approvers_of,
    colleague,
    foresee,
    read_payment,
)
from backoffice.desks.order_words import REFUND_REASONS, told_of
from backoffice.flaws import Flaw, flaw_of
from backoffice.kept_choice import forget_choice, shows_choice
from backoffice.office import office
from backoffice.order_forms import chosen_unasked
from backoffice.permissions import grave, needs
from backoffice.refund_form import AMOUNT, RefundForm
from shared.accounts import account_vault, find_account
from shared.base.errors import NotAllowedError
from shared.orders import ask_refund, order_of_form

desk = Blueprint("account_refunds", __name__)
_PAYMENT = "/accounts/<number>/payments/<uuid:payment_id>/refund"


@desk.get(_PAYMENT)
@needs("refunds.write")
def form(number: str, payment_id: UUID) -> str:
    """How much of a payment, and why."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        of = _read(reading, number, payment_id)
        totals(reading)
        before = chosen_unasked(reading, practice_id=who.practice_id)
    method = of.payment.method if of.by_hand else ""
    typed = RefundForm.typed(before) if before else RefundForm.fresh(of.left_cents, method)
    return _form_page(of, typed, refilled=before is not None)


@desk.route(f"{_PAYMENT}/check", methods=["GET", "POST"])
@needs("refunds.write")
@shows_choice("account_refunds.form", refills=True)
def check(number: str, payment_id: UUID) -> str | tuple[str, int]:
    """What would come of it, before anything is asked for."""
    here, who = office(), staff()
    typed = RefundForm.typed(request.form)
    with here.database.reading(who.practice_id) as reading:
        of = _read(reading, number, payment_id)
        try:
            wish = typed.wish(payment_id, by_hand=of.by_hand, vault=None)
            foreseen = foresee(reading, wish, of, who=who, at=here.now())
            totals(reading)
        except NotAllowedError as refused:
            return _form_page(of, typed, flaw_of(refused, form=AMOUNT[0], label=AMOUNT[1])), 422
    return _check_page(of, typed, foreseen)


@desk.post(_PAYMENT)
@needs("refunds.write")
@grave
def ask(number: str, payment_id: UUID) -> Response | tuple[str, int]:
    """Ask for it. The same form sent twice asks once."""
    here, who = office(), staff()
    typed = RefundForm.typed(request.form)
    with here.database.unit_of_work(who.practice_id) as work:
        account = find_account(work.session, practice_id=who.practice_id, number=number, lock=True)
        of = _read(work.session, number, payment_id)
        try:
            wish = typed.wish(
                payment_id, by_hand=of.by_hand, vault=account_vault(here.keys, account)
            )
            if order_of_form(work.session, practice_id=who.practice_id, once=wish.once) is None:
                foreseen = foresee(work.session, wish, of, who=who, at=here.now())
                if foreseen.same is not None and foreseen.same.mark != typed.again:
                    return _check_page(of, typed, foreseen, asks_again=True), 422
            order = ask_refund(
                work.session,
                wish,
                practice=of.practice,
                account=account,
                by=colleague(who),
                approvers=approvers_of(work.session, of.practice),
                at=here.now(),
            )
        except NotAllowedError as refused:
            return _form_page(of, typed, flaw_of(refused, form=AMOUNT[0], label=AMOUNT[1])), 422
        told = told_of(order, who.timezone)
        work.commit()
    flash(told, "ok")
    return forget_choice(redirect(url_for("accounts.show", number=account.number), code=303))


def _read(session: Session, number: str, payment_id: UUID) -> PaymentToRefund:
    here, who = office(), staff()
    return read_payment(
        session,
        practice_id=who.practice_id,
        number=number,
        payment_id=payment_id,
        keys=names_keys(),
        at=here.now(),
    )


def _check_page(
    of: PaymentToRefund, typed: RefundForm, will: RefundForeseen, *, asks_again: bool = False
) -> str:
    return render_template(
        "backoffice/refund_check.html",
        of=of,
        account=of.account,
        typed=typed,
        will=will,
        asks_again=asks_again,
    )


def _form_page(
    of: PaymentToRefund, typed: RefundForm, flaw: Flaw | None = None, *, refilled: bool = False
) -> str:
    return render_template(
        "backoffice/refund.html",
        of=of,
        account=of.account,
        typed=typed,
        flaw=flaw,
        reasons=REFUND_REASONS,
        refilled=refilled,
    )
