"""Stripe's refunds, asked of its client; what it raises is the gateway's to translate."""

from typing import Any

from shared.processor.gateway import Refunded, RefundOrder
from shared.processor.stripe_lists import all_listed
from shared.processor.stripe_objects import is_ours, read_refund
from shared.processor.stripe_values import Json


def make_refund(client: Any, order: RefundOrder) -> Refunded:
    """Give money of an intent back."""
    made = client.v1.refunds.create(write_refund(order), {"idempotency_key": order.idempotency_key})
    return read_refund(made.to_dict())


def find_refund(client: Any, reference: str, intent_id: str) -> Refunded | None:
    """The refund of an intent that bears our reference."""
    listed = all_listed(client.v1.refunds, {"payment_intent": intent_id})
    found = (one for one in listed if is_ours(one, reference))
    return next((read_refund(one) for one in found), None)


def write_refund(order: RefundOrder) -> Json:
    """The parameters of a refund."""
    return {
        "payment_intent": order.intent_id,
        "amount": order.amount_cents,
        "reason": "duplicate" if order.twice else "requested_by_customer",
        "metadata": {"reference": order.reference},
    }
