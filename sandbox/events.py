"""Events: what happened, kept for the list and handed to the courier."""

import json
import time

from sandbox.store import Account, Books, Json, new_id, snapshot
from sandbox.webhooks import Delivery

API_VERSION = "2026-10-28.endive"


def emit(
    books: Books,
    account: Account,
    name: str,
    thing: Json,
    *,
    created: int | None = None,
    request: Json | None = None,
) -> Json:
    """Record an event about ``thing`` as it is now, and post it to every endpoint that asked."""
    endpoints = [
        endpoint
        for endpoint in account.objects["webhook_endpoint"].values()
        if name in endpoint["enabled_events"] or "*" in endpoint["enabled_events"]
    ]
    event = account.add(
        {
            "id": new_id("evt_"),
            "object": "event",
            "api_version": API_VERSION,
            "created": books.now() if created is None else created,
            "data": {"object": snapshot(thing, books.now())},
            "livemode": False,
            "pending_webhooks": len(endpoints),
            "request": request or {"id": None, "idempotency_key": None},
            "type": name,
        }
    )
    body = json.dumps(event, ensure_ascii=False).encode()

    def mark_delivered() -> None:
        with books.lock:
            event["pending_webhooks"] -= 1

    for endpoint in endpoints:
        books.courier.post(
            Delivery(
                event=event["id"],
                url=endpoint["url"],
                secret=account.webhook_secrets[endpoint["id"]],
                body=body,
                posted_at=time.monotonic(),
                on_delivered=mark_delivered,
            )
        )
    return event
