"""Payments that a bank disputes at the sandbox, as at the processor; driven by its own SDK."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
import stripe

from tests.servers import sandbox as servers
from tests.servers.sandbox import Sandbox, session_params

CONTESTED = "4000000000000259"
ASKED = "4000000000001976"


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


def paid(sandbox: Sandbox, client: stripe.StripeClient, **how: str) -> str:
    """A paid intent of 42,50 euros."""
    page = client.v1.checkout.sessions.create(session_params())
    return str(sandbox.control("pay", session=page.id, **how)["payment_intent"])


@pytest.fixture
def intent(sandbox: Sandbox, client: stripe.StripeClient) -> str:
    return paid(sandbox, client)


def only(client: stripe.StripeClient, intent: str) -> stripe.Dispute:
    [found] = client.v1.disputes.list({"payment_intent": intent}).data
    return found


def kinds(client: stripe.StripeClient) -> list[str]:
    told = client.v1.events.list({"limit": 100, "type": "charge.dispute.*"}).data
    return [event.type.removeprefix("charge.dispute.") for event in told][::-1]


def ledger(sandbox: Sandbox, key: str) -> tuple[int, int]:
    [charge] = sandbox.call("GET", "/control/ledger").json()[key]
    return charge["disputed"], charge["dispute_fees"]


def test_the_card_of_disputes_is_disputed_by_itself(
    sandbox: Sandbox, client: stripe.StripeClient, key: str
) -> None:
    intent = paid(sandbox, client, card=CONTESTED)
    made = only(client, intent)
    assert (made.status, made.reason, made.amount) == ("needs_response", "fraudulent", 4250)
    [taken] = made.balance_transactions
    assert (taken.amount, taken.fee, taken.net) == (-4250, 2000, -6250)
    assert (taken.type, taken.reporting_category) == ("adjustment", "dispute")
    assert [(detail.amount, detail.type) for detail in taken.fee_details] == [(2000, "stripe_fee")]
    shown = client.v1.balance_transactions.retrieve(taken.id, {"expand": ["source"]})
    assert isinstance(shown.source, stripe.Dispute)
    charge = client.v1.charges.retrieve(str(made.charge))
    assert (charge.disputed, charge.status, charge.amount_refunded) == (True, "succeeded", 0)
    assert kinds(client) == ["created", "funds_withdrawn"]
    assert ledger(sandbox, key) == (4250, 2000)


def test_the_card_of_inquiries_moves_no_money(
    sandbox: Sandbox, client: stripe.StripeClient, key: str
) -> None:
    made = only(client, paid(sandbox, client, card=ASKED))
    assert (made.status, made.balance_transactions) == ("warning_needs_response", [])
    assert made.is_charge_refundable
    assert ledger(sandbox, key) == (0, 0)
    sandbox.control("dispute/escalate", dispute=made.id)
    assert client.v1.disputes.retrieve(made.id).status == "needs_response"
    assert kinds(client) == ["created", "updated", "funds_withdrawn"]
    assert ledger(sandbox, key) == (4250, 2000)


@pytest.mark.parametrize(("returned", "fees"), [(False, 2000), (True, 0)])
def test_what_is_won_comes_back_and_the_fee_if_so_agreed(
    sandbox: Sandbox, client: stripe.StripeClient, key: str, intent: str, returned: bool, fees: int
) -> None:
    made = sandbox.control("dispute", payment_intent=intent, amount=3000)["dispute"]
    assert ledger(sandbox, key) == (3000, 2000)
    sandbox.control("dispute/end", dispute=made, status="won", fee_returned=returned)
    won = client.v1.disputes.retrieve(made)
    assert won.status == "won"
    assert [t.reporting_category for t in won.balance_transactions] == [
        "dispute",
        "dispute_reversal",
    ]
    assert ledger(sandbox, key) == (0, fees)
    assert kinds(client) == ["created", "funds_withdrawn", "closed", "funds_reinstated"]
    again = {"dispute": made, "status": "won"}
    assert sandbox.call("POST", "/control/dispute/end", json_body=again).status == 422


def test_a_bank_takes_again_what_was_won(
    sandbox: Sandbox, client: stripe.StripeClient, key: str, intent: str
) -> None:
    made = sandbox.control("dispute", payment_intent=intent)["dispute"]
    sandbox.control("dispute/end", dispute=made, status="won", fee_returned=True)
    sandbox.control("dispute/end", dispute=made, status="lost")
    lost = client.v1.disputes.retrieve(made)
    assert [(t.amount, t.fee) for t in lost.balance_transactions] == [
        (-4250, 2000),
        (4250, -2000),
        (-4250, 0),
    ]
    assert (lost.status, ledger(sandbox, key)) == ("lost", (4250, 0))
    assert kinds(client)[-2:] == ["closed", "funds_withdrawn"]


def test_a_bank_gives_back_a_part(
    sandbox: Sandbox, client: stripe.StripeClient, key: str, intent: str
) -> None:
    made = sandbox.control("dispute", payment_intent=intent)["dispute"]
    for wrong in (
        {"status": "won", "reinstated": 0},
        {"status": "lost", "reinstated": 4251},
        {"status": "lost", "reinstated": True},
    ):
        asked = {"dispute": made, **wrong}
        assert sandbox.call("POST", "/control/dispute/end", json_body=asked).status == 422
    sandbox.control("dispute/end", dispute=made, status="lost", reinstated=1250)
    lost = client.v1.disputes.retrieve(made)
    assert [t.amount for t in lost.balance_transactions] == [-4250, 1250]
    assert (lost.status, ledger(sandbox, key)) == ("lost", (3000, 2000))
    assert kinds(client)[-2:] == ["closed", "funds_reinstated"]
    other = {"payment_intent": intent, "amount": 1251}
    assert sandbox.call("POST", "/control/dispute", json_body=other).status == 422
    sandbox.control("dispute", payment_intent=intent, amount=1250)
    assert ledger(sandbox, key) == (4250, 4000)
    sandbox.control("dispute/end", dispute=made, status="won")
    assert ledger(sandbox, key) == (1250, 4000)
    sandbox.control("dispute", payment_intent=intent, amount=3000, inquiry=False)
    again = {"dispute": made, "status": "lost"}
    assert sandbox.call("POST", "/control/dispute/end", json_body=again).status == 422, (
        "others have it"
    )


def test_evidence_is_staged_then_sent_once(
    sandbox: Sandbox, client: stripe.StripeClient, intent: str
) -> None:
    made = sandbox.control("dispute", payment_intent=intent)["dispute"]
    staged = client.v1.disputes.update(
        made, {"evidence": {"service_date": "2026-11-02"}, "submit": False}
    )
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    sent = client.v1.disputes.update(made, {"evidence": {"uncategorized_text": "a receipt"}})
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    with pytest.raises(stripe.InvalidRequestError, match="no evidence any more"):
        client.v1.disputes.update(made, {"evidence": {"uncategorized_text": "another"}})
    with pytest.raises(stripe.InvalidRequestError, match="needs a response"):
        client.v1.disputes.close(made)
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter"):
        client.v1.disputes.update(made, {"evidence": {"proof": "x"}})  # type: ignore[arg-type]
    with pytest.raises(stripe.InvalidRequestError, match="does not play"):
        client.v1.disputes.update(made, {"evidence": {"receipt": "file_1"}})


@pytest.mark.parametrize(
    ("words", "end"), [("winning_evidence", "won"), ("losing_evidence", "lost")]
)
def test_the_processors_own_words_end_it(
    sandbox: Sandbox, client: stripe.StripeClient, intent: str, words: str, end: str
) -> None:
    made = sandbox.control("dispute", payment_intent=intent)["dispute"]
    ended = client.v1.disputes.update(made, {"evidence": {"uncategorized_text": words}})
    assert ended.status == end


def test_giving_up_loses_it(
    sandbox: Sandbox, client: stripe.StripeClient, key: str, intent: str
) -> None:
    made = sandbox.control("dispute", payment_intent=intent)["dispute"]
    assert client.v1.disputes.close(made).status == "lost"
    assert ledger(sandbox, key) == (4250, 2000)
    assert kinds(client)[-1] == "closed"


def test_what_a_bank_has_taken_can_not_be_given_back_as_well(
    sandbox: Sandbox, client: stripe.StripeClient, intent: str
) -> None:
    made = sandbox.control("dispute", payment_intent=intent, inquiry=True)["dispute"]
    client.v1.refunds.create({"payment_intent": intent, "amount": 100})
    sandbox.control("dispute/escalate", dispute=made)
    with pytest.raises(stripe.InvalidRequestError, match="charged back") as told:
        client.v1.refunds.create({"payment_intent": intent, "amount": 100})
    assert told.value.code == "charge_disputed"
    twice = {"payment_intent": intent}
    assert sandbox.call("POST", "/control/dispute", json_body=twice).status == 422


def test_disputes_are_listed_by_intent_charge_and_time(
    sandbox: Sandbox, client: stripe.StripeClient, intent: str
) -> None:
    sandbox.control("dispute", payment_intent=intent)
    other = paid(sandbox, client, card=CONTESTED)
    made = only(client, intent)
    assert [d.id for d in client.v1.disputes.list({"charge": str(made.charge)}).data] == [made.id]
    everything = client.v1.disputes.list({"limit": 1, "expand": ["data.charge"]})
    assert everything.has_more
    assert isinstance(everything.data[0].charge, stripe.Charge)
    assert {d.payment_intent for d in everything.auto_paging_iter()} == {intent, other}
    assert client.v1.disputes.list({"created": {"gt": made.created + 60}}).data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such dispute"):
        client.v1.disputes.retrieve("du_none")


def test_a_dispute_has_every_field_that_the_processors_has(
    sandbox: Sandbox, client: stripe.StripeClient, intent: str
) -> None:
    sandbox.control("dispute", payment_intent=intent)
    made = only(client, intent)
    for thing in (made, made.evidence, made.evidence_details):
        typed = {
            name for name in type(thing).__annotations__ if not name.startswith(("_", "OBJECT"))
        }
        assert typed <= set(thing.to_dict()), typed - set(thing.to_dict())


def test_people_dispute_and_decide_on_a_page(
    sandbox: Sandbox, client: stripe.StripeClient, key: str, intent: str
) -> None:
    found = client.v1.payment_intents.retrieve(intent)
    address = f"/prestataire/{found.latest_charge}/contestation"
    foreign = {"Sec-Fetch-Site": "cross-site"}
    kind = {"kind": "inquiry"}
    assert sandbox.call("POST", address, form=kind, headers=foreign).status == 403
    assert sandbox.call("POST", address, form={"kind": "other"}).status == 422
    assert sandbox.call("POST", address, form=kind).status == 303
    made = only(client, intent)
    assert "la banque pose des questions" in sandbox.call("GET", "/prestataire").text
    end = f"/prestataire/contestations/{made.id}"
    assert sandbox.call("POST", end, form={"end": "won"}).status == 422
    assert sandbox.call("POST", end, form={"end": "escalate"}).status == 303
    assert "Rembourser" not in sandbox.call("GET", "/prestataire").text.partition(made.id)[2][:900]
    assert sandbox.call("POST", end, form={"end": "won_with_fee"}).status == 303
    assert ledger(sandbox, key) == (0, 0)
    assert (
        sandbox.call("POST", "/prestataire/contestations/du_none", form={"end": "won"}).status
        == 404
    )
