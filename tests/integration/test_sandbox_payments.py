"""Somebody pays, or cannot: what the hosted page does and what the processor then says."""

import threading
import time
from collections.abc import Iterator
from typing import Any, get_args
from uuid import uuid4

import pytest
import stripe

from tests.servers import sandbox as servers
from tests.servers.sandbox import Answer, Sandbox, session_params

WORKS, ASKS_THE_BANK = "4242424242424242", "4000002760003184"
PAID = ["payment_intent.latest_charge.balance_transaction", "payment_intent.payment_method"]


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


@pytest.fixture
def session(client: stripe.StripeClient) -> stripe.checkout.Session:
    return client.v1.checkout.sessions.create(session_params() | {"locale": "fr"})


def path_of(session: stripe.checkout.Session) -> str:
    return f"/pay/{session.id}"


def back(session: stripe.checkout.Session) -> str:
    return f"http://127.0.0.1:9/back?session={session.id}"


def press(
    sandbox: Sandbox,
    session: stripe.checkout.Session,
    card: str = WORKS,
    *,
    expiry: str = "12/34",
    cvc: str = "123",
) -> Answer:
    form = {"card": card, "expiry": expiry, "cvc": cvc}
    return sandbox.call("POST", path_of(session), form=form)


def answer_bank(sandbox: Sandbox, session: stripe.checkout.Session, answer: str) -> Answer:
    return sandbox.call("POST", f"{path_of(session)}/authentication", form={"answer": answer})


def charged(sandbox: Sandbox, key: str) -> list[dict[str, Any]]:
    ledger = sandbox.call("GET", "/control/ledger").json()
    found: list[dict[str, Any]] = ledger[key]
    return found


def latest(client: stripe.StripeClient, session: stripe.checkout.Session) -> stripe.PaymentIntent:
    now = client.v1.checkout.sessions.retrieve(session.id, {"expand": PAID})
    assert isinstance(now.payment_intent, stripe.PaymentIntent)
    return now.payment_intent


# Paying


def test_paying_leads_back_and_is_booked_to_the_cent(
    sandbox: Sandbox, client: stripe.StripeClient, session: stripe.checkout.Session, key: str
):
    answer = press(sandbox, session)
    assert (answer.status, answer.headers["Location"]) == (303, back(session))
    now = client.v1.checkout.sessions.retrieve(session.id)
    assert (now.status, now.payment_status, now.url) == ("complete", "paid", None)
    intent = latest(client, session)
    assert (intent.status, intent.amount_received, intent.currency) == ("succeeded", 4250, "eur")
    assert intent.metadata.to_dict() == {"attempt": "1"}
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.status, charge.paid, charge.amount) == ("succeeded", True, 4250)
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.card is not None
    assert charge.payment_method_details.card.last4 == "4242"
    booked = charge.balance_transaction
    assert isinstance(booked, stripe.BalanceTransaction)
    # 1.5 % of 42.50 is 63.75 cents, and 25 cents.
    assert (booked.amount, booked.fee, booked.net) == (4250, 89, 4161)
    assert (booked.reporting_category, booked.status) == ("charge", "pending")
    assert booked.source == charge.id
    [row] = charged(sandbox, key)
    assert (row["amount"], row["session"], row["client_reference_id"]) == (
        4250,
        session.id,
        "attempt-1",
    )


def test_pressing_twice_pays_once(sandbox: Sandbox, session: stripe.checkout.Session, key: str):
    answers: list[Answer] = []
    presses = [
        threading.Thread(target=lambda: answers.append(press(sandbox, session))) for _ in range(6)
    ]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert [(answer.status, answer.headers["Location"]) for answer in answers] == [
        (303, back(session))
    ] * 6
    assert len(charged(sandbox, key)) == 1


def test_the_page_of_a_paid_session_says_so(sandbox: Sandbox, session: stripe.checkout.Session):
    press(sandbox, session)
    page = sandbox.call("GET", path_of(session))
    assert page.status == 200
    assert "C’est déjà payé" in page.text
    assert back(session) in page.text
    assert 'name="card"' not in page.text


def test_an_expired_page_says_so_and_takes_nothing(
    sandbox: Sandbox, client: stripe.StripeClient, session: stripe.checkout.Session, key: str
):
    client.v1.checkout.sessions.expire(session.id)
    page = sandbox.call("GET", path_of(session))
    assert page.status == 410
    assert "Cette page n’est plus valable" in page.text
    assert "http://127.0.0.1:9/cancelled" in page.text
    assert press(sandbox, session).headers["Location"] == path_of(session)
    assert charged(sandbox, key) == []


def test_a_session_expires_by_itself_at_its_hour(
    sandbox: Sandbox, client: stripe.StripeClient, session: stripe.checkout.Session
):
    press(sandbox, session, ASKS_THE_BANK)
    sandbox.control("expire", session=session.id)
    now = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert now.status == "expired"
    assert isinstance(now.payment_intent, stripe.PaymentIntent)
    assert (now.payment_intent.status, now.payment_intent.cancellation_reason) == (
        "canceled",
        "expired",
    )
    assert answer_bank(sandbox, session, "confirm").headers["Location"] == path_of(session)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"


def test_an_unknown_page_says_so(sandbox: Sandbox):
    assert sandbox.call("GET", "/pay/cs_test_none").status == 404
    assert sandbox.call("POST", "/pay/cs_test_none", form={}).status == 404


# Not paying


@pytest.mark.parametrize(
    ("card", "code", "decline_code", "words"),
    [
        ("4000000000000002", "card_declined", "generic_decline", "n’a pas accepté cette carte"),
        ("4000000000009995", "card_declined", "insufficient_funds", "n’est pas disponible"),
        ("4000000000000069", "expired_card", None, "n’est plus valable"),
        ("4000000000000127", "incorrect_cvc", None, "ne correspond pas"),
    ],
)
def test_a_declined_card_is_told_kindly_and_another_may_follow(
    sandbox: Sandbox,
    client: stripe.StripeClient,
    session: stripe.checkout.Session,
    key: str,
    card: str,
    code: str,
    decline_code: str | None,
    words: str,
):
    answer = press(sandbox, session, card)
    assert (answer.status, answer.headers["Location"]) == (303, path_of(session))
    page = sandbox.call("GET", path_of(session))
    assert "Rien n’a été débité." in page.text
    assert words in page.text
    intent = latest(client, session)
    assert intent.status == "requires_payment_method"
    error = intent.last_payment_error
    assert error is not None
    assert (error.code, getattr(error, "decline_code", None)) == (code, decline_code)
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert (intent.latest_charge.status, intent.latest_charge.failure_code) == ("failed", code)
    assert intent.latest_charge.balance_transaction is None
    assert charged(sandbox, key) == []
    assert press(sandbox, session).headers["Location"] == back(session)
    after = latest(client, session)
    assert (after.id, after.status, after.last_payment_error) == (intent.id, "succeeded", None)
    assert len(charged(sandbox, key)) == 1


def test_the_bank_may_ask_and_be_answered_yes(
    sandbox: Sandbox, client: stripe.StripeClient, session: stripe.checkout.Session, key: str
):
    answer = press(sandbox, session, ASKS_THE_BANK)
    assert answer.headers["Location"] == f"{path_of(session)}/authentication"
    assert latest(client, session).status == "requires_action"
    page = sandbox.call("GET", f"{path_of(session)}/authentication")
    assert "Confirmer" in page.text
    assert "3184" in page.text
    assert charged(sandbox, key) == []
    for _ in range(2):
        assert answer_bank(sandbox, session, "confirm").headers["Location"] == back(session)
    assert latest(client, session).status == "succeeded"
    assert len(charged(sandbox, key)) == 1


def test_the_bank_may_ask_and_be_answered_no(
    sandbox: Sandbox, client: stripe.StripeClient, session: stripe.checkout.Session, key: str
):
    press(sandbox, session, ASKS_THE_BANK)
    assert answer_bank(sandbox, session, "refuse").headers["Location"] == path_of(session)
    assert "n’a pas été confirmé" in sandbox.call("GET", path_of(session)).text
    intent = latest(client, session)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    # A late yes, from another tab, no longer pays.
    answer_bank(sandbox, session, "confirm")
    assert charged(sandbox, key) == []


def test_leaving_the_banks_question_leaves_the_session_open(
    sandbox: Sandbox, client: stripe.StripeClient, session: stripe.checkout.Session
):
    press(sandbox, session, ASKS_THE_BANK)
    page = sandbox.call("GET", f"{path_of(session)}/authentication")
    assert 'href="http://127.0.0.1:9/cancelled"' in page.text
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert press(sandbox, session).headers["Location"] == back(session)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"card": "5555 4444 3333 1111"}, "Écrivez un des numéros d’essai."),
        ({"card": WORKS, "expiry": "13/34"}, "Écrivez le mois et l’année"),
        ({"card": WORKS, "expiry": "01/20"}, "Cette date est passée."),
        ({"card": WORKS, "cvc": "12"}, "Écrivez les 3 chiffres"),
    ],
)
def test_a_wrong_field_is_named_and_a_real_number_never_repeated(
    sandbox: Sandbox, session: stripe.checkout.Session, typed: dict[str, str], words: str
):
    answer = press(sandbox, session, **typed)
    assert answer.status == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "1111" not in answer.text


# Without a browser


def test_a_past_payment_can_be_written_into_the_books(
    sandbox: Sandbox, client: stripe.StripeClient, session: stripe.checkout.Session
):
    created = int(time.time()) - 20 * 86400
    told = sandbox.control("pay", session=session.id, card=WORKS, created=created)
    assert told["outcome"] == "paid"
    intent = latest(client, session)
    assert isinstance(intent.latest_charge, stripe.Charge)
    booked = intent.latest_charge.balance_transaction
    assert isinstance(booked, stripe.BalanceTransaction)
    assert {intent.created, intent.latest_charge.created, booked.created} == {created}
    assert booked.status == "available"
    events = client.v1.events.list({"created": {"lte": created}})
    assert {event.type for event in events.data} == {
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    }


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({}, "paid"),
        ({"card": "4000000000000002"}, "declined"),
        ({"card": ASKS_THE_BANK}, "authentication"),
        ({"card": ASKS_THE_BANK, "authentication": "confirm"}, "paid"),
        ({"card": ASKS_THE_BANK, "authentication": "refuse"}, "declined"),
    ],
)
def test_control_pays_with_any_test_card(
    sandbox: Sandbox, session: stripe.checkout.Session, fields: dict[str, str], outcome: str
):
    told = sandbox.control("pay", session=session.id, **fields)
    assert told["outcome"] == outcome
    assert told["payment_intent"].startswith("pi_")
    if outcome == "paid":
        again = sandbox.control("pay", session=session.id)
        assert again["outcome"] == "already_paid"
        assert again["charge"] == told["charge"]


@pytest.mark.parametrize(
    ("name", "fields", "status"),
    [
        ("pay", {"session": "cs_test_none"}, 404),
        ("pay", {"card": "1234"}, 422),
        ("pay", {"created": "yesterday"}, 422),
        ("pay", {"created": 2**40}, 422),
        ("pay", {"amount": 1}, 422),
        ("webhooks", {"deliver": "yes"}, 422),
        ("delay", {"seconds": 1000}, 422),
    ],
)
def test_control_says_what_it_cannot_do(
    sandbox: Sandbox,
    session: stripe.checkout.Session,
    name: str,
    fields: dict[str, Any],
    status: int,
):
    known = {"session": session.id} | fields if name == "pay" else fields
    answer = sandbox.call("POST", f"/control/{name}", json_body=known)
    assert answer.status == status
    assert answer.json()["error"]


def test_control_is_not_for_other_sites_forms(sandbox: Sandbox):
    assert sandbox.call("POST", "/control/webhooks", form={"deliver": "true"}).status == 400


# Shapes


def shape_faults(thing: stripe.StripeObject) -> list[str]:
    """Fields that the SDK does not know, and fields it counts on that are not there."""
    hints = {
        name: hint
        for name, hint in type(thing).__annotations__.items()
        if not name.startswith("_") and name != "OBJECT_NAME"
    }
    shown = thing.to_dict()
    unknown = [f"{name} unknown" for name in shown if name not in hints]
    return unknown + [
        f"{name} missing"
        for name, hint in hints.items()
        if shown.get(name) is None and type(None) not in get_args(hint)
    ]


def test_objects_have_the_shapes_that_the_sdk_expects(
    sandbox: Sandbox, client: stripe.StripeClient, session: stripe.checkout.Session
):
    press(sandbox, session, "4000000000000002")
    press(sandbox, session)
    intent = latest(client, session)
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
    assert isinstance(intent.payment_method, stripe.PaymentMethod)
    endpoint = client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:9/hook", "enabled_events": ["*"]}
    )
    paid = client.v1.checkout.sessions.retrieve(session.id)
    event = client.v1.events.list().data[0]
    line = client.v1.checkout.sessions.line_items.list(session.id).data[0]
    balance, method = charge.balance_transaction, intent.payment_method
    for thing in (session, paid, intent, charge, balance, method, event, endpoint, line):
        assert shape_faults(thing) == [], type(thing).__name__
