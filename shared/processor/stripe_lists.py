"""The processor's lists, read to their end; whoever calls says what becomes of its errors."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.processor.gateway import Checkout, Disputed, Refunded
from shared.processor.stripe_disputes import is_disputed, read_dispute
from shared.processor.stripe_objects import read_refund, shown_refunds
from shared.processor.stripe_values import Json

MOST_LISTED = 100  # what the processor shows at once; further ones are fetched as they are needed


def list_refunds(client: Any, **which: Any) -> list[Refunded]:
    """All refunds that fit."""
    return [read_refund(one) for one in all_listed(client.v1.refunds, which)]


def list_disputes(client: Any, **which: Any) -> list[Disputed]:
    """All disputes that fit."""
    return [read_dispute(one) for one in all_listed(client.v1.disputes, which)]


def with_all(client: Any, state: Checkout, intent: Any) -> Checkout:
    """The processor shows ten refunds with their charge, and no dispute; the rest is fetched."""
    if is_disputed(intent):
        told = list_disputes(client, payment_intent=intent["id"])
        state = replace(state, disputes=tuple(told))
    if isinstance(intent, dict) and shown_refunds(intent)["has_more"]:
        state = replace(state, refunds=tuple(list_refunds(client, payment_intent=intent["id"])))
    return state


def from_on(instant: datetime) -> Json:
    """The filter of what was made since then."""
    return {"gte": int(instant.timestamp())}


def all_listed(listed: Any, which: Json) -> list[Json]:
    """Everything that fits, as plain dictionaries."""
    pages = listed.list({"limit": MOST_LISTED, **which})
    return [one.to_dict() for one in pages.auto_paging_iter()]
