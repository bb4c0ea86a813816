"""Paying by bank transfer: what to copy, the code to scan, and saying that it is done."""

from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_decimal
from flask import Blueprint, Response, g, make_response, redirect, request

from portal.context import end_reading, form_page, inside, portal, visit
from portal.forms import Sentence, fresh_once, say
from portal.pages.under_way import under_way
from shared.accounts import ways_of
from shared.base.errors import NotAllowedError
from shared.base.formats import locale_of, marked, money
from shared.base.money import AmountError, Cents, parse_amount
from shared.base.transfers import in_fours, transfer_qr
from shared.messages import Words, once_of, open_thread, promised_day
from shared.payments import payables_of
from shared.web.filters import t

views = Blueprint("transfer", __name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The sum to transfer, in cents; 0 while ``error`` says what is wrong with what was typed."""

    cents: Cents
    least: Cents
    most: Cents
    typed: str = ""
    error: Sentence | None = None


@views.get("/transfer")
@inside
def show() -> Response:
    """Account, reference and code for all that is left, or for the sum in the address."""
    return _page(_wanted(request.args.get("amount", "")))


@views.post("/transfer")
@inside
def done() -> Response:
    """« I have made it »: a message like any other, with its pause and its search for the payment."""
    wanted = _wanted(request.form.get("amount", ""))
    here, parts = visit(), portal()
    if not here.practice.iban or not wanted.cents:
        return _page(wanted)
    once = once_of(request.form.get("once", "")) or fresh_once()
    said = t(
        "J’ai fait un virement de {amount}. Référence : {reference}.",
        amount=money(wanted.cents, g.language),
        reference=here.account.transfer_reference,
    )
    end_reading()
    try:
        with parts.database.unit_of_work(here.practice.id) as work:
            thread = open_thread(
                work.session,
                practice=here.practice,
                account_id=here.account.id,
                vault=here.vault,
                subject="paid",
                words=Words(said, once),
                at=parts.clock.now(),
            )
            work.commit()
    except NotAllowedError as refused:
        return _page(wanted, refused=str(refused))
    return make_response(redirect(f"/messages/{thread.id}?fresh=1", code=303))


def _wanted(typed: str) -> Wanted:
    here = visit()
    with portal().database.reading(here.practice.id) as session:
        payables = payables_of(session, practice_id=here.practice.id, account_id=here.account.id)
    most = sum(payable.cents for payable in payables)
    least = min(here.practice.minimum_payment_cents, most)
    typed = typed.strip()[:20]
    if not typed:
        return Wanted(most, least, most)
    try:
        cents = parse_amount(typed)
    except AmountError as error:
        return Wanted(0, least, most, typed, say(str(error)))
    if not least <= cents <= most:
        values = {"least": money(least, g.language), "most": money(most, g.language)}
        text = marked("Écrivez une somme entre {least} et {most}.")
        return Wanted(0, least, most, typed, say(text, **values))
    return Wanted(cents, least, most, typed)


def _page(wanted: Wanted, *, refused: str = "") -> Response:
    here = visit()
    ways = ways_of(here.practice)
    if not ways.iban:
        return make_response(redirect("/pay", code=303))
    if not wanted.most:
        return make_response(redirect("/statement", code=303))
    reference = here.account.transfer_reference
    errors = {"amount": wanted.error} if wanted.error else {}
    if refused:
        errors["form"] = say(refused)
    picture = (
        transfer_qr(
            holder=ways.holder,
            iban=ways.iban,
            bic=ways.bic,
            cents=wanted.cents,
            reference=reference,
        )
        if wanted.cents
        else None
    )
    now = portal().clock.now()
    with portal().database.reading(here.practice.id) as session:
        known = under_way(
            session,
            practice_id=here.practice.id,
            account_id=here.account.id,
            now=now,
            payable=wanted.most,
        )
    return form_page(
        "portal/transfer.html",
        errors,
        under_way=known,
        amount_cents=wanted.cents,
        amount_plain=_plain(wanted.cents),
        least_cents=wanted.least,
        most_cents=wanted.most,
        holder=ways.holder,
        iban=(ways.iban, in_fours(ways.iban)),
        bic=ways.bic,
        reference=(reference, in_fours(reference)),
        qr=picture,
        answer_by=promised_day(here.practice, now),
        values={"amount": wanted.typed, "once": fresh_once()},
        back_url="/pay",
    )


def _plain(cents: Cents) -> str:
    """A sum as a bank's form takes it."""
    return format_decimal(Decimal(cents) / 100, "0.00", locale=locale_of(g.language))
