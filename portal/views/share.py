"""Letting someone else pay: a link with a frozen sum, shown once, and taken back when one likes."""

from contextlib import suppress
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request

from portal.context import end_reading, form_page, inside, portal, visit, visit_secret
from portal.forms import PayForm, Sentence, fresh_once, read_pay
from portal.pages.choices import about_choice
from portal.pages.invoices import read_invoices
from portal.till import desk_of, takes_cards
from shared.base.errors import NotAllowedError
from shared.messages import once_of
from shared.payments import (
    PAY_LINK_DAYS,
    BeingPaidError,
    Choice,
    ChoiceError,
    Payable,
    bounds,
    close_page_of,
    make_pay_link,
    pay_links_of,
    revoke_pay_link,
    told_again,
)
from shared.processor import GatewayRefusedError, GatewayUnavailableError

views = Blueprint("share", __name__)
EMPTY = PayForm(Choice("all"), {"choice": "all", "amount": ""}, {})


@views.get("/share")
@inside
def show() -> Response:
    """The links that still stand, a new one right after it was made, and a form for one more."""
    return _page(EMPTY, {}, made=request.args.get("made", ""))


@views.post("/share")
@inside
def make() -> Response:
    """Make a link; the same form sent twice makes one, the same sum asked for again too."""
    here, parts = visit(), portal()
    form = read_pay(request.form)
    if form.choice.kind not in ("all", "other"):
        form = PayForm(Choice(""), form.values, form.errors)
    if form.errors:
        return _page(form, form.errors)
    if not takes_cards(here.practice.id):
        return _page(form, {})
    once = once_of(request.form.get("once", "")) or fresh_once()
    end_reading()
    try:
        with parts.database.unit_of_work(here.practice.id) as work:
            made = make_pay_link(
                work.session,
                practice=here.practice,
                account_id=here.account.id,
                choice=form.choice,
                once=once,
                seed=visit_secret(),
                signer=parts.payer_signer,
                at=parts.clock.now(),
            )
            work.commit()
    except ChoiceError as error:
        return _page(form, about_choice(error, form.choice.kind))
    except NotAllowedError as refused:
        return _page(form, {"form": Sentence(str(refused), {})})
    known = "" if made == once else "&known=1"
    return make_response(redirect(f"/share?made={made}{known}", code=303))


@views.post("/share/<uuid:link_id>/revoke")
@inside
def revoke(link_id: UUID) -> Response:
    """Take a link back, and close the payment page that may stand open behind it."""
    here, parts = visit(), portal()
    end_reading()
    with parts.database.unit_of_work(here.practice.id) as work:
        attempt_id = revoke_pay_link(
            work.session,
            practice_id=here.practice.id,
            account_id=here.account.id,
            link_id=link_id,
            at=parts.clock.now(),
        )
        work.commit()
    desk = desk_of(here.practice.id)
    if attempt_id is not None and desk is not None:
        # Else it closes by itself within the hour, and what came in before is booked as always.
        with suppress(BeingPaidError, GatewayUnavailableError, GatewayRefusedError):
            close_page_of(desk, attempt_id=attempt_id)
    return make_response(redirect("/share?cut=1", code=303))


def _page(form: PayForm, errors: dict[str, Sentence], *, made: str = "") -> Response:
    here, parts = visit(), portal()
    if not takes_cards(here.practice.id):
        return make_response(redirect("/pay", code=303))
    practice_id, account_id = here.practice.id, here.account.id
    with parts.database.reading(practice_id) as session:
        invoices = read_invoices(session, practice_id=practice_id, account_id=account_id)
        links = pay_links_of(
            session, practice_id=practice_id, account_id=account_id, at=parts.clock.now()
        )
        once = once_of(made)
        fresh = (
            told_again(
                session,
                practice_id=practice_id,
                account_id=account_id,
                once=once,
                seed=visit_secret(),
                signer=parts.payer_signer,
            )
            if once
            else None
        )
    payables = [Payable(i.id, i.payable_cents) for i in invoices]
    low, most = bounds(payables, here.practice.minimum_payment_cents)
    return form_page(
        "portal/share.html",
        errors,
        payable_cents=most,
        checked_cents=sum(i.checked_cents for i in invoices),
        open_cents=sum(i.open_cents for i in invoices),
        minimum_cents=low,
        fresh=fresh[0] if fresh else None,
        known=request.args.get("known") == "1",
        address=f"{parts.settings.site}/p/{fresh[1]}" if fresh else "",
        links=[shown for shown in links if fresh is None or shown.link.id != fresh[0].id],
        cut=request.method == "GET" and request.args.get("cut") == "1",
        days=PAY_LINK_DAYS,
        values=form.values | {"once": fresh_once()},
        back_url="/pay",
    )
