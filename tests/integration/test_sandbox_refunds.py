"""Money given back at the sandbox, as the processor gives it back; driven by its own SDK."""

from collections.abc import Iterator
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


@pytest.fixture
def intent(sandbox: Sandbox, client: stripe.StripeClient) -> str:
    """A paid intent of 42,50 euros."""
    page = client.v1.checkout.sessions.create(session_params())
    return str(sandbox.control("pay", session=page.id)["payment_intent"])


def charge_of(client: stripe.StripeClient, intent: str) -> stripe.Charge:
    found = client.v1.payment_intents.retrieve(intent, {"expand": ["latest_charge.refunds"]})
    assert isinstance(found.latest_charge, stripe.Charge)
    return found.latest_charge


def test_parts_are_given_back_until_nothing_is_left(
    client: stripe.StripeClient, intent: str
) -> None:
    whole = charge_of(client, intent).amount
    first = client.v1.refunds.create({"payment_intent": intent, "amount": 1200})
    assert (first.status, first.amount, first.payment_intent) == ("succeeded", 1200, intent)
    charge = charge_of(client, intent)
    assert (charge.amount_refunded, charge.refunded) == (1200, False)
    rest = client.v1.refunds.create({"charge": charge.id, "reason": "requested_by_customer"})
    assert rest.amount == whole - 1200
    charge = charge_of(client, intent)
    assert (charge.amount_refunded, charge.refunded, charge.status) == (whole, True, "succeeded")
    assert charge.refunds is not None
    assert [r.id for r in charge.refunds.data] == [rest.id, first.id]
    booked = client.v1.balance_transactions.list({"source": first.id}).data
    assert [(b.amount, b.fee, b.reporting_category) for b in booked] == [(-1200, 0, "refund")]
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded") as told:
        client.v1.refunds.create({"charge": charge.id})
    assert told.value.code == "charge_already_refunded"


def test_more_than_is_left_is_refused_and_changes_nothing(
    client: stripe.StripeClient, intent: str
) -> None:
    client.v1.refunds.create({"payment_intent": intent, "amount": 4000})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        client.v1.refunds.create({"payment_intent": intent, "amount": 4000})
    for wrong in ({}, {"payment_intent": "pi_none"}, {"payment_intent": intent, "amount": 0}):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.refunds.create(wrong)  # type: ignore[arg-type]
    with pytest.raises(stripe.InvalidRequestError, match="currency"):
        client.v1.refunds.create({"payment_intent": intent, "currency": "eur"})
    assert charge_of(client, intent).amount_refunded == 4000


def test_one_key_gives_back_once(client: stripe.StripeClient, intent: str) -> None:
    made = {
        client.v1.refunds.create(
            {"payment_intent": intent, "amount": 100}, {"idempotency_key": "one"}
        ).id
        for _ in range(5)
    }
    assert len(made) == 1
    assert charge_of(client, intent).amount_refunded == 100


def test_refunds_are_listed_by_intent_and_by_time(client: stripe.StripeClient, intent: str) -> None:
    for _ in range(12):
        client.v1.refunds.create({"payment_intent": intent, "amount": 10})
    found = list(client.v1.refunds.list({"payment_intent": intent}).auto_paging_iter())
    assert len(found) == 12
    shown = charge_of(client, intent).refunds
    assert shown is not None
    assert (len(shown.data), shown.has_more) == (10, True)
    later = found[0].created + 1
    assert client.v1.refunds.list({"created": {"gte": later}}).data == []
    assert client.v1.refunds.retrieve(found[0].id).id == found[0].id


def test_what_happens_is_told_as_events(
    sandbox: Sandbox, client: stripe.StripeClient, intent: str
) -> None:
    late = sandbox.control("refund", payment_intent=intent, amount=500, status="pending")
    sandbox.control("refund/end", refund=late["refund"], status="succeeded")
    sandbox.control("refund/end", refund=late["refund"], status="failed")
    refund = client.v1.refunds.retrieve(late["refund"])
    assert (refund.status, refund.failure_reason) == ("failed", "expired_or_canceled_card")
    assert refund.failure_balance_transaction
    assert charge_of(client, intent).amount_refunded == 0
    kinds = [e.type for e in client.v1.events.list({"limit": 100}).data if "refund" in e.type]
    assert kinds[::-1] == [
        "refund.created",
        "charge.refunded",
        "refund.updated",
        "charge.refund.updated",
        "refund.failed",
        "charge.refund.updated",
    ]
    again = {"refund": late["refund"], "status": "succeeded"}
    assert sandbox.call("POST", "/control/refund/end", json_body=again).status == 422


def test_people_give_money_back_on_a_page(
    sandbox: Sandbox, client: stripe.StripeClient, intent: str
) -> None:
    charge = charge_of(client, intent)
    page = sandbox.call("GET", "/prestataire")
    assert page.status == 200
    assert charge.id in page.text
    address = f"/prestataire/{charge.id}/remboursement"
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert sandbox.call("POST", address, form={"amount": "12"}, headers=foreign).status == 403
    assert sandbox.call("POST", address, form={"amount": "12,00"}).status == 303
    assert charge_of(client, intent).amount_refunded == 1200
    assert "12,00\xa0€" in sandbox.call("GET", "/prestataire").text
    for wrong in ("beaucoup", "9999"):
        refused = sandbox.call("POST", address, form={"amount": wrong})
        assert refused.status == 422
        assert 'class="why"' in refused.text
    assert sandbox.call("POST", address, form={"amount": ""}).status == 303
    assert charge_of(client, intent).refunded
    assert sandbox.call("POST", "/prestataire/ch_none/remboursement", form={}).status == 404


def test_a_refund_bears_our_words_and_is_found_by_its_payment(
    client: stripe.StripeClient, intent: str
) -> None:
    made = client.v1.refunds.create(
        {
            "payment_intent": intent,
            "amount": 100,
            "reason": "duplicate",
            "metadata": {"reference": "r-1"},
        }
    )
    [found] = client.v1.refunds.list({"payment_intent": intent}).data
    assert found.metadata is not None
    assert (found.id, found.reason) == (made.id, "duplicate")
    assert found.metadata["reference"] == "r-1"
    with pytest.raises(stripe.InvalidRequestError, match="Invalid reason"):
        client.v1.refunds.create({"payment_intent": intent, "reason": "trop-perçu"})  # type: ignore[typeddict-item]  # wrong on purpose


def test_the_same_key_gives_back_once(client: stripe.StripeClient, intent: str) -> None:
    params = {"payment_intent": intent, "amount": 100}
    first, again = (
        client.v1.refunds.create(params, {"idempotency_key": "k"})  # type: ignore[arg-type]  # as typed
        for _ in range(2)
    )
    assert first.id == again.id
    assert charge_of(client, intent).amount_refunded == 100
    with pytest.raises(stripe.IdempotencyError):
        client.v1.refunds.create(
            {"payment_intent": intent, "amount": 101}, {"idempotency_key": "k"}
        )


def test_refunds_may_wait_or_find_the_account_empty(
    sandbox: Sandbox, client: stripe.StripeClient, intent: str
) -> None:
    try:
        sandbox.control("refunds", end="pending")
        waiting = client.v1.refunds.create({"payment_intent": intent, "amount": 100})
        assert (waiting.status, waiting.pending_reason) == ("pending", "processing")
        sandbox.control("refunds", end="balance_insufficient")
        with pytest.raises(stripe.InvalidRequestError) as told:
            client.v1.refunds.create({"payment_intent": intent, "amount": 100})
        assert told.value.code == "balance_insufficient"
        assert sandbox.call("POST", "/control/refunds", json_body={"end": "comet"}).status == 422
    finally:
        sandbox.control("refunds", end="succeeded")
    assert charge_of(client, intent).amount_refunded == 100
