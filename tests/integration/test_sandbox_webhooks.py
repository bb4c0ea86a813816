"""Webhooks arrive signed, again and again until they are taken, and the list knows which were."""

import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
import stripe

from sandbox.webhooks import sign
from tests.integration.receiver import Receiver, pay, subscribe, until
from tests.servers import sandbox as servers
from tests.servers.sandbox import Sandbox, session_params

OF_A_PAYMENT = {"charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with servers.running() as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> stripe.StripeClient:
    return sandbox.client(f"sk_test_{uuid4().hex}")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.close()


def undelivered(client: stripe.StripeClient) -> list[stripe.Event]:
    return client.v1.events.list({"delivery_success": False}).data


def test_a_payment_is_told_and_signed(
    sandbox: Sandbox, client: stripe.StripeClient, receiver: Receiver
):
    secret = subscribe(client, receiver)
    session_id = pay(sandbox, client)
    receiver.wait_for(3)
    events = {event.type: event for event in receiver.events(secret)}
    assert set(events) == OF_A_PAYMENT
    completed = events["checkout.session.completed"]
    told = completed.data.object
    assert (told["id"], told["payment_status"], told["amount_total"]) == (session_id, "paid", 4250)
    assert completed.api_version == "2026-10-28.endive"
    assert completed.livemode is False
    until(lambda: not undelivered(client))
    kept = client.v1.events.retrieve(completed.id)
    assert kept.pending_webhooks == 0
    assert kept.data.object["id"] == session_id


def test_a_signature_of_another_secret_does_not_verify(
    sandbox: Sandbox, client: stripe.StripeClient, receiver: Receiver
):
    subscribe(client, receiver)
    pay(sandbox, client)
    receiver.wait_for(3)
    with pytest.raises(stripe.SignatureVerificationError):
        receiver.events("whsec_" + "0" * 32)


def test_an_old_signature_does_not_verify():
    body = b'{"object": "event"}'
    header = sign(body, "whsec_x", int(time.time()) - 301)
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        stripe.Webhook.construct_event(body, header, "whsec_x")


def test_the_secret_is_shown_once(client: stripe.StripeClient, receiver: Receiver):
    secret = subscribe(client, receiver)
    [listed] = client.v1.webhook_endpoints.list().data
    assert listed.url == receiver.url
    assert secret not in str(listed)
    assert secret not in str(client.v1.webhook_endpoints.retrieve(listed.id))


def test_a_refused_webhook_comes_again(
    sandbox: Sandbox, client: stripe.StripeClient, receiver: Receiver
):
    receiver.refusals = 2
    secret = subscribe(client, receiver, "checkout.session.completed")
    pay(sandbox, client)
    receiver.wait_for(3)
    assert len({event.id for event in receiver.events(secret)}) == 1
    until(lambda: not undelivered(client))
    assert len(receiver.got) == 3


def test_nobody_there_leaves_it_pending(sandbox: Sandbox, client: stripe.StripeClient):
    gone = Receiver()
    subscribe(client, gone, "checkout.session.completed")
    gone.close()
    pay(sandbox, client)
    [event] = undelivered(client)
    assert (event.type, event.pending_webhooks) == ("checkout.session.completed", 1)
    assert len(client.v1.events.list({"delivery_success": True}).data) == 2


def test_deliveries_are_held_and_let_go(receiver: Receiver):
    # A sandbox of its own: holding back is for all its accounts.
    with servers.running() as sandbox:
        client = sandbox.client(f"sk_test_{uuid4().hex}")
        subscribe(client, receiver)
        assert sandbox.control("webhooks", deliver=False) == {"deliver": False, "waiting": 0}
        pay(sandbox, client)
        time.sleep(0.3)
        assert receiver.got == []
        assert len(undelivered(client)) == 3
        assert sandbox.control("webhooks", deliver=True)["deliver"]
        receiver.wait_for(3)
        until(lambda: not undelivered(client))


def test_an_endpoint_gets_what_it_asked_for_of_its_own_account(
    sandbox: Sandbox, client: stripe.StripeClient, receiver: Receiver
):
    secret = subscribe(client, receiver, "checkout.session.completed")
    pay(sandbox, sandbox.client(f"sk_test_{uuid4().hex}"))
    session_id = pay(sandbox, client)
    receiver.wait_for(1)
    time.sleep(0.3)
    [event] = receiver.events(secret)
    assert event.data.object["id"] == session_id


def test_a_removed_endpoint_gets_nothing_more(
    sandbox: Sandbox, client: stripe.StripeClient, receiver: Receiver
):
    subscribe(client, receiver)
    [endpoint] = client.v1.webhook_endpoints.list().data
    assert client.v1.webhook_endpoints.delete(endpoint.id).deleted
    pay(sandbox, client)
    time.sleep(0.3)
    assert receiver.got == []
    assert undelivered(client) == []


def test_declines_and_expiries_are_told(
    sandbox: Sandbox, client: stripe.StripeClient, receiver: Receiver
):
    secret = subscribe(client, receiver)
    declined_id = pay(sandbox, client, "4000000000009995")
    receiver.wait_for(1)
    [failed] = receiver.events(secret)
    assert failed.type == "payment_intent.payment_failed"
    assert failed.data.object["last_payment_error"]["decline_code"] == "insufficient_funds"
    closed = client.v1.checkout.sessions.expire(
        declined_id, options={"idempotency_key": "close-it"}
    )
    receiver.wait_for(2)
    expired = receiver.events(secret)[1]
    assert (expired.type, expired.data.object["id"]) == ("checkout.session.expired", closed.id)
    assert expired.request is not None
    assert expired.request.idempotency_key == "close-it"
    by_itself = client.v1.checkout.sessions.create(session_params())
    sandbox.control("expire", session=by_itself.id)
    receiver.wait_for(3)
    assert receiver.events(secret)[2].data.object["id"] == by_itself.id


def test_the_list_of_events_is_filtered_by_type(sandbox: Sandbox, client: stripe.StripeClient):
    pay(sandbox, client)
    for asked, found in [
        ({"type": "charge.succeeded"}, {"charge.succeeded"}),
        ({"type": "payment_intent.*"}, {"payment_intent.succeeded"}),
        (
            {"types": ["charge.succeeded", "checkout.session.completed"]},
            {"charge.succeeded", "checkout.session.completed"},
        ),
    ]:
        events = client.v1.events.list(asked)
        assert {event.type for event in events.data} == found
