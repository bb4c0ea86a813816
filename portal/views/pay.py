"""Choosing what to pay and how, and going to the processor's page."""

from flask import Blueprint, Response, g, make_response, redirect, request
from sqlalchemy.orm import Session

from portal.context import end_reading, inside, page, portal, reading, sentences, visit
from portal.forms import PayForm, Sentence, read_pay
from portal.pages.choices import LATER, NO_CARD, REFUSED, about_choice
from portal.pages.invoices import InvoiceView, read_invoices
from portal.pages.ways import other_ways
from portal.till import desk_of, takes_cards
from shared.base.log import get_logger
from shared.payments import (
    BeingPaidError,
    Choice,
    ChoiceError,
    GatewayRefusedError,
    GatewayUnavailableError,
    Payable,
    bounds,
    start_payment,
)
from shared.plans import PlanView, covered_by, live_plan, plans_of
from shared.web.filters import today

views = Blueprint("pay", __name__)
log = get_logger(__name__)
EMPTY = PayForm(Choice("all"), {"choice": "all", "invoices": [], "amount": ""}, {})


@views.get("/pay")
@inside
def choose() -> Response:
    """How much, and of what; the address may name an invoice, what a plan asks for now
    (``choice=part``), or that the page was left unpaid.
    """
    wanted = "part" if request.args.get("choice") == "part" else "all"
    form = PayForm(Choice(wanted), {**EMPTY.values, "choice": wanted}, {})
    return _form(form, {}, named=request.args.get("invoice", ""))


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
    form: PayForm, errors: dict[str, Sentence], *, status: int = 422, named: str = ""
) -> Response:
    """The form; ``named`` is an invoice (its id) to be chosen already, if it is one of several."""
    here = visit()
    with portal().database.reading(here.practice.id) as session:
        invoices = [
            i
            for i in read_invoices(
                session, practice_id=here.practice.id, account_id=here.account.id
            )
            if i.open_cents > i.processing_cents
        ]
        plan = _running(session)
    low, most = bounds(
        [Payable(i.id, _payable(i)) for i in invoices], here.practice.minimum_payment_cents
    )
    if most == 0 and not errors:
        return make_response(redirect("/statement", code=303))
    part_cents = plan.expected_cents(today()) if plan is not None else 0
    part_cents = part_cents if part_cents < most else 0  # the last date is all that is left
    if form.values["choice"] == "part" and not part_cents:
        form.values["choice"] = "all"
    several = {str(i.id) for i in invoices} if len(invoices) > 1 else set()
    response = page(
        "portal/pay.html",
        payable_cents=most,
        part_cents=part_cents,
        minimum_cents=low,
        invoices=[{"id": i.id, "number": i.number, "open_cents": _payable(i)} for i in invoices],
        values=form.values if named not in several else {"choice": "some", "invoices": [named]},
        cancelled=request.method == "GET" and request.args.get("cancelled") == "1",
        errors=sentences(errors),
        card=takes_cards(here.practice.id),
        ways=other_ways(),
        back_url="/statement",
    )
    if errors:
        response.status_code = status
    return response


def _payable(invoice: InvoiceView) -> int:
    return max(invoice.open_cents - invoice.processing_cents, 0)
