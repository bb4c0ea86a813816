"""Money given back: ``/v1/refunds``, and what becomes of a refund later."""

from sandbox import charges, disputes, listing
from sandbox.call import Call
from sandbox.errors import ProcessorError, missing
from sandbox.events import emit
from sandbox.store import Account, Books, Json
from sandbox.words import money


def create(call: Call) -> Json:
    """``POST /v1/refunds``: of a charge or of an intent's charge, whole or in part."""
    charge = _charge(call.account, call.params)
    status = call.books.refunds_end
    if status == "balance_insufficient":
        raise ProcessorError(
            "You have insufficient funds in your account for this refund.",
            code=status,
            remembered=True,
        )
    return give_back(
        call.books, call.account, charge, call.params, status=status, request=call.origin
    )


def index(call: Call) -> Json:
    """``GET /v1/refunds``: by charge, by intent and by time."""
    rows = listing.created_within(call.account.newest_first("refund"), call.params)
    rows = listing.equal(rows, call.params, "charge", "payment_intent")
    return listing.page(rows, call.params, call.path)


def give_back(
    books: Books,
    account: Account,
    charge: Json,
    params: Json,
    *,
    status: str = "succeeded",
    request: Json | None = None,
) -> Json:
    """Refund a charge. Raises ProcessorError for more than is left of it."""
    if any(disputes.takes(row) for row in disputes.of_charge(account, charge["id"])):
        raise ProcessorError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
            remembered=True,
        )
    left = charge["amount"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    _check_sum(charge, amount, left)
    at = books.now()
    refund = account.add(charges.refund(charge, params, amount, status, created=at))
    if status == "succeeded":
        _book(account, refund, at)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    emit(books, account, "refund.created", refund, created=at, request=request)
    emit(books, account, "charge.refunded", charge, created=at, request=request)
    return refund


def end(books: Books, account: Account, refund: Json, *, status: str) -> None:
    """A refund that waited succeeds; or one fails, even after it had succeeded."""
    at = books.now()
    if status == "succeeded":
        refund.update(status=status, pending_reason=None)
        _book(account, refund, at)
        emit(books, account, "refund.updated", refund, created=at)
    else:
        if refund["balance_transaction"] is not None:
            booked = account.add(charges.refund_transaction(refund, at, failed=True))
            refund["failure_balance_transaction"] = booked["id"]
        refund.update(status="failed", failure_reason="expired_or_canceled_card")
        refund["pending_reason"] = None
        charge = account.objects["charge"][refund["charge"]]
        charge["amount_refunded"] -= refund["amount"]
        charge["refunded"] = False
        emit(books, account, "refund.failed", refund, created=at)
    emit(books, account, "charge.refund.updated", refund, created=at)


def of_charge(account: Account, charge_id: str) -> list[Json]:
    """A charge's refunds, the latest first."""
    return [row for row in account.newest_first("refund") if row["charge"] == charge_id]


def _book(account: Account, refund: Json, at: int) -> None:
    booked = account.add(charges.refund_transaction(refund, at, failed=False))
    refund["balance_transaction"] = booked["id"]


def _charge(account: Account, params: Json) -> Json:
    if "charge" in params and "payment_intent" in params:
        raise ProcessorError(
            "You may only specify one of these parameters: charge, payment_intent.",
            code="parameters_exclusive",
            param="payment_intent",
        )
    if "charge" in params:
        charge = account.objects["charge"].get(params["charge"])
        if charge is None:
            raise missing("charge", params["charge"], "charge")
    elif "payment_intent" in params:
        intent = account.objects["payment_intent"].get(params["payment_intent"])
        if intent is None:
            raise missing("payment_intent", params["payment_intent"], "payment_intent")
        charge = account.objects["charge"].get(intent["latest_charge"] or "")
    else:
        raise ProcessorError(
            "One of the following params should be provided for this request: payment_intent or "
            "charge.",
            code="parameter_missing",
            param="payment_intent",
        )
    if charge is None or charge["status"] != "succeeded":
        raise ProcessorError(
            "There is no successful charge to refund.", param="payment_intent", remembered=True
        )
    return charge


def _check_sum(charge: Json, amount: int, left: int) -> None:
    if left == 0:
        raise ProcessorError(
            f"Charge {charge['id']} has already been refunded.",
            code="charge_already_refunded",
            remembered=True,
        )
    if amount < 1:
        raise ProcessorError(
            "Invalid positive integer", code="parameter_invalid_integer", param="amount"
        )
    if amount > left:
        currency = charge["currency"]
        raise ProcessorError(
            f"Refund amount ({money(amount, currency, 'en')}) is greater than unrefunded amount on "
            f"charge ({money(left, currency, 'en')})",
            param="amount",
            remembered=True,
        )
