"""Choosing what to pay, going to the processor's page, and coming back from it."""

import time
from uuid import UUID

from flask import Blueprint, Response, g, make_response, redirect, request
from sqlalchemy.orm import Session

from portal.context import end_reading, inside, page, portal, reading, visit
from portal.forms import PayForm, Sentence, read_pay
from portal.pages.invoices import InvoiceView, read_invoices
from portal.pages.pay_words import LATER, NO_CARD, REFUSED, about
from shared.base.log import get_logger
from shared.payments import (
    LOOKED_AT,
    ONLY_A_CARD,
    BeingPaidError,
    Choice,
    ChoiceError,
    Desk,
    GatewayRefusedError,
    GatewayUnavailableError,
    Payable,
    bounds,
    came_back,
    get_attempt,
    payment_of_attempt,
    start_payment,
)
from shared.plans import PlanView, covered_by, live_plan, plans_of
from shared.web.filters import t, today

views = Blueprint("pay", __name__)
log = get_logger(__name__)
WAIT_SECONDS = 5.0
LOOK_SECONDS = 0.2
CARD_TOLD = {"saved": "kept", "failed": "not_kept", "expired": "not_kept"}
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
    here, parts = visit(), portal()
    gateway = parts.gateways.of(here.practice.id)
    if gateway is None:
        return _form(form, {"form": Sentence(NO_CARD, {})})
    choice = _part() if form.choice.kind == "part" else form.choice
    desk = Desk(
        database=parts.database,
        clock=parts.clock,
        practice_id=here.practice.id,
        gateway=gateway,
        site=parts.settings.site,
    )
    end_reading()  # nothing stays open while the processor is asked
    try:
        url = start_payment(desk, account_id=here.account.id, choice=choice, language=g.language)
    except ChoiceError as error:
        return _form(form, about(error, form.choice.kind))
    except BeingPaidError as error:
        return make_response(redirect(f"/payment/{error.attempt_id}", code=303))
    except GatewayUnavailableError:
        return _form(form, {"form": Sentence(LATER, {})}, status=503)
    except GatewayRefusedError as error:
        log.error("payment.refused", reason=str(error))
        return _form(form, {"form": Sentence(REFUSED, {})}, status=502)
    return make_response(redirect(url, code=303))


@views.get("/payment/<uuid:attempt_id>")
@inside
def back(attempt_id: UUID) -> Response:
    """Back from the processor: wait a moment for the worker, then say what is known."""
    here, parts = visit(), portal()
    end_reading()
    came_back(
        parts.database,
        practice_id=here.practice.id,
        account_id=here.account.id,
        attempt_id=attempt_id,
        at=parts.clock.now(),
    )
    if not parts.chairs.acquire(blocking=False):  # too many wait: the page asks again by itself
        return _look(attempt_id) or _unknown(attempt_id)
    try:
        deadline = time.monotonic() + WAIT_SECONDS
        while (answer := _look(attempt_id)) is None and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        return answer or _unknown(attempt_id)
    finally:
        parts.chairs.release()


def _look(attempt_id: UUID) -> Response | None:
    with portal().database.reading(visit().practice.id) as session:
        return _known(session, attempt_id)


def _known(session: Session, attempt_id: UUID) -> Response | None:
    here = visit()
    attempt = get_attempt(
        session,
        practice_id=here.practice.id,
        attempt_id=attempt_id,
        account_id=here.account.id,
    )
    if attempt.status == "succeeded":
        payment = payment_of_attempt(session, practice_id=here.practice.id, attempt_id=attempt_id)
        if payment is not None:
            return make_response(redirect(f"/receipt/{payment.id}?fresh=1", code=303))
    if attempt.failure == LOOKED_AT:
        return make_response(redirect("/statement", code=303))
    if attempt.choice == ONLY_A_CARD and attempt.status in CARD_TOLD:
        told = CARD_TOLD[attempt.status]
        return make_response(redirect(f"/plan?card={told}", code=303))
    state = {"processing": "processing", "failed": "failed", "expired": "failed"}.get(
        attempt.status
    )
    if state is None:
        return None
    return page(
        "portal/paying.html",
        state=state,
        amount_cents=attempt.amount_cents,
        failure="expired" if attempt.status == "expired" else attempt.failure,
        pay_url="/pay",
        statement_url="/statement",
    )


def _unknown(attempt_id: UUID) -> Response:
    here = visit()
    with portal().database.reading(here.practice.id) as session:
        attempt = get_attempt(
            session,
            practice_id=here.practice.id,
            attempt_id=attempt_id,
            account_id=here.account.id,
        )
    response = page(
        "portal/paying.html",
        state="unknown",
        amount_cents=attempt.amount_cents,
        failure=None,
        pay_url="/pay",
        statement_url="/statement",
    )
    response.headers["Refresh"] = "5"
    return response


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
        errors={name: t(s.text, **s.values) for name, s in errors.items()},
        back_url="/statement",
    )
    if errors:
        response.status_code = status
    return response


def _payable(invoice: InvoiceView) -> int:
    return max(invoice.open_cents - invoice.processing_cents, 0)
