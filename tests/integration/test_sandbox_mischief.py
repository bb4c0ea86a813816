"""Mischief on purpose, as the processor's own SDK meets it; and what the sandbox tells of money."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
import stripe
from stripe.params import ChargeListParams

from sandbox.mischief import OF_CALLS
from tests.integration.receiver import Receiver, pay, subscribe, until
from tests.servers import sandbox as servers
from tests.servers.sandbox import Sandbox, session_params

COMPLETED = "checkout.session.completed"
IMPATIENT_SECONDS = 0.3


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with servers.running() as running:
        yield running


@pytest.fixture
def key(sandbox: Sandbox) -> Iterator[str]:
    mine = f"sk_test_{uuid4().hex}"
    yield mine
    sandbox.control("mischief", kind="none")
    sandbox.control("faults", kind="none")
    sandbox.control("webhooks", deliver=True)


@pytest.fixture
def client(sandbox: Sandbox, key: str) -> stripe.StripeClient:
    return sandbox.client(key)


@pytest.fixture
def impatient(sandbox: Sandbox, key: str) -> stripe.StripeClient:
    """One that waits for an answer a moment only, and asks once."""
    return stripe.StripeClient(
        key,
        base_addresses={"api": sandbox.url},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=IMPATIENT_SECONDS),
    )


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.close()


def is_good(receiver: Receiver, place: int, secret: str) -> bool:
    body, header = receiver.got[place]
    try:
        stripe.Webhook.construct_event(body, header, secret)
    except stripe.SignatureVerificationError:
        return False
    return True


# Webhooks


def test_each_webhook_comes_many_times(
    sandbox: Sandbox, client: stripe.StripeClient, key: str, receiver: Receiver
) -> None:
    secret = subscribe(client, receiver, COMPLETED)
    sandbox.control("mischief", kind="duplicate", times=20, key=key)
    pay(sandbox, client)
    receiver.wait_for(21)
    assert len({event.id for event in receiver.events(secret)}) == 1
    until(lambda: not client.v1.events.list({"delivery_success": False}).data)
    [event] = client.v1.events.list({"type": COMPLETED}).data
    assert event.pending_webhooks == 0


@pytest.mark.parametrize("kind", ["forged", "stale"])
def test_the_first_try_is_signed_badly_and_the_next_is_good(
    sandbox: Sandbox, client: stripe.StripeClient, key: str, receiver: Receiver, kind: str
) -> None:
    receiver.refusals = 1  # whoever verifies refuses it
    secret = subscribe(client, receiver, COMPLETED)
    sandbox.control("mischief", kind=kind, key=key)
    pay(sandbox, client)
    receiver.wait_for(2)
    assert [is_good(receiver, place, secret) for place in (0, 1)] == [False, True]


def test_a_webhook_comes_from_the_future(
    sandbox: Sandbox, client: stripe.StripeClient, key: str, receiver: Receiver
) -> None:
    receiver.refusals = 1
    subscribe(client, receiver, COMPLETED)
    sandbox.control("mischief", kind="future", key=key)
    pay(sandbox, client)
    receiver.wait_for(2)
    stamps = [int(header.split(",")[0].removeprefix("t=")) for _, header in receiver.got]
    assert stamps[0] > time.time() + 3000
    assert abs(stamps[1] - time.time()) < 60


def test_a_dropped_webhook_is_not_delivered_until_it_is_tried_again(
    sandbox: Sandbox, client: stripe.StripeClient, key: str, receiver: Receiver
) -> None:
    subscribe(client, receiver, COMPLETED)
    sandbox.control("mischief", kind="drop", times=2, key=key)
    pay(sandbox, client)
    assert len(client.v1.events.list({"delivery_success": False}).data) == 1
    receiver.wait_for(1)
    until(lambda: not client.v1.events.list({"delivery_success": False}).data)
    assert len(receiver.got) == 1


def test_a_webhook_is_late(
    sandbox: Sandbox, client: stripe.StripeClient, key: str, receiver: Receiver
) -> None:
    subscribe(client, receiver, COMPLETED)
    sandbox.control("mischief", kind="delay", seconds=1, key=key)
    began = time.monotonic()
    pay(sandbox, client)
    receiver.wait_for(1)
    assert time.monotonic() - began >= 1


def test_others_that_never_happened_come_with_a_webhook(
    sandbox: Sandbox, client: stripe.StripeClient, key: str, receiver: Receiver
) -> None:
    secret = subscribe(client, receiver, COMPLETED)
    sandbox.control("mischief", kind="unknown", key=key)
    sandbox.control("mischief", kind="livemode", key=key)
    pay(sandbox, client)
    receiver.wait_for(3)
    told = {(event.type, event.livemode) for event in receiver.events(secret)}
    assert told == {("ardoise.never_heard_of", False), (COMPLETED, True), (COMPLETED, False)}
    assert [event.type for event in client.v1.events.list({"type": COMPLETED}).data] == [COMPLETED]


@pytest.mark.parametrize("order", ["reversed", "shuffled"])
def test_webhooks_that_were_held_come_in_another_order(
    sandbox: Sandbox, client: stripe.StripeClient, receiver: Receiver, order: str
) -> None:
    secret = subscribe(client, receiver)
    sandbox.control("webhooks", deliver=False)
    for _ in range(10):
        pay(sandbox, client)
    happened = [event.id for event in client.v1.events.list({"limit": 100}).data][::-1]
    sandbox.control("webhooks", deliver=True, order=order)
    receiver.wait_for(30)
    came = [event.id for event in receiver.events(secret)]
    assert sorted(came) == sorted(happened)
    assert came != happened
    if order == "reversed":  # three carry them, so neighbours may change places
        assert set(came[:3]) <= set(happened[-6:])


def test_mischief_is_for_one_account_and_is_called_off(
    sandbox: Sandbox, client: stripe.StripeClient, key: str, receiver: Receiver
) -> None:
    subscribe(client, receiver, COMPLETED)
    sandbox.control("mischief", kind="duplicate", times=5, key="sk_test_somebody_else")
    pay(sandbox, client)
    receiver.wait_for(1)
    sandbox.control("mischief", kind="duplicate", times=5, key=key)
    assert sandbox.control("mischief", kind="none", key=key)["webhooks"] == [
        {"kind": "duplicate", "key": "sk_test_somebody_else", "times": 5, "seconds": 0.0}
    ]
    pay(sandbox, client)
    receiver.wait_for(2)
    time.sleep(0.3)
    assert len(receiver.got) == 2


# Calls of the API


@pytest.mark.parametrize("kind", OF_CALLS)
def test_a_call_goes_wrong_once_and_its_key_makes_one_page(
    sandbox: Sandbox,
    client: stripe.StripeClient,
    impatient: stripe.StripeClient,
    key: str,
    kind: str,
) -> None:
    sandbox.control(
        "faults", kind=kind, key=key, endpoint="POST /v1/checkout/sessions", seconds=0.6
    )
    # One who is patient learns at once that the line was cut.
    caller = client if kind.startswith("reset") else impatient
    with pytest.raises(stripe.StripeError) as failed:
        caller.v1.checkout.sessions.create(session_params(), {"idempotency_key": "one"})
    expected: dict[str, type[stripe.StripeError]] = {
        "429": stripe.RateLimitError,
        "500": stripe.APIError,
        "500_after": stripe.APIError,
    }
    assert type(failed.value) is expected.get(kind, stripe.APIConnectionError)
    if kind.startswith("reset"):
        assert "timed out" not in str(failed.value), "the caller waited for an answer"
    if kind == "timeout_after":
        time.sleep(0.5)  # it still holds the line
    made = len(client.v1.checkout.sessions.list().data)
    assert made == (1 if kind.endswith("_after") else 0)

    if kind.startswith("500"):
        with pytest.raises(stripe.APIError) as again:
            client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "one"})
        assert (again.value.headers or {})["Idempotent-Replayed"] == "true"
    else:
        client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "one"})
        made = 1
    assert len(client.v1.checkout.sessions.list().data) == made


def test_a_caller_is_cut_off_even_if_its_words_come_in_pieces(sandbox: Sandbox, key: str) -> None:
    body = b"name=Martin"
    head = (
        "POST /v1/customers HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{sandbox.port}\r\n"
        f"Authorization: Bearer {key}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    pauses = [n / 1000 for n in range(12)]
    sandbox.control(
        "faults", kind="reset", key=key, endpoint="POST /v1/customers", times=len(pauses)
    )
    for pause in pauses:
        with socket.create_connection(("127.0.0.1", sandbox.port), timeout=20) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.sendall(head.encode())
            time.sleep(pause)
            line.sendall(body)
            with suppress(ConnectionResetError):  # or an end without a word
                assert line.recv(1) == b""


def test_an_answer_that_is_lost_is_lost_each_time_it_is_asked_for_again(
    sandbox: Sandbox, client: stripe.StripeClient, key: str
) -> None:
    sandbox.control("faults", kind="reset_after", key=key, endpoint="POST /v1/customers", times=2)
    for _ in range(2):
        with pytest.raises(stripe.APIConnectionError):
            client.v1.customers.create({}, {"idempotency_key": "one"})
    client.v1.customers.create({}, {"idempotency_key": "one"})
    assert len(client.v1.customers.list().data) == 1


def test_only_the_named_call_goes_wrong_and_only_so_often(
    sandbox: Sandbox, client: stripe.StripeClient, key: str
) -> None:
    sandbox.control("faults", kind="429", key=key, endpoint="GET /v1/refunds", times=2)
    assert client.v1.charges.list().data == []
    assert sandbox.client(f"sk_test_{uuid4().hex}").v1.refunds.list().data == []
    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            client.v1.refunds.list()
    assert client.v1.refunds.list().data == []


@pytest.mark.parametrize(
    ("name", "fields", "why"),
    [
        ("mischief", {"kind": "storm"}, "kind must be none, or one of duplicate"),
        ("mischief", {"kind": "delay", "seconds": "long"}, "seconds must be a number"),
        ("mischief", {"kind": "drop", "times": 0}, "times must be a whole number"),
        ("mischief", {"kind": "drop", "key": 3}, "key must be the secret key"),
        ("faults", {"kind": "drop"}, "kind must be none, or one of timeout"),
        ("faults", {"kind": "429", "endpoint": "GET /v1/nothing"}, "endpoint must be *"),
        ("webhooks", {"deliver": True, "order": "by name"}, "order must be one of"),
    ],
)
def test_what_can_not_be_played_is_said(
    sandbox: Sandbox, name: str, fields: dict[str, Any], why: str
) -> None:
    answer = sandbox.call("POST", f"/control/{name}", json_body=fields)
    assert answer.status == 422
    assert why in answer.json()["error"]


def test_requests_that_are_wrong_in_themselves_are_kept(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    before = len(sandbox.call("GET", "/control/refusals").json())
    bad: Any = {"limit": 1000}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.charges.list(bad)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.charges.retrieve("ch_nobody_has_this")  # not wrong, only unknown
    kept = sandbox.call("GET", "/control/refusals").json()[before:]
    assert [(one["endpoint"], one["code"]) for one in kept] == [
        ("GET /v1/charges", "parameter_invalid_integer")
    ]


def test_people_begin_mischief_and_call_it_off_on_a_page(sandbox: Sandbox) -> None:
    page = "/prestataire/pannes"
    for address, form in (
        ("signaux", {"kind": "duplicate"}),
        ("appels", {"kind": "429", "endpoint": "GET /v1/refunds", "times": "3"}),
        ("retenir", {"any": "1"}),
    ):
        assert sandbox.call("POST", f"{page}/{address}", form=form).status == 303
    shown = sandbox.call("GET", page).text
    assert "Chaque signal arrive vingt fois de plus." in shown
    assert "3 demandes à venir, <code>GET /v1/refunds</code>" in shown
    elsewhere = sandbox.call(
        "POST", f"{page}/fin", form={"any": "1"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert elsewhere.status == 403
    assert sandbox.call("POST", f"{page}/fin", form={"any": "1"}).status == 303
    assert "Tout va bien." in sandbox.call("GET", page).text


# What the processor tells of money


def test_charges_are_listed_by_time_and_customer_in_pages(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    now = int(time.time())
    customer = client.v1.customers.create({}).id
    for day in range(5):
        more: Any = {"customer": customer} if day == 2 else {}
        session = client.v1.checkout.sessions.create(session_params() | more)
        sandbox.control("pay", session=session.id, created=now - day * 86400)
    within: ChargeListParams = {"created": {"gte": now - 3 * 86400, "lt": now}, "limit": 2}
    found = list(client.v1.charges.list(within).auto_paging_iter())
    assert [(now - charge.created) // 86400 for charge in found] == [1, 2, 3]
    [theirs] = client.v1.charges.list({"customer": customer}).data
    assert theirs.id == found[1].id
    assert theirs.metadata["attempt"] == "1"


def test_the_balance_is_what_was_taken_less_fees_and_refunds(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    empty = client.v1.balance.retrieve()
    assert [(b.amount, b.currency) for b in empty.available] == [(0, "eur")]
    session = client.v1.checkout.sessions.create(session_params())
    paid = sandbox.control("pay", session=session.id, created=int(time.time()) - 10 * 86400)
    pay(sandbox, client)
    client.v1.refunds.create({"charge": paid["charge"], "amount": 1000})
    balance = client.v1.balance.retrieve()
    booked = client.v1.balance_transactions.list().data
    assert balance.available[0].amount + balance.pending[0].amount == sum(b.net for b in booked)
    assert balance.available[0].amount == 4250 - 89 - 1000
    assert client.v1.balance_transactions.retrieve(booked[0].id).net == booked[0].net
