"""Receipts: neutral, and always there again, as a page and as a letter to keep."""

from uuid import UUID

from flask import Blueprint, Response, make_response, request

from portal.context import inside, page, reading, visit
from portal.pages.payments import by_bank, is_looked_at
from portal.pages.receipt_letter import Receipt, letter_of
from shared.payments import (
    BY_LINK,
    Received,
    get_attempt,
    get_payment,
    payments_of,
    refunds_of,
    uses_of,
)

views = Blueprint("receipt", __name__)


@views.get("/receipt/<uuid:payment_id>")
@inside
def show(payment_id: UUID) -> Response:
    """One payment received."""
    here, receipt = visit(), _receipt(payment_id)
    payment = receipt.payment
    return page(
        "portal/receipt.html",
        receipt={
            "number": payment.number,
            "received_at": payment.received_at,
            "amount_cents": payment.amount_cents,
            "way": receipt.way,
            "shares": receipt.shares,
            "credit_cents": payment.credit_cents,
            "used": receipt.used,
            "cancelled_on": payment.cancelled_on,
            "hour_known": receipt.hour_known,
            "refunds": receipt.received.returned,
            "kept_cents": receipt.received.kept_cents,
            "by_bank": by_bank(receipt.received),
            "looked_at": is_looked_at(
                reading(),
                [receipt.received],
                practice_id=here.practice.id,
                account_id=here.account.id,
            ),
            "left_cents": payment.left_cents,
            "file_name": receipt.file_name,
            "file_url": f"/receipt/{payment.id}.pdf",
        },
        name=here.name.full,
        account_number=here.account.number,
        fresh=request.args.get("fresh") == "1" and _is_latest(receipt.received),
        statement_url="/statement",
    )


@views.get("/receipt/<uuid:payment_id>.pdf")
@inside
def letter(payment_id: UUID) -> Response:
    """The same as a letter to keep."""
    receipt = _receipt(payment_id)
    response = make_response(letter_of(receipt))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{receipt.file_name}"'
    return response


def _is_latest(received: Received) -> bool:
    """Whether what was left then is what is left now, as far as payments go."""
    here = visit()
    [latest, *_] = payments_of(reading(), practice_id=here.practice.id, account_id=here.account.id)
    stands = received.payment.cancelled_on is None and not received.returned
    return stands and latest.payment.id == received.payment.id


def _receipt(payment_id: UUID) -> Receipt:
    here, session = visit(), reading()
    payment, shares = get_payment(
        session,
        practice_id=here.practice.id,
        account_id=here.account.id,
        payment_id=payment_id,
    )
    by_link = (
        payment.attempt_id is not None
        and get_attempt(session, practice_id=here.practice.id, attempt_id=payment.attempt_id).choice
        == BY_LINK
    )
    settled = tuple((invoice.number, cents) for invoice, cents in shares)
    refunds = refunds_of(session, practice_id=here.practice.id, payments=[payment.id])
    used = tuple(
        (invoice.number, use.amount_cents)
        for invoice, use in uses_of(session, practice_id=here.practice.id, payment_id=payment.id)
    )
    received = Received(
        payment, tuple(refunds.get(payment.id, ())), sum(cents for _, cents in used)
    )
    return Receipt(received, settled, used, by_link)
