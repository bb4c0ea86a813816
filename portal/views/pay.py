"""Choosing what to pay and how, and going to the processor's page."""

from datetime import timedelta

from flask import Blueprint, Response, g, make_response, redirect, request
from sqlalchemy.orm import Session

from portal.context import end_reading, form_page, inside, portal, reading, visit
from portal.forms import PayForm, Sentence, read_pay
from portal.pages.choices import LATER, NO_CARD, REFUSED, SPENT, about_choice
from portal.pages.invoices import read_invoices
from portal.pages.under_way import under_way
from portal.pages.ways import other_ways
from portal.till import desk_of, takes_cards
from shared.base.log import get_logger
from shared.payments import (
    BeingPaidError,
    Choice,
    ChoiceError,
    PagesSpentError,
    Payable,
    bounds,
    last_chosen,
    shares_meant,
    start_payment,
)
from shared.plans import PlanView, covered_by, live_plan, plans_of
from shared.processor import GatewayRefusedError, GatewayUnavailableError
from shared.web.filters import clock, today

views = Blueprint("pay", __name__)
log = get_logger(__name__)
UNPAID = frozenset({"created", "redirected", "expired", "failed"})
EMPTY = PayForm(Choice("all"), {"choice": "all", "invoices": [], "amount": ""}, {})


@views.get("/pay")
@inside
def choose() -> Response:
    """How much, and of what; the address may name an invoice, what a plan asks for now
    (``choice=part``, which it does by itself), or that the page was left unpaid: what was chosen is
    then chosen still.
    """
    values = _chosen_before() if request.args.get("cancelled") == "1" else None
    form = PayForm(Choice("part"), values or {**EMPTY.values, "choice": "part"}, {})
    named = request.args.get("invoice", "")
    return _form(form, {}, named=named, cancelled=values is not None)


def _chosen_before() -> dict[str, object] | None:
    """What was chosen on the page that was left; None where it was paid after all, in another tab or
    since: the address of that page may come back out of the browser's history."""
    here = visit()
    with portal().database.reading(here.practice.id) as session:
        left = last_chosen(session, practice_id=here.practice.id, account_id=here.account.id)
        if left is None or left.status not in UNPAID:
            return None
        some = [str(invoice_id) for invoice_id, _ in shares_meant(session, left)]
    euros, cents = divmod(left.amount_cents, 100)
    return {
        "choice": left.choice,
        "invoices": some if left.choice == "some" else [],
        "amount": f"{euros},{cents:02}" if left.choice == "other" else "",
    }


@views.post("/pay")
@inside
def begin() -> Response:
    """Off to the processor's page, with a see-other so that « back » asks nothing twice."""
    form = read_pay(request.form)
    if form.errors:
        return _form(form, form.errors)
    here = visit()
    desk = desk_of(here.practice.id)
    if desk is None:
        return _form(form, {"form": Sentence(NO_CARD, {})})
    choice = _part() if form.choice.kind == "part" else form.choice
    end_reading()  # nothing stays open while the processor is asked
    try:
        url = start_payment(desk, account_id=here.account.id, choice=choice, language=g.language)
    except ChoiceError as error:
        return _form(form, about_choice(error, form.choice.kind))
    except BeingPaidError as error:
        return make_response(redirect(f"/payment/{error.attempt_id}", code=303))
    except PagesSpentError as error:
        # Up to the next full minute, so that it is true at the minute that is named.
        again = clock(error.again_at + timedelta(seconds=59))
        return _form(form, {"form": Sentence(SPENT, {"time": again})})
    except GatewayUnavailableError:
        return _form(form, {"form": Sentence(LATER, {})}, status=503)
    except GatewayRefusedError as error:
        log.error("payment.refused", reason=str(error))
        return _form(form, {"form": Sentence(REFUSED, {})}, status=502)
    return make_response(redirect(url, code=303))


def _running(session: Session) -> PlanView | None:
    here = visit()
    plan = live_plan(plans_of(session, practice_id=here.practice.id, account_id=here.account.id))
    return plan if plan is not None and plan.plan.status == "active" else None


def _part() -> Choice:
    """What the plan that runs asks for now, for the invoices that it covers."""
    plan = _running(reading())
    if plan is None or plan.next_part is None:
        return Choice("")
    covers = covered_by(reading(), practice_id=plan.plan.practice_id, plan_id=plan.plan.id)
    expected = plan.expected_cents(today())
    return Choice("part", frozenset(cover.invoice_id for cover in covers), expected)


def _form(
    form: PayForm,
    errors: dict[str, Sentence],
    *,
    status: int = 422,
    named: str = "",
    cancelled: bool = False,
) -> Response:
    """The form; ``named`` is an invoice (its id) to be chosen already, if it is one of several."""
    here = visit()
    with portal().database.reading(here.practice.id) as session:
        every = read_invoices(session, practice_id=here.practice.id, account_id=here.account.id)
        invoices = [i for i in every if i.payable_cents]
        low, most = bounds(
            [Payable(i.id, i.payable_cents) for i in invoices], here.practice.minimum_payment_cents
        )
        plan = _running(session)
        known = under_way(
            session,
            practice_id=here.practice.id,
            account_id=here.account.id,
            now=portal().clock.now(),
            payable=most,
        )
    checked = sum(i.checked_cents for i in every)
    if most == 0 and (checked or not errors):  # it says why nothing is to be paid now
        return make_response(redirect("/statement", code=303))
    part_cents = plan.expected_cents(today()) if plan is not None else 0
    # the last date is all that is left; and none is asked for while somebody looks what is really left
    part_cents = part_cents if part_cents < most and not checked else 0
    if form.values["choice"] == "part" and not part_cents:
        form.values["choice"] = "all"
    several = {str(i.id) for i in invoices} if len(invoices) > 1 else set()
    gone = {"some": not several, "other": most <= low}  # choices of before that there are no more
    if not errors and gone.get(str(form.values["choice"])):
        form.values["choice"] = "all"
    return form_page(
        "portal/pay.html",
        errors,
        http_status=status,
        payable_cents=most,
        checked_cents=checked,
        open_cents=sum(i.open_cents for i in every),
        under_way=known,
        part_cents=part_cents,
        minimum_cents=low,
        invoices=[
            {"id": i.id, "number": i.number, "open_cents": i.payable_cents} for i in invoices
        ],
        values=form.values if named not in several else {"choice": "some", "invoices": [named]},
        cancelled=cancelled,
        card=takes_cards(here.practice.id),
        debit=here.practice.bank_debit,
        ways=other_ways(),
        back_url="/statement",
    )
