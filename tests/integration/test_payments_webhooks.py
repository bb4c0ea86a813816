"""The processor's calls: verified, kept once, in any order; only the worker acts, and asks first."""

import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.event import listen, remove
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from ardoise import settling
from sandbox.webhooks import sign
from shared.audit import TimelineEvent
from shared.payments import WebhookEvent
from shared.processor import register_webhook
from tests.integration.till import REFUSED, Json, Till, at_once, on_postgres, on_sqlite, until
from tests.servers.sandbox import Sandbox


def completed(till: Till) -> Json:
    """The webhook that tells of the paid page."""
    [event] = [e for e in till.events() if e["type"] == "checkout.session.completed"]
    return event


def traces(till: Till) -> tuple[int, int, int]:
    """How much is written: webhooks, payments, timeline."""
    with till.world.database.reading() as session:
        timeline = session.scalar(select(func.count()).select_from(TimelineEvent)) or 0
    return len(till.signals()), len(till.payments()), timeline


def test_a_webhook_is_kept_once_and_the_worker_books_once(till: Till) -> None:
    account = till.world.account()
    till.pay(account)
    for _ in range(20):
        till.tell_all()
    assert [s.status for s in till.signals()] == ["stored"] * len(till.events())
    assert till.payments() == []
    till.work()
    for _ in range(3):
        till.tell_all()
        till.work()
    assert len(till.payments()) == 1
    assert {s.status for s in till.signals()} == {"handled"}
    assert till.owed(account) == 0
    till.check()


def test_webhooks_in_any_order_with_the_worker_between_end_alike(
    till: Till, dice: random.Random
) -> None:
    accounts = [till.world.account(owes=(1000 + n,)) for n in range(4)]
    for account in accounts:
        page = till.begin(account)
        till.press(page, REFUSED)
        till.press(page)
    calls = till.events() * 5
    dice.shuffle(calls)
    for event in calls:
        assert till.tell(event).status_code == 200
        if dice.random() < 0.2:
            till.work()
    till.work()
    assert [till.owed(a) for a in accounts] == [0] * 4
    assert len(till.payments()) == 4
    till.check()


@on_postgres
def test_the_same_webhook_twice_at_the_same_moment_is_kept_once(till: Till) -> None:
    till.pay(till.world.account())
    event = completed(till)
    both_looked = threading.Barrier(2)

    def meet(session: Session, *_: object) -> None:
        if any(isinstance(row, WebhookEvent) for row in session.new):
            both_looked.wait(15)  # neither has found the other's

    listen(Session, "before_flush", meet)
    try:
        assert at_once(*[lambda: till.tell(event).status_code] * 2) == [200, 200]
    finally:
        remove(Session, "before_flush", meet)
    assert len(till.signals()) == 1
    till.work()
    till.check()


@on_sqlite
def test_forged_webhooks_leave_no_trace(till: Till) -> None:
    till.pay(till.world.account())
    event = completed(till)
    before = traces(till)
    now = int(time.time())
    signatures = [
        "",
        "nonsense",
        "t=,v1=",
        f"t={now}",
        f"t={now},v1=",
        f"t={now},v1={'0' * 64}",
        f"t={now},v0={'0' * 64}",
        f"v1={'0' * 64}",
        "t=later,v1=abc",
        "é" * 20,
    ]
    for signature in signatures:
        assert till.tell(event, signature=signature).status_code == 400, signature
    assert till.tell(event, secret="whsec_of_somebody_else").status_code == 400
    unsigned = till.app.test_client().post(f"/webhooks/{till.world.practice_id}", json=event)
    assert unsigned.status_code == 400
    till.work()
    assert traces(till) == before
    assert till.payments() == []


@on_sqlite
def test_an_altered_body_does_not_pass_with_the_old_signature(till: Till) -> None:
    till.pay(till.world.account())
    body = b'{"id": "evt_1"}'
    signature = sign(body, till.secret, int(time.time()))
    assert till.tell(completed(till), signature=signature).status_code == 400
    assert till.signals() == []


@on_sqlite
def test_a_webhook_for_one_practice_does_not_open_another(till: Till) -> None:
    second = till.world.open_practice("Secrétariat B7")
    _, secret = till.take_cards(second)
    till.pay(till.world.account())
    before = traces(till)
    assert till.tell(completed(till), secret=secret).status_code == 400
    assert till.tell(completed(till), practice_id=second).status_code == 400
    assert traces(till) == before


def test_webhooks_for_practices_that_are_none_are_not_found(till: Till) -> None:
    without = till.world.open_practice("Secrétariat sans carte")
    till.pay(till.world.account())
    for number in (without, 424242, 2**31, 2**63, 2**80):
        assert till.tell(completed(till), practice_id=number).status_code == 404, number
    assert till.signals() == []


@pytest.fixture
def till_now(sqlite_url: str, processor: Sandbox) -> Iterator[Till]:
    """A till whose clock is the machine's, since signatures are dated by it."""
    opened = Till.open(sqlite_url, processor, at=datetime.now(UTC))
    yield opened
    opened.close()


def test_stale_webhooks_and_those_from_the_future_are_refused(till_now: Till) -> None:
    till = till_now
    till.pay(till.world.account())
    event, before, now = completed(till), traces(till), time.time()
    for seconds in (-400, -310, 310, 400, 86400, 10**9):
        assert till.tell(event, at=now + seconds).status_code == 400, seconds
    assert traces(till) == before
    for seconds in (-280, 280):
        assert till.tell(event, at=now + seconds).status_code == 200, seconds
    assert len(till.signals()) == 1


@on_sqlite
def test_a_webhook_of_the_other_mode_is_refused(till: Till) -> None:
    till.pay(till.world.account())
    before = traces(till)
    assert till.tell(completed(till) | {"livemode": True}).status_code == 400
    assert traces(till) == before


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        "event",
        None,
        {"id": "evt_1", "object": "event", "livemode": False},
        {"id": "evt_1", "type": "x", "livemode": False, "data": None},
        {"id": "evt_1", "type": "x", "livemode": False, "data": {"object": None}},
        {"object": "v2.core.event", "id": "evt_1", "type": "v2.x", "livemode": False},
        {"id": None, "type": "x", "livemode": False, "data": {"object": {"id": "cs_1"}}},
        {"id": ["evt_1"], "type": "x", "livemode": False, "data": {"object": {"id": "cs_1"}}},
        {"id": "evt_\ud800", "type": "x", "livemode": False, "data": {"object": {"id": "cs_1"}}},
        {"id": "evt_1", "type": {}, "livemode": False, "data": {"object": {"id": "cs_1"}}},
        {"id": "evt_1", "type": "x", "livemode": False, "data": {"object": {"id": {}}}},
        {"id": "evt_1", "type": "x", "livemode": 0, "data": {"object": {"id": "cs_1"}}},
        {"id": "e" * 256, "type": "x", "livemode": False, "data": {"object": {"id": "cs_1"}}},
    ],
)
@on_sqlite
def test_what_is_signed_but_no_event_is_refused(till: Till, event: Any) -> None:
    assert till.tell(event).status_code == 400
    assert till.signals() == []


@pytest.mark.parametrize("reference", [7, {}, [], "é", "x" * 65, "Marie, consultation de mardi"])
@on_sqlite
def test_an_odd_reference_is_somebody_elses_business(till: Till, reference: Any) -> None:
    thing = {"id": "cs_1", "client_reference_id": reference}
    event = {"id": "evt_1", "type": "x", "livemode": False, "data": {"object": thing}}
    assert till.tell(event).status_code == 200
    assert [s.reference for s in till.signals()] == [None]


@pytest.mark.parametrize("signature", ["t=1,v1=é", "t=N=9,v1=00", "t=,v1=", "t=1", "é"])
@on_sqlite
def test_a_signature_that_is_none_is_refused(till: Till, signature: str) -> None:
    assert till.tell({"id": "evt_1"}, signature=signature).status_code == 400


def test_unknown_types_and_objects_are_kept_and_ignored_without_booking(till: Till) -> None:
    account = till.world.account()
    till.begin(account)
    thing = {"id": "cs_unknown", "object": "checkout.session", "client_reference_id": None}
    odd = [
        {"type": "brand.new.kind", "object": {"object": "balance"}},
        {"type": "checkout.session.completed", "object": thing},
        {"type": "checkout.session.completed", "object": thing | {"client_reference_id": "ab"}},
        {"type": "charge.refunded", "object": {"id": "ch_1", "metadata": {"reference": "r" * 400}}},
        {"type": "checkout.session.completed", "object": thing | {"client_reference_id": "é" * 64}},
        {"type": "payment_intent.succeeded", "object": {"id": "pi_1", "metadata": None}},
    ]
    for number, event in enumerate(odd):
        told = till.tell(
            {
                "id": f"evt_{number}",
                "object": "event",
                "type": event["type"],
                "livemode": False,
                "data": {"object": event["object"]},
            }
        )
        assert told.status_code == 200, event
    till.work()
    assert [s.status for s in till.signals()] == ["ignored"] * len(odd)
    assert till.payments() == []
    till.check()


@on_sqlite
def test_an_unknown_type_about_a_known_page_only_makes_us_ask(till: Till) -> None:
    account = till.world.account()
    till.begin(account)
    [page] = till.sessions()
    lie = {"object": "checkout.session", "payment_status": "paid", "status": "complete"}
    told = till.tell(
        {
            "id": "evt_lie",
            "object": "event",
            "type": "checkout.session.completed",
            "livemode": False,
            "data": {"object": lie | {"id": page["id"], "client_reference_id": None}},
        }
    )
    assert told.status_code == 200
    till.work()
    assert till.payments() == []
    assert till.attempt(account).status == "redirected"
    till.check()


@on_sqlite
def test_a_webhook_needs_no_form_token_and_shows_nothing(till: Till) -> None:
    till.pay(till.world.account())
    answer = till.tell(completed(till))
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.mimetype == "text/plain"
    assert "Set-Cookie" not in answer.headers
    address = f"/webhooks/{till.world.practice_id}"
    assert till.app.test_client().get(address).status_code == 405
    assert till.app.test_client().post(address, data=b"x" * 600_000).status_code == 413


@on_sqlite
def test_two_secrets_are_good_while_one_replaces_the_other(till: Till) -> None:
    till.set_key(till.world.practice_id, till.key, "whsec_new", till.secret)
    till.pay(till.world.account())
    first, *others = till.events()
    assert till.tell(first).status_code == 200
    assert till.tell(others[0], secret="whsec_new").status_code == 200
    assert till.tell(others[1], secret="whsec_older").status_code == 400
    assert len(till.signals()) == 2


@on_sqlite
def test_the_processor_really_calls_and_is_believed(till: Till) -> None:
    """No signature of our own: the sandbox's process signs and posts to a listening portal."""
    server = make_server("127.0.0.1", 0, till.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        secret = register_webhook(
            till.key,
            base_address=till.processor.url,
            url=f"http://127.0.0.1:{server.server_port}/webhooks/{till.world.practice_id}",
        )
        till.set_key(till.world.practice_id, till.key, secret)
        account = till.world.account()
        till.pay(account)
        until(lambda: len(till.signals()) == 2)
        kinds = {s.kind for s in till.signals()}
        assert kinds == {"checkout.session.completed", "payment_intent.succeeded"}
        settling.heed_signals(till.world.house, till.world.practice_id)
        assert till.owed(account) == 0
        till.check()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
