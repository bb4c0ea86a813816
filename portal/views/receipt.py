"""Receipts: neutral, and always there again."""

from uuid import UUID

from flask import Blueprint, Response, request

from portal.context import inside, page, reading, visit
from shared.payments import get_payment

views = Blueprint("receipt", __name__)


@views.get("/receipt/<uuid:payment_id>")
@inside
def show(payment_id: UUID) -> Response:
    """One payment received."""
    here = visit()
    payment, shares = get_payment(
        reading(),
        practice_id=here.practice.id,
        account_id=here.account.id,
        payment_id=payment_id,
    )
    return page(
        "portal/receipt.html",
        receipt={
            "number": payment.number,
            "received_at": payment.received_at,
            "amount_cents": payment.amount_cents,
            "method": payment.method,
            "shares": [(invoice.number, cents) for invoice, cents in shares],
            "credit_cents": payment.credit_cents,
            "left_cents": payment.left_cents,
        },
        name=here.name.full,
        account_number=here.account.number,
        fresh=request.args.get("fresh") == "1",
        statement_url="/statement",
    )
