"""All payments of an account, its invoices that are settled, and what was corrected elsewhere."""

from uuid import UUID

from flask import Blueprint, Response, request

from portal.context import inside, page, reading, visit
from portal.pages.invoices import read_past
from portal.pages.payments import is_looked_at, payment_rows
from shared.base.errors import NotFoundError
from shared.payments import older_payments

views = Blueprint("payments", __name__)


@views.get("/payments")
@inside
def index() -> Response:
    """A page of payments, the latest first; ``before`` is the last one of the page before."""
    here = visit()
    practice_id, account_id, before = here.practice.id, here.account.id, _before()
    payments, more = older_payments(
        reading(), practice_id=practice_id, account_id=account_id, than=before
    )
    past = (
        read_past(reading(), practice_id=practice_id, account_id=account_id)
        if before is None
        else None
    )
    return page(
        "portal/payments.html",
        payments=payment_rows(payments),
        looked_at=is_looked_at(reading(), payments, practice_id=practice_id, account_id=account_id),
        older=payments[-1].payment.id if more else None,
        first=before is None,
        settled=past.settled if past else [],
        elsewhere=past.corrected if past else [],
        back_url="/statement",
    )


def _before() -> UUID | None:
    text = request.args.get("before", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFoundError("Ce paiement n’est pas dans votre espace.") from None
