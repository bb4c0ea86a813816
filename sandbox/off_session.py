"""A saved card charged while nobody is there: ``POST /v1/payment_intents``, made and confirmed at once."""

from sandbox import objects
from sandbox.amounts import check_sum, known_currency
from sandbox.call import Call
from sandbox.cards import AUTHENTICATION_REQUIRED, EXPIRED, Refusal
from sandbox.errors import ProcessorError, missing, not_played
from sandbox.events import emit
from sandbox.store import Json
from sandbox.taking import decline, has_expired, take


def create(call: Call) -> Json:
    """Charge a saved card. Raises the processor's 402 with the intent when the bank says no."""
    params = call.params
    for name in ("confirm", "off_session"):
        if params.get(name) is not True:
            raise not_played(f"{name}=false")
    currency = known_currency(params["currency"], "currency")
    check_sum(params["amount"], currency, "Amount", "amount")
    allowed = params.get("allowed_payment_method_types")
    if allowed is not None and "card" not in allowed:
        raise not_played("allowed_payment_method_types", ", ".join(allowed) or "(none)")
    method = _method(call)
    at = call.books.now()
    intent = call.account.add(objects.off_session_intent(params, at))
    emit(call.books, call.account, "payment_intent.created", intent, request=call.origin)
    refusal = _refusal(call, method, at)
    if refusal is None:
        take(call.books, call.account, intent, at)
        return intent
    decline(call.books, call.account, intent, refusal, at)
    raise _declined(intent, refusal)


def _method(call: Call) -> Json:
    """The saved card, which must be the customer's own."""
    for name in ("customer", "payment_method"):
        if name not in call.params:
            raise ProcessorError(
                f"Missing required param: {name}.", code="parameter_missing", param=name
            )
    customer, method_id = call.params["customer"], call.params["payment_method"]
    if customer not in call.account.objects["customer"]:
        raise missing("customer", customer, "customer", status=400)
    method = call.account.objects["payment_method"].get(method_id)
    if method is None:
        raise missing("PaymentMethod", method_id, "payment_method", status=400)
    if method["customer"] is None:
        how = (
            "was detached from" if method_id in call.account.once_attached else "is not attached to"
        )
        raise ProcessorError(
            f"The provided PaymentMethod {how} a customer. It may not be used again.",
            param="payment_method",
        )
    if method["customer"] != customer:
        raise ProcessorError(
            f"The customer does not have a payment method with the ID {method_id}. The payment "
            "method must be attached to the customer.",
            code="resource_missing",
            param="payment_method",
        )
    return method


def _refusal(call: Call, method: Json, at: int) -> Refusal | None:
    card = call.account.card_of_method[method["id"]]
    if has_expired(method, at):
        return EXPIRED
    return AUTHENTICATION_REQUIRED if card.always_asks else card.refusal


def _declined(intent: Json, refusal: Refusal) -> ProcessorError:
    told = intent["last_payment_error"]
    return ProcessorError(
        refusal.message,
        status=402,
        kind="card_error",
        code=refusal.code,
        remembered=True,
        more={
            "charge": intent["latest_charge"],
            "payment_intent": dict(intent),
            "payment_method": told["payment_method"],
            **({"decline_code": refusal.decline_code} if refusal.decline_code else {}),
        },
    )
