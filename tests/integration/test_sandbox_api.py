"""The sandbox speaks to the processor's own SDK as the processor does."""

import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import stripe

from tests.servers import sandbox as servers
from tests.servers.sandbox import Sandbox, session_params


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with servers.running() as running:
        yield running


@pytest.fixture
def key() -> str:
    return f"sk_test_{uuid4().hex}"


@pytest.fixture
def client(sandbox: Sandbox, key: str) -> stripe.StripeClient:
    return sandbox.client(key)


def open_session(client: stripe.StripeClient, cents: int = 4250) -> stripe.checkout.Session:
    return client.v1.checkout.sessions.create(session_params(cents))


# Sessions


def test_a_session_is_made_as_asked(client: stripe.StripeClient, sandbox: Sandbox):
    expires_at = int(time.time()) + 3600
    session = client.v1.checkout.sessions.create(
        session_params() | {"locale": "fr", "expires_at": expires_at, "submit_type": "pay"}
    )
    assert session.id.startswith("cs_test_")
    assert session.url == f"{sandbox.url}/pay/{session.id}"
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert (session.amount_total, session.currency, session.livemode) == (4250, "eur", False)
    assert session.client_reference_id == "attempt-1"
    assert session.metadata is not None
    assert session.metadata.to_dict() == {"attempt": "1"}
    assert (session.expires_at, session.locale, session.payment_intent) == (expires_at, "fr", None)
    assert client.v1.checkout.sessions.retrieve(session.id) == session


def test_several_lines_add_up(client: stripe.StripeClient):
    params = session_params(1250)
    [line] = params["line_items"]
    params["line_items"] = [line, line | {"quantity": 2}]
    session = client.v1.checkout.sessions.create(params)
    assert session.amount_total == 3750
    items = client.v1.checkout.sessions.line_items.list(session.id)
    assert [(item.quantity, item.amount_total) for item in items.data] == [(1, 1250), (2, 2500)]
    expanded = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})
    assert expanded.line_items is not None
    assert [item.id for item in expanded.line_items.data] == [item.id for item in items.data]


def test_an_open_session_can_be_closed_once(client: stripe.StripeClient):
    session = open_session(client)
    closed = client.v1.checkout.sessions.expire(session.id)
    assert (closed.status, closed.url) == ("expired", None)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.expire(session.id)
    assert caught.value.user_message == (
        'Only Checkout Sessions with a status in ["open"] can be expired. '
        "This Checkout Session has a status of `expired`."
    )


@pytest.mark.parametrize(
    ("resource", "noun"),
    [
        ("checkout.sessions", "checkout.session"),
        ("payment_intents", "payment_intent"),
        ("charges", "charge"),
        ("balance_transactions", "balance_transaction"),
        ("events", "event"),
    ],
)
def test_what_does_not_exist_is_missing(client: stripe.StripeClient, resource: str, noun: str):
    service: Any = client.v1
    for name in resource.split("."):
        service = getattr(service, name)
    with pytest.raises(stripe.InvalidRequestError, match=f"No such {noun}: 'none'") as caught:
        service.retrieve("none")
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")


# Accounts


def test_each_key_is_an_account_of_its_own(sandbox: Sandbox, client: stripe.StripeClient):
    session = open_session(client)
    other = sandbox.client(f"rk_test_{uuid4().hex}")
    assert other.v1.checkout.sessions.list().data == []
    with pytest.raises(stripe.InvalidRequestError, match=r"No such checkout\.session"):
        other.v1.checkout.sessions.retrieve(session.id)
    with pytest.raises(stripe.InvalidRequestError, match=r"No such checkout\.session"):
        other.v1.checkout.sessions.expire(session.id)


@pytest.mark.parametrize("kind", ["sk", "rk"])
def test_live_keys_are_refused_and_not_repeated(sandbox: Sandbox, kind: str):
    live = f"{kind}_live_{uuid4().hex}"
    with pytest.raises(stripe.AuthenticationError, match="live key") as caught:
        open_session(sandbox.client(live))
    assert live not in str(caught.value)


@pytest.mark.parametrize("given", ["pk_test_abcdefgh", "sk_test_", "nonsense"])
def test_other_keys_are_refused(sandbox: Sandbox, given: str):
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key provided"):
        open_session(sandbox.client(given))


def test_a_key_is_needed(sandbox: Sandbox):
    answer = sandbox.call("GET", "/v1/events")
    assert answer.status == 401
    assert answer.json()["error"]["message"].startswith("You did not provide an API key.")


def test_another_version_of_the_api_is_refused(sandbox: Sandbox, key: str):
    older = stripe.StripeClient(
        key, base_addresses={"api": sandbox.url}, stripe_version="2025-03-31.basil"
    )
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        older.v1.events.list()


def test_an_unknown_address_is_told(sandbox: Sandbox, key: str):
    answer = sandbox.call("GET", "/v1/coupons", headers={"Authorization": f"Bearer {key}"})
    assert answer.status == 404
    assert answer.json()["error"]["message"] == "Unrecognized request URL (GET: /v1/coupons)."


def test_other_names_for_the_machine_are_not_answered(sandbox: Sandbox):
    answer = sandbox.call("GET", "/control/ledger", headers={"Host": "evil.example"})
    assert answer.status == 400


# Idempotency


def test_the_same_key_gives_the_same_answer(client: stripe.StripeClient):
    first = client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "one"})
    again = client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "one"})
    other = client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "two"})
    assert again == first
    assert again.last_response is not None
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert first.last_response is not None
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert other.id != first.id
    assert len(client.v1.checkout.sessions.list().data) == 2


def test_a_stored_answer_does_not_follow_the_object(client: stripe.StripeClient):
    first = client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "one"})
    client.v1.checkout.sessions.expire(first.id)
    again = client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "one"})
    assert again.status == "open"
    assert client.v1.checkout.sessions.retrieve(first.id).status == "expired"


def test_the_same_key_with_other_parameters_is_an_error(client: stripe.StripeClient):
    client.v1.checkout.sessions.create(session_params(4250), {"idempotency_key": "one"})
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as caught:
        client.v1.checkout.sessions.create(session_params(4251), {"idempotency_key": "one"})
    assert caught.value.http_status == 400
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_the_same_key_for_another_address_is_an_error(client: stripe.StripeClient):
    session = client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "one"})
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.checkout.sessions.expire(session.id, options={"idempotency_key": "one"})


def test_a_malformed_request_does_not_use_the_key_up(client: stripe.StripeClient):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(session_params(1), {"idempotency_key": "one"})
    assert client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "one"}).id


def test_what_an_operation_refused_is_kept(client: stripe.StripeClient):
    session = open_session(client)
    client.v1.checkout.sessions.expire(session.id)
    answers = []
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            client.v1.checkout.sessions.expire(session.id, options={"idempotency_key": "late"})
        answers.append(caught.value)
    assert "Idempotent-Replayed" not in (answers[0].headers or {})
    assert (answers[1].headers or {})["Idempotent-Replayed"] == "true"


def test_keys_of_two_accounts_do_not_meet(sandbox: Sandbox, client: stripe.StripeClient):
    mine = client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "one"})
    other = sandbox.client(f"sk_test_{uuid4().hex}")
    theirs = other.v1.checkout.sessions.create(session_params(900), {"idempotency_key": "one"})
    assert mine.id != theirs.id


def test_a_key_in_use_is_a_conflict():
    """Two at once: one is carried out, the other is told to wait; after that it is a replay."""
    with servers.running() as slow:
        client = slow.client(f"sk_test_{uuid4().hex}")
        slow.control("delay", seconds=1.0)
        results: list[Any] = []

        def create() -> None:
            try:
                results.append(
                    client.v1.checkout.sessions.create(session_params(), {"idempotency_key": "one"})
                )
            except stripe.StripeError as error:
                results.append(error)

        both = [threading.Thread(target=create) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        slow.control("delay", seconds=0)
        [error] = [result for result in results if isinstance(result, stripe.StripeError)]
        [session] = [result for result in results if not isinstance(result, stripe.StripeError)]
        assert error.http_status == 409
        assert error.json_body["error"]["code"] == "idempotency_key_in_use"
        create()
        assert results[-1].id == session.id
        assert len(client.v1.checkout.sessions.list().data) == 1


# Lists


def test_lists_turn_their_pages_both_ways(client: stripe.StripeClient):
    ids = [open_session(client).id for _ in range(5)]
    newest_first = ids[::-1]
    first = client.v1.checkout.sessions.list({"limit": 2})
    assert [session.id for session in first.data] == newest_first[:2]
    assert first.has_more
    second = client.v1.checkout.sessions.list({"limit": 3, "starting_after": newest_first[1]})
    assert [session.id for session in second.data] == newest_first[2:]
    assert not second.has_more
    back = client.v1.checkout.sessions.list({"limit": 2, "ending_before": newest_first[3]})
    assert [session.id for session in back.data] == newest_first[1:3]
    assert back.has_more
    everything = client.v1.checkout.sessions.list({"limit": 2}).auto_paging_iter()
    assert [session.id for session in everything] == newest_first


def test_lists_are_filtered(client: stripe.StripeClient):
    closed, left_open = open_session(client), open_session(client)
    client.v1.checkout.sessions.expire(closed.id)
    found = client.v1.checkout.sessions.list({"status": "open"})
    assert [session.id for session in found.data] == [left_open.id]
    past = client.v1.checkout.sessions.list({"created": {"lt": closed.created}})
    assert past.data == []
    present = client.v1.checkout.sessions.list({"created": {"gte": closed.created}})
    assert len(present.data) == 2
