"""What the processor's webhooks tell: that something happened to an object, no more."""

import json
from typing import Any

from shared.processor.errors import BadWebhookError
from shared.processor.gateway import Signal
from shared.processor.stripe_values import Json, ours, read_name, whole

LONGEST_KIND = 80
EVENTS: Any = [
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "charge.refunded",
    "charge.refund.updated",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
]


def read_body(payload: bytes, *, livemode: bool) -> Signal:
    """A webhook whose signature is good. Raises BadWebhookError."""
    try:
        event = json.loads(payload)
    except (ValueError, RecursionError):
        raise BadWebhookError("the webhook is no event as we know them") from None
    return read_event(event, livemode=livemode)


def read_event(event: Any, *, livemode: bool) -> Signal:
    """An event of the processor's, sent or listed. Raises BadWebhookError."""
    try:
        signal = _read_signal(event)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadWebhookError("the webhook is no event as we know them") from None
    if signal.livemode is not livemode:
        raise BadWebhookError("the webhook is of another mode")
    return signal


def _read_signal(event: Json) -> Signal:
    """What a verified webhook speaks of."""
    thing = event["data"]["object"]
    metadata = thing.get("metadata") or {}
    return Signal(
        event_id=read_name(event["id"]),
        kind=read_name(event["type"], LONGEST_KIND),
        object_id=read_name(_intent_of(thing) or thing.get("id", "-")),
        reference=ours(thing.get("client_reference_id") or metadata.get("reference")),
        livemode=event["livemode"],
    )


def _intent_of(thing: Json) -> str | None:
    """What a charge, a refund or a dispute is of."""
    moved = thing.get("object") in ("charge", "refund", "dispute")
    return whole(thing.get("payment_intent")).get("id") if moved else None


def is_from_future(signature: str, latest: float) -> bool:
    """Whether a signature names an instant after ``latest``, or none that can be read.

    The SDK itself accepts any instant ahead of now, and reads the last of several.
    """
    stamps = [p[2:] for p in signature.split(",") if p.startswith("t=")]
    return not all(s.isascii() and s.isdigit() and int(s) <= latest for s in stamps)
