"""The processor's objects as plain dictionaries, read into ours and written from ours.

Whatever is not as we know it raises KeyError, TypeError, ValueError or AttributeError.
"""

from calendar import monthrange
from datetime import UTC, date, datetime
from typing import Any

from shared.payments.gateway import Card, ChargeOrder, Checkout, CheckoutOrder, Signal

LONGEST_ID, LONGEST_KIND = 255, 80
CHARGE_WITH = ["latest_charge"]
PAGE_WITH = [
    "payment_intent.latest_charge",
    "payment_intent.payment_method",
    "setup_intent.payment_method",
]
EVENTS: Any = [
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
]
Json = dict[str, Any]


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
    if order.customer is not None:
        params |= {"customer": order.customer, "allowed_payment_method_types": ["card"]}
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
    intent = _whole(session["payment_intent"])
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
        card=_card(intent) or _card(_whole(session.get("setup_intent"))),
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


def read_signal(event: Json) -> Signal:
    """What a verified webhook speaks of."""
    thing = event["data"]["object"]
    metadata = thing.get("metadata") or {}
    return Signal(
        event_id=read_name(event["id"]),
        kind=read_name(event["type"], LONGEST_KIND),
        object_id=read_name(thing.get("id", "-")),
        reference=ours(thing.get("client_reference_id") or metadata.get("reference")),
        livemode=event["livemode"],
    )


def read_name(value: object, longest: int = LONGEST_ID) -> str:
    """A processor's identifier. Raises TypeError for anything else, ValueError for what is none."""
    if not isinstance(value, str):
        raise TypeError
    if not value.isprintable() or not value.isascii() or not 0 < len(value) <= longest:
        raise ValueError
    return value


def ours(reference: object) -> str | None:
    """What may be our reference; another software on the same account may write anything there."""
    return reference if isinstance(reference, str) and reference.isascii() else None


def _whole(thing: Json | str | None) -> Json:
    """An object that was expanded, or the little that is known of one that was not."""
    return {"id": thing} if isinstance(thing, str) else thing or {}


def _failure(intent: Json) -> str | None:
    waiting = intent.get("status") == "processing"  # an error is then an earlier try's
    error = {} if waiting else intent.get("last_payment_error") or {}
    return error.get("decline_code") or error.get("code")


def _received_at(intent: Json) -> datetime | None:
    charge = intent.get("latest_charge")
    if not isinstance(charge, dict) or charge["status"] != "succeeded":
        return None
    return datetime.fromtimestamp(charge["created"], UTC)


def _card(intent: Json) -> Card | None:
    """The card that an intent has kept for its customer."""
    method = _whole(intent.get("payment_method"))
    if intent.get("status") != "succeeded" or not method.get("customer") or "card" not in method:
        return None
    card = method["card"]
    year, month = int(card["exp_year"]), int(card["exp_month"])
    return Card(
        customer=read_name(_whole(method["customer"])["id"]),
        method=read_name(method["id"]),
        brand=read_name(card["brand"], 20),
        last4=read_name(card["last4"], 4),
        expires_on=date(year, month, monthrange(year, month)[1]),
    )
