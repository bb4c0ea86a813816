"""The processor's objects as plain dictionaries, read into ours and written from ours.

Whatever is not as we know it raises KeyError, TypeError, ValueError or AttributeError.
"""

from calendar import monthrange
from datetime import UTC, date, datetime
from typing import Any

from shared.processor.gateway import (
    BANK_DEBIT,
    CARD,
    Card,
    Charged,
    ChargeOrder,
    Checkout,
    CheckoutOrder,
    Refunded,
)
from shared.processor.stripe_values import Json, ours, read_name, whole

CHARGE_WITH = ["latest_charge.refunds"]
PAGE_WITH = [
    "payment_intent.latest_charge.refunds",
    "payment_intent.payment_method",
    "setup_intent.payment_method",
]
REFUND_STATUSES = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}


def write_page(order: CheckoutOrder) -> Any:
    """The parameters of a hosted page: to pay, to pay and keep the card, or only to keep it."""
    params: Json = {
        "client_reference_id": order.reference,
        "success_url": order.return_url,
        "cancel_url": order.cancel_url,
        "locale": "fr" if order.language == "fr" else "en",
        "expires_at": int(order.expires_at.timestamp()),
        "expand": PAGE_WITH,
    }
    told = {"metadata": {"reference": order.reference}}
    by_bank = order.bank_debit and order.customer is None and order.amount_cents
    params["allowed_payment_method_types"] = ["card", "sepa_debit"] if by_bank else ["card"]
    if order.customer is not None:
        params["customer"] = order.customer
    if not order.amount_cents:
        return params | {"mode": "setup", "currency": "eur", "setup_intent_data": told}
    return params | {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": order.amount_cents,
                    "product_data": {"name": order.label},
                },
            }
        ],
        "payment_intent_data": told
        | ({"setup_future_usage": "off_session"} if order.customer is not None else {}),
    }


def read_page(session: Json) -> Checkout:
    """A hosted page with what was paid or kept on it."""
    intent = whole(session["payment_intent"])
    return Checkout(
        session_id=read_name(session["id"]),
        url=session.get("url"),
        status=session["status"],
        paid=session["payment_status"] == "paid",
        amount_cents=session["amount_total"] or 0,
        currency=session["currency"],
        reference=session.get("client_reference_id"),
        livemode=session["livemode"],
        intent_id=intent.get("id"),
        failed=_failure(intent),
        received_at=_received_at(intent),
        card=_card(intent) or _card(whole(session.get("setup_intent"))),
        method=_method(intent),
        refunds=tuple(read_refund(refund) for refund in shown_refunds(intent)["data"]),
    )


def write_charge(order: ChargeOrder) -> Any:
    """The parameters of a charge on a kept card, confirmed at once."""
    return {
        "amount": order.amount_cents,
        "currency": "eur",
        "customer": order.customer,
        "payment_method": order.method,
        "allowed_payment_method_types": ["card"],
        "confirm": True,
        "off_session": True,
        "metadata": {"reference": order.reference},
        "expand": CHARGE_WITH,
    }


def is_ours(intent: Json, reference: str) -> bool:
    """Whether an intent bears our reference."""
    return bool((intent.get("metadata") or {}).get("reference") == reference)


def read_charge(intent: Json) -> Checkout:
    """A charge on a kept card. One that waits for anybody has failed: nobody is there."""
    status = intent["status"]
    failed = None
    if status not in ("succeeded", "processing"):
        failed = _failure(intent) or (
            "authentication_required" if status == "requires_action" else status
        )
    return Checkout(
        session_id=None,
        url=None,
        status="complete",
        paid=status == "succeeded",
        amount_cents=intent["amount_received"] if status == "succeeded" else intent["amount"],
        currency=intent["currency"],
        reference=ours((intent.get("metadata") or {}).get("reference")),
        livemode=intent["livemode"],
        intent_id=read_name(intent["id"]),
        failed=failed,
        received_at=_received_at(intent),
        method=_method(intent),
        refunds=tuple(read_refund(refund) for refund in shown_refunds(intent)["data"]),
    )


def shown_refunds(intent: Json) -> Json:
    """The list of refunds that an intent is shown with; it may be but the beginning (``has_more``)."""
    charge = intent.get("latest_charge")
    shown = charge.get("refunds") if isinstance(charge, dict) else None
    return shown or {"data": [], "has_more": False}


def read_refund(refund: Json) -> Refunded:
    """Money given back. A status that we don't know is one that has not ended."""
    intent_id = whole(refund["payment_intent"]).get("id")
    return Refunded(
        refund_id=read_name(refund["id"]),
        intent_id=intent_id,
        status=REFUND_STATUSES.get(refund["status"], "pending"),
        amount_cents=refund["amount"],
        currency=refund["currency"],
        at=datetime.fromtimestamp(refund["created"], UTC),
    )


def read_charged(charge: Json) -> Charged:
    """Money taken by a charge. Its metadata are those that its intent had."""
    return Charged(
        intent_id=read_name(whole(charge["payment_intent"]).get("id") or charge["id"]),
        amount_cents=charge["amount_captured"],
        currency=charge["currency"],
        reference=ours((charge.get("metadata") or {}).get("reference")),
        at=datetime.fromtimestamp(charge["created"], UTC),
        livemode=charge["livemode"],
    )


def read_refusal(body: Any) -> Json:
    """The intent in the processor's answer that a card was refused."""
    intent: Json = body["error"]["payment_intent"]
    return intent


def charge_refused(order: ChargeOrder, code: str | None, *, livemode: bool) -> Checkout:
    """A charge that the processor did not even begin."""
    return Checkout(
        session_id=None,
        url=None,
        status="complete",
        paid=False,
        amount_cents=order.amount_cents,
        currency="eur",
        reference=order.reference,
        livemode=livemode,
        intent_id=None,
        failed=code or "invalid_request",
        received_at=None,
    )


def is_kept(http_status: int | None, headers: Any) -> bool:
    """Whether the processor's own failure was answered from what it keeps under the key."""
    replayed = (headers or {}).get("idempotent-replayed", "")
    return (http_status or 0) >= 500 and replayed.lower() == "true"


def _failure(intent: Json) -> str | None:
    waiting = intent.get("status") == "processing"  # an error is then an earlier try's
    error = {} if waiting else intent.get("last_payment_error") or {}
    return error.get("decline_code") or error.get("code")


def _received_at(intent: Json) -> datetime | None:
    charge = intent.get("latest_charge")
    if not isinstance(charge, dict) or charge["status"] != "succeeded":
        return None
    return datetime.fromtimestamp(charge["created"], UTC)


def _method(intent: Json) -> str:
    """How an intent is paid, as far as it is known: a charge tells, else what was chosen on the page."""
    charge = intent.get("latest_charge")
    chosen = charge["payment_method_details"] if isinstance(charge, dict) else {}
    chosen = chosen or whole(intent.get("payment_method"))
    return BANK_DEBIT if chosen.get("type") == "sepa_debit" else CARD


def _card(intent: Json) -> Card | None:
    """The card that an intent has kept for its customer."""
    method = whole(intent.get("payment_method"))
    if intent.get("status") != "succeeded" or not method.get("customer") or "card" not in method:
        return None
    card = method["card"]
    year, month = int(card["exp_year"]), int(card["exp_month"])
    return Card(
        customer=read_name(whole(method["customer"])["id"]),
        method=read_name(method["id"]),
        brand=read_name(card["brand"], 20),
        last4=read_name(card["last4"], 4),
        expires_on=date(year, month, monthrange(year, month)[1]),
    )
