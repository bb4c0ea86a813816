"""Events: what happened, kept for the list and handed to the courier."""

import json
import threading
import time
from dataclasses import replace

from sandbox.mischief import ADDED, DELAY, DROP, DUPLICATE, SPOILED
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
    for endpoint in endpoints:
        _post(books, account, event, endpoint)
    return event


def _post(books: Books, account: Account, event: Json, endpoint: Json) -> None:
    """Hand an event to the courier for one endpoint, with whatever mischief is under way."""
    pranks = {prank.kind: prank for prank in books.mischief.pranks(account.key)}
    told = threading.Event()

    def mark_delivered() -> None:
        with books.lock:
            if not told.is_set():
                event["pending_webhooks"] -= 1
            told.set()

    spoiled = [
        kind for kind in (DROP, *SPOILED) if kind in pranks for _ in range(pranks[kind].times)
    ]
    delivery = Delivery(
        event=event["id"],
        url=endpoint["url"],
        secret=account.webhook_secrets[endpoint["id"]],
        body=_body(event),
        posted_at=time.monotonic(),
        on_delivered=mark_delivered,
        spoiled=tuple(spoiled),
    )
    delay = pranks[DELAY].seconds if DELAY in pranks else 0.0
    for kind in ADDED:
        if kind in pranks:
            body = _body(_made_up(event, kind))
            made_up = replace(delivery, body=body, spoiled=(), on_delivered=_nothing, once=True)
            books.courier.post(made_up, delay=delay)
    copies = pranks[DUPLICATE].times if DUPLICATE in pranks else 0
    for _ in range(1 + copies):
        books.courier.post(delivery, delay=delay)


def _made_up(event: Json, kind: str) -> Json:
    """The like of an event that never happened, of a kind or a mode that nobody asked for."""
    other = {"type": "ardoise.never_heard_of"} if kind == "unknown" else {"livemode": True}
    return event | {"id": new_id("evt_")} | other


def _body(event: Json) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()


def _nothing() -> None:
    """Nobody waits for what was made up."""
