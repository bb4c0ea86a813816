"""All payments of an account, and what was paid or corrected elsewhere."""

from uuid import UUID

from flask import Blueprint, Response, request

from portal.context import inside, page, reading, visit
from portal.pages.invoices import read_corrected
from shared.base.errors import NotFoundError
from shared.payments import older_payments

views = Blueprint("payments", __name__)


@views.get("/payments")
@inside
def index() -> Response:
    """A page of payments, the latest first; ``before`` is the last one of the page before."""
    here = visit()
    whose = {"practice_id": here.practice.id, "account_id": here.account.id}
    before = _before()
    payments, more = older_payments(reading(), **whose, than=before)
    return page(
        "portal/payments.html",
        payments=payments,
        older=payments[-1].id if more else None,
        first=before is None,
        elsewhere=read_corrected(reading(), **whose) if before is None else [],
        back_url="/statement",
    )


def _before() -> UUID | None:
    text = request.args.get("before", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFoundError("Ce paiement n’est pas dans votre espace.") from None
