"""The processor's lists, paged through and read into ours. ``client`` is its SDK's, open for one account."""

from datetime import datetime
from typing import Any

from shared.processor.errors import BadWebhookError
from shared.processor.gateway import Charged, Signal
from shared.processor.stripe_lists import MOST_LISTED, all_listed
from shared.processor.stripe_objects import is_ours, read_charged
from shared.processor.stripe_signals import EVENTS, read_event


def list_charged(client: Any, since: datetime, until: datetime) -> list[Charged]:
    """Charges that took money in this time; a refused try is none."""
    within = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
    charges = all_listed(client.v1.charges, {"created": within})
    return [read_charged(charge) for charge in charges if charge["status"] == "succeeded"]


def find_page(client: Any, reference: str, *, created: dict[str, int]) -> str | None:
    """The hosted page of this time that bears our reference; the list is read no further."""
    pages = client.v1.checkout.sessions.list({"created": created, "limit": MOST_LISTED})
    ours = (page.id for page in pages.auto_paging_iter() if page.client_reference_id == reference)
    return next(ours, None)


def find_intent(
    client: Any, reference: str, *, customer: str, created: dict[str, int]
) -> str | None:
    """The customer's intent of this time that bears our reference."""
    made = all_listed(client.v1.payment_intents, {"customer": customer, "created": created})
    return next((intent["id"] for intent in made if is_ours(intent, reference)), None)


def list_missed(client: Any, since: datetime, *, livemode: bool) -> list[Signal]:
    """Events since then that no webhook of ours has taken, the oldest first.

    What is none as we know them is left out, as it would be refused as a webhook.
    """
    wanted = {
        "delivery_success": False,
        "created": {"gte": int(since.timestamp())},
        "types": EVENTS,
    }
    found: list[Signal] = []
    for event in all_listed(client.v1.events, wanted):
        try:
            found.append(read_event(event, livemode=livemode))
        except BadWebhookError:
            continue
    return found[::-1]
