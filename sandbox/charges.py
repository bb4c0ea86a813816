"""The shapes of charges and of what they do to the balance, in API version 2026-10-28.endive."""

from sandbox.balance import booked
from sandbox.cards import Card, Month, Refusal
from sandbox.objects import EMPTY
from sandbox.store import Json, new_id

_FEE_PER_MILLE = 15
_FEE_FIXED_CENTS = 25
_DAY = 86400
_DAYS_UNTIL_AVAILABLE = 3
_BILLING: Json = {"address": None, "email": None, "name": None, "phone": None, "tax_id": None}


def no_billing() -> Json:
    """The page asks for no name and no address."""
    return dict(_BILLING)


def payment_method(card: Card, expires: Month, created: int) -> Json:
    """The card as the processor remembers it."""
    return {
        "id": new_id("pm_"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": no_billing(),
        "card": _card_details(card, expires),
        "created": created,
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }


def charge(intent: Json, method: Json, refusal: Refusal | None, *, created: int) -> Json:
    """One try to take the money: succeeded, or failed for a reason."""
    amount = intent["amount"]
    taken = refusal is None
    return {
        **dict.fromkeys(EMPTY["charge"]),
        "id": new_id("ch_"),
        "object": "charge",
        "amount": amount,
        "amount_captured": amount if taken else 0,
        "amount_refunded": 0,
        "billing_details": no_billing(),
        "calculated_statement_descriptor": intent["statement_descriptor"],
        "captured": taken,
        "created": created,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": refusal.code if refusal else None,
        "failure_message": refusal.message if refusal else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "outcome": outcome(refusal),
        "paid": taken,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": _details_of(method, amount if taken else None),
        "radar_options": {},
        "refunded": False,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "succeeded" if taken else "failed",
    }


def _details_of(method: Json, authorized: int | None) -> Json:
    kind = method["type"]
    more = {"amount_authorized": authorized} if kind == "card" else {}
    return {"type": kind, kind: method[kind] | more}


def balance_transaction(charged: Json, at: int) -> Json:
    """What a charge does to the balance when the money is there: gross, fee (1.5 % and 25 cents, half
    up), net."""
    amount = charged["amount"]
    fee = (amount * _FEE_PER_MILLE + 500) // 1000 + _FEE_FIXED_CENTS
    midnight = at - at % _DAY
    return booked(
        amount,
        charged["currency"],
        at,
        kind="charge",
        category="charge",
        description=charged["description"],
        source=charged["id"],
        available_on=midnight + _DAYS_UNTIL_AVAILABLE * _DAY,
        fee=fee,
        fee_for="Sandbox processing fee",
    )


def refund(charged: Json, params: Json, amount: int, status: str, *, created: int) -> Json:
    """Money on its way back to the card that it was taken from."""
    return {
        **dict.fromkeys(EMPTY["refund"]),
        "id": new_id("re_"),
        "object": "refund",
        "amount": amount,
        "charge": charged["id"],
        "created": created,
        "currency": charged["currency"],
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": params.get("metadata") or {},
        "payment_intent": charged["payment_intent"],
        "pending_reason": "processing" if status == "pending" else None,
        "reason": params.get("reason"),
        "status": status,
    }


def refund_transaction(refunded: Json, at: int, *, failed: bool) -> Json:
    """What a refund does to the balance, or undoes when it failed; the fee of the charge is kept."""
    kind = "refund_failure" if failed else "refund"
    return booked(
        refunded["amount"] if failed else -refunded["amount"],
        refunded["currency"],
        at,
        kind=kind,
        category=kind,
        description="REFUND FAILURE" if failed else "REFUND FOR CHARGE",
        source=refunded["id"],
    )


def payment_error(refusal: Refusal, charged: Json | None, method: Json) -> Json:
    """``last_payment_error`` of an intent."""
    error: Json = {
        "code": refusal.code,
        "message": refusal.message,
        "payment_method": method,
        "type": "invalid_request_error" if charged is None else "card_error",
    }
    if charged is not None:
        error["charge"] = charged["id"]
    if refusal.decline_code:
        error["decline_code"] = refusal.decline_code
    return error


def _card_details(card: Card, expires: Month) -> Json:
    return {
        "brand": card.brand,
        "country": card.country,
        "exp_month": expires.month,
        "exp_year": expires.year,
        "fingerprint": f"sandbox{card.last4}",
        "funding": "credit",
        "last4": card.last4,
        "wallet": None,
    }


def outcome(refusal: Refusal | None) -> Json:
    """How the bank answered, as a charge tells it."""
    return {
        "network_status": "declined_by_network" if refusal else "approved_by_network",
        "reason": refusal and (refusal.decline_code or refusal.code),
        "risk_level": "normal",
        "seller_message": (
            "The bank did not return any further details with this decline."
            if refusal
            else "Payment complete."
        ),
        "type": "issuer_declined" if refusal else "authorized",
    }
