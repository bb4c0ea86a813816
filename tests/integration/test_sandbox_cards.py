"""Cards that the processor keeps and charges while nobody is there, driven by its own SDK."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import stripe

from tests.integration.test_sandbox_payments import answer_bank, charged, press, shape_faults
from tests.servers import sandbox as servers
from tests.servers.sandbox import Sandbox, session_params

WORKS, ASKS_ALWAYS, ASKS_ONCE = "4242424242424242", "4000002760003184", "4000002500003155"
FAILS_LATER, NO_MONEY_LATER = "4000000000000341", "4000008260003178"


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


def setup_params(customer: str) -> dict[str, Any]:
    return {
        "mode": "setup",
        "currency": "eur",
        "customer": customer,
        "client_reference_id": "attempt-1",
        "setup_intent_data": {"metadata": {"reference": "attempt-1"}},
        "allowed_payment_method_types": ["card"],
        "success_url": "http://127.0.0.1:9/back",
        "cancel_url": "http://127.0.0.1:9/cancelled",
        "locale": "fr",
    }


def setup_page(client: stripe.StripeClient) -> stripe.checkout.Session:
    customer = client.v1.customers.create({"metadata": {"reference": "account-1"}})
    return client.v1.checkout.sessions.create(setup_params(customer.id))  # type: ignore[arg-type]


def kept(
    sandbox: Sandbox, client: stripe.StripeClient, card: str = WORKS, *, expiry: str = "12/34"
) -> stripe.PaymentMethod:
    """A card that was saved on the hosted page."""
    page = setup_page(client)
    answer = press(sandbox, page, card, expiry=expiry)
    if answer.headers["Location"].endswith("/authentication"):
        answer_bank(sandbox, page, "confirm")
    done = client.v1.checkout.sessions.retrieve(
        page.id, {"expand": ["setup_intent.payment_method"]}
    )
    assert done.status == "complete", answer.text
    assert isinstance(done.setup_intent, stripe.SetupIntent)
    assert isinstance(done.setup_intent.payment_method, stripe.PaymentMethod)
    return done.setup_intent.payment_method


def order(method: stripe.PaymentMethod, **changes: Any) -> dict[str, Any]:
    wanted = {
        "amount": 1500,
        "currency": "eur",
        "customer": str(method.customer),
        "payment_method": method.id,
        "confirm": True,
        "off_session": True,
        "metadata": {"reference": "charge-1"},
    }
    return {name: value for name, value in (wanted | changes).items() if value is not None}


def charge(
    client: stripe.StripeClient, method: stripe.PaymentMethod, key: str = "", **changes: Any
) -> stripe.PaymentIntent:
    options: Any = {"idempotency_key": key} if key else {}
    params: Any = order(method, **changes)
    return client.v1.payment_intents.create(params, options)


def test_a_card_is_saved_without_taking_anything(
    sandbox: Sandbox, client: stripe.StripeClient, key: str
):
    page = setup_page(client)
    assert (page.amount_total, page.payment_status) == (None, "no_payment_required")
    assert "Enregistrer la carte" in sandbox.call("GET", f"/pay/{page.id}").text
    assert "€" not in sandbox.call("GET", f"/pay/{page.id}").text
    press(sandbox, page)
    done = client.v1.checkout.sessions.retrieve(page.id, {"expand": ["setup_intent"]})
    assert (done.status, done.payment_intent) == ("complete", None)
    assert isinstance(done.setup_intent, stripe.SetupIntent)
    assert done.setup_intent.status == "succeeded"
    [method] = client.v1.payment_methods.list({"customer": str(page.customer)}).data
    assert method.id == done.setup_intent.payment_method
    assert charged(sandbox, key) == []


def test_paying_can_save_the_card_and_does_not_otherwise(
    sandbox: Sandbox, client: stripe.StripeClient
):
    for data, many in (({"setup_future_usage": "off_session"}, 1), ({}, 0)):
        customer = client.v1.customers.create()
        params: Any = session_params() | {"customer": customer.id, "payment_intent_data": data}
        page = client.v1.checkout.sessions.create(params)
        press(sandbox, page)
        methods = client.v1.payment_methods.list({"customer": customer.id}).data
        assert len(methods) == many
    assert charge(client, kept(sandbox, client)).status == "succeeded"


def test_a_saved_card_is_charged_while_nobody_is_there(
    sandbox: Sandbox, client: stripe.StripeClient, key: str
):
    method = kept(sandbox, client)
    intent = charge(client, method, expand=["latest_charge.balance_transaction"])
    assert (intent.status, intent.amount_received) == ("succeeded", 1500)
    [row] = charged(sandbox, key)
    assert (row["amount"], row["session"]) == (1500, None)
    assert row["metadata"] == {"reference": "charge-1"}
    [found] = client.v1.payment_intents.list({"customer": str(method.customer)}).data
    assert found.metadata.to_dict() == {"reference": "charge-1"}
    assert {e.type for e in client.v1.events.list({"limit": 3}).data} >= {
        "payment_intent.succeeded",
        "charge.succeeded",
    }


@pytest.mark.parametrize(
    ("card", "code", "decline"),
    [
        (ASKS_ALWAYS, "authentication_required", "authentication_required"),
        (FAILS_LATER, "card_declined", "generic_decline"),
        (NO_MONEY_LATER, "card_declined", "insufficient_funds"),
    ],
)
def test_a_saved_card_can_say_no(
    sandbox: Sandbox, client: stripe.StripeClient, key: str, card: str, code: str, decline: str
):
    method = kept(sandbox, client, card)
    with pytest.raises(stripe.CardError) as caught:
        charge(client, method)
    assert (caught.value.http_status, caught.value.code) == (402, code)
    told: Any = caught.value.json_body
    assert told["error"]["decline_code"] == decline
    intent = client.v1.payment_intents.retrieve(told["error"]["payment_intent"]["id"])
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == code
    assert charged(sandbox, key) == []


def test_a_bank_that_asked_when_the_card_was_saved_does_not_ask_again(
    sandbox: Sandbox, client: stripe.StripeClient
):
    assert charge(client, kept(sandbox, client, ASKS_ONCE)).status == "succeeded"


@pytest.mark.parametrize("card", ["4000000000009995", "4000000000000002", "4000000000000069"])
def test_a_card_that_is_refused_can_not_be_saved(
    sandbox: Sandbox, client: stripe.StripeClient, card: str
):
    page = setup_page(client)
    press(sandbox, page, card)
    assert "La carte n’a pas été enregistrée." in sandbox.call("GET", f"/pay/{page.id}").text
    assert client.v1.checkout.sessions.retrieve(page.id).status == "open"
    assert client.v1.payment_methods.list({"customer": str(page.customer)}).data == []


def test_who_does_not_confirm_saves_nothing(sandbox: Sandbox, client: stripe.StripeClient):
    page = setup_page(client)
    press(sandbox, page, ASKS_ALWAYS)
    answer_bank(sandbox, page, "refuse")
    assert client.v1.checkout.sessions.retrieve(page.id).status == "open"
    answer_bank(sandbox, page, "confirm")
    assert client.v1.payment_methods.list({"customer": str(page.customer)}).data == []


def test_a_card_is_refused_after_its_last_month(sandbox: Sandbox, client: stripe.StripeClient):
    method = kept(sandbox, client, expiry="12/34")
    assert method.card is not None
    assert (method.card.exp_year, method.card.exp_month) == (2034, 12)
    for now, code in (
        (2050790000, ""),
        (2051900000, "expired_card"),
    ):  # December 2034, January 2035
        sandbox.control("clock", now=now)
        try:
            charge(client, method)
            said = ""
        except stripe.CardError as error:
            said = str(error.code)
        finally:
            sandbox.control("clock", now=None)
        assert said == code


def test_the_same_key_charges_once_and_repeats_a_refusal(
    sandbox: Sandbox, client: stripe.StripeClient, key: str
):
    method = kept(sandbox, client)
    first, again = (charge(client, method, "key-1") for _ in range(2))
    assert first.id == again.id
    assert len(charged(sandbox, key)) == 1
    with pytest.raises(stripe.IdempotencyError):
        charge(client, method, "key-1", amount=2000)
    broken = kept(sandbox, client, FAILS_LATER)
    intents = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as caught:
            charge(client, broken, "key-2")
        told: Any = caught.value.json_body
        intents.append(told["error"]["payment_intent"]["id"])
    assert len(set(intents)) == 1


def test_a_card_that_was_detached_is_gone(sandbox: Sandbox, client: stripe.StripeClient, key: str):
    method = kept(sandbox, client)
    assert client.v1.payment_methods.detach(method.id).customer is None
    with pytest.raises(stripe.InvalidRequestError, match="was detached"):
        charge(client, method)
    with pytest.raises(stripe.InvalidRequestError, match="not attached"):
        client.v1.payment_methods.detach(method.id)
    with pytest.raises(stripe.InvalidRequestError, match="No such PaymentMethod"):
        client.v1.payment_methods.detach("pm_none")
    assert charged(sandbox, key) == []


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"amount": 49}, "amount"),
        ({"amount": "15.00"}, "amount"),
        ({"amount": 100_000_000}, "amount"),
        ({"currency": "xau"}, "currency"),
        ({"customer": "cus_none"}, "customer"),
        ({"customer": None}, "customer"),
        ({"payment_method": "pm_none"}, "payment_method"),
        ({"payment_method": None}, "payment_method"),
        ({"confirm": None}, "confirm=false"),
        ({"off_session": False}, "off_session=false"),
        ({"off_session": "recurring"}, "off_session"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"receipt_email": "a@b.example"}, "receipt_email"),
        ({"allowed_payment_method_types": ["sepa_debit"]}, "allowed_payment_method_types"),
    ],
)
def test_a_wrong_charge_is_named_and_takes_nothing(
    sandbox: Sandbox,
    client: stripe.StripeClient,
    key: str,
    changes: dict[str, Any],
    param: str,
):
    method = kept(sandbox, client)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        charge(client, method, **changes)
    assert caught.value.param == param
    assert charged(sandbox, key) == []
    assert client.v1.payment_intents.list().data == []


def test_another_customers_card_is_not_charged(sandbox: Sandbox, client: stripe.StripeClient):
    method = kept(sandbox, client)
    other = client.v1.customers.create()
    with pytest.raises(stripe.InvalidRequestError, match="must be attached to the customer"):
        charge(client, method, customer=other.id)


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"currency": None}, "currency"),
        ({"customer": None}, "mode=setup without customer"),
        ({"customer_creation": "if_required"}, "customer"),
        ({"line_items": session_params()["line_items"]}, "line_items"),
        ({"payment_intent_data": {"metadata": {"a": "b"}}}, "payment_intent_data"),
    ],
)
def test_a_page_that_only_saves_is_checked_too(
    client: stripe.StripeClient, changes: dict[str, Any], param: str
):
    params: Any = setup_params(client.v1.customers.create().id) | changes
    params = {name: value for name, value in params.items() if value is not None}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(params)
    assert caught.value.param == param


def test_a_customer_needs_no_name(client: stripe.StripeClient):
    customer = client.v1.customers.create({"metadata": {"reference": "x"}})
    assert (customer.name, customer.email) == (None, None)
    assert client.v1.customers.retrieve(customer.id).metadata == customer.metadata
    with pytest.raises(stripe.InvalidRequestError, match="does not play name"):
        client.v1.customers.create({"name": "Nadia"})


def test_objects_have_the_shapes_that_the_sdk_expects(
    sandbox: Sandbox, client: stripe.StripeClient
):
    method = kept(sandbox, client)
    page = setup_page(client)
    setup = client.v1.setup_intents.retrieve(str(page.setup_intent))
    customer = client.v1.customers.retrieve(str(page.customer))
    intent = charge(client, method, expand=["latest_charge"])
    for thing in (page, setup, customer, method, intent, intent.latest_charge):
        assert isinstance(thing, stripe.StripeObject)
        assert shape_faults(thing) == [], type(thing).__name__
