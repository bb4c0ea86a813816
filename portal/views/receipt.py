"""Receipts: neutral, and always there again, as a page and as a letter to keep."""

from uuid import UUID

from flask import Blueprint, Response, make_response, request

from portal.context import inside, page, reading, visit
from portal.pages.receipt_letter import Receipt, letter_of
from shared.payments import BY_LINK, get_attempt, get_payment

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
            "left_cents": payment.left_cents,
            "file_name": receipt.file_name,
            "file_url": f"/receipt/{payment.id}.pdf",
        },
        name=here.name.full,
        account_number=here.account.number,
        fresh=request.args.get("fresh") == "1",
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
    return Receipt(payment, settled, by_link)
