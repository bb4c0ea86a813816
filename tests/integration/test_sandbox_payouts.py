"""What the sandbox holds reaches the practice's bank as at the processor; driven by its own SDK."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import stripe

from tests.servers import sandbox as servers
from tests.servers.sandbox import Sandbox, session_params

DAY = 86400
MONDAY = datetime(2030, 6, 3, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def today() -> Iterator[Sandbox]:
    """Its clock is the machine's."""
    with servers.running() as running:
        yield running


@pytest.fixture
def sandbox(today: Sandbox) -> Iterator[Sandbox]:
    """On a Monday; the clock goes back to today afterwards."""
    on(today, MONDAY)
    yield today
    today.control("clock", now=None)


@pytest.fixture
def key() -> str:
    return f"sk_test_{uuid4().hex}"


@pytest.fixture
def client(sandbox: Sandbox, key: str) -> stripe.StripeClient:
    return sandbox.client(key)


def on(sandbox: Sandbox, day: datetime) -> None:
    sandbox.control("clock", now=int(day.timestamp()))


def later(sandbox: Sandbox, days: float) -> None:
    on(sandbox, MONDAY + timedelta(days=days))


def paid(sandbox: Sandbox, client: stripe.StripeClient, cents: int = 4250) -> str:
    page = client.v1.checkout.sessions.create(session_params(cents))
    return str(sandbox.control("pay", session=page.id)["payment_intent"])


def held(client: stripe.StripeClient) -> tuple[int, int]:
    """What is available and what is pending."""
    now = client.v1.balance.retrieve()
    [available], [pending] = now.available, now.pending
    return available.amount, pending.amount


def made(client: stripe.StripeClient) -> list[stripe.Payout]:
    return client.v1.payouts.list({"limit": 100}).data[::-1]


def of_payout(client: stripe.StripeClient, payout: str) -> dict[str, int]:
    """Its transactions, net by category, itself left out; all pages, one by one."""
    rows = client.v1.balance_transactions.list({"payout": payout, "limit": 1})
    sums: dict[str, int] = {}
    for row in rows.auto_paging_iter():
        assert row.net == row.amount - row.fee
        if row.type != "payout":
            sums[row.reporting_category] = sums.get(row.reporting_category, 0) + row.net
    return sums


def told(client: stripe.StripeClient) -> list[str]:
    events = client.v1.events.list({"limit": 100, "type": "payout.*"}).data
    return [event.type.removeprefix("payout.") for event in events][::-1]


def test_what_was_paid_waits_three_days_and_then_leaves_with_its_fee_taken_off(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    paid(sandbox, client)
    assert held(client) == (0, 4250 - 89)
    later(sandbox, 2)
    assert (held(client), made(client)) == ((0, 4161), [])
    later(sandbox, 3)
    [payout] = made(client)
    assert held(client) == (0, 0)
    assert (payout.amount, payout.status, payout.automatic) == (4161, "in_transit", True)
    assert payout.reconciliation_status == "completed"
    assert of_payout(client, payout.id) == {"charge": 4161}
    thursday = int(datetime(2030, 6, 6, tzinfo=UTC).timestamp())
    # two days on is a Saturday: it arrives on Monday
    assert (payout.created, payout.arrival_date) == (thursday, thursday + 4 * DAY)
    later(sandbox, 7)
    assert client.v1.payouts.retrieve(payout.id).status == "paid"
    assert told(client) == ["created", "reconciliation_completed", "paid"]


def test_a_payout_is_the_sum_of_all_that_happened_and_is_told_line_by_line(
    sandbox: Sandbox, client: stripe.StripeClient, key: str
) -> None:
    kept, refunded, contested = (paid(sandbox, client, cents) for cents in (10000, 6000, 3000))
    client.v1.refunds.create({"payment_intent": refunded, "amount": 2500})
    failing = client.v1.refunds.create({"payment_intent": kept, "amount": 700})
    sandbox.control("refund/end", refund=failing.id, status="failed")
    dispute = sandbox.control("dispute", payment_intent=contested)["dispute"]
    sandbox.control("adjustment", key=key, amount=-300, description="correction")
    sandbox.control("adjustment", key=key, amount=-150, kind="stripe_fee")
    later(sandbox, 1)
    [debt] = made(client)
    assert debt.amount == -(2500 + 3000 + 2000 + 300 + 150)
    sandbox.control("dispute/end", dispute=dispute, status="won", fee_returned=True)
    later(sandbox, 3)
    parts = [of_payout(client, payout.id) for payout in made(client)]
    assert parts == [
        {
            "refund": -3200,
            "refund_failure": 700,
            "dispute": -5000,
            "other_adjustment": -300,
            "fee": -150,
        },
        {"dispute_reversal": 5000},
        {"charge": 19000 - (150 + 25) - (90 + 25) - (45 + 25)},
    ]
    assert [sum(part.values()) for part in parts] == [p.amount for p in made(client)]
    everything = client.v1.balance_transactions.list({"limit": 2}).auto_paging_iter()
    assert sum(row.net for row in everything) == sum(held(client)) == 0


def test_a_negative_balance_is_taken_from_the_practices_bank(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = paid(sandbox, client)
    client.v1.refunds.create({"payment_intent": intent})
    assert held(client) == (-4250, 4161)
    later(sandbox, 1)
    [debit] = made(client)
    assert (debit.amount, held(client)) == (-4250, (0, 4161))
    assert isinstance(debit.balance_transaction, str)
    itself = client.v1.balance_transactions.retrieve(
        debit.balance_transaction, {"expand": ["source"]}
    )
    assert (itself.amount, itself.type, itself.reporting_category) == (4250, "payout", "payout")
    assert isinstance(itself.source, stripe.Payout)
    sandbox.control("payout/end", payout=debit.id, status="failed")
    failed = client.v1.payouts.retrieve(debit.id)
    assert (failed.status, failed.failure_code) == ("failed", "debit_not_authorized")
    assert held(client) == (-4250, 4161)


@pytest.mark.parametrize("first", [(), ("paid",)], ids=["under way", "had arrived"])
def test_what_the_bank_refuses_comes_back_and_leaves_again_when_told_where_to(
    sandbox: Sandbox, client: stripe.StripeClient, key: str, first: tuple[str, ...]
) -> None:
    paid(sandbox, client)
    later(sandbox, 3)
    [payout] = made(client)
    for status in first:
        sandbox.control("payout/end", payout=payout.id, status=status)
    sandbox.control("payout/end", payout=payout.id, status="failed", reason="account_closed")
    failed = client.v1.payouts.retrieve(
        payout.id, {"expand": ["balance_transaction", "failure_balance_transaction"]}
    )
    assert (failed.status, failed.failure_code) == ("failed", "account_closed")
    taken, back = failed.balance_transaction, failed.failure_balance_transaction
    assert isinstance(taken, stripe.BalanceTransaction)
    assert isinstance(back, stripe.BalanceTransaction)
    assert (taken.amount, back.amount) == (-4161, 4161)
    assert (back.type, back.reporting_category) == ("payout_failure", "payout_reversal")
    assert held(client) == (4161, 0)
    later(sandbox, 10)
    assert len(made(client)) == 1, "nothing leaves for a bank that refuses"
    sandbox.control("payouts", key=key)
    later(sandbox, 11)
    _, again = made(client)
    assert of_payout(client, again.id) == {"payout_reversal": 4161}
    assert of_payout(client, payout.id) == {"charge": 4161}
    assert told(client) == [
        "created",
        "reconciliation_completed",
        *first,
        "failed",
        "created",
        "reconciliation_completed",
    ]
    twice = {"payout": payout.id, "status": "paid"}
    assert sandbox.call("POST", "/control/payout/end", json_body=twice).status == 422


def test_a_bank_can_be_told_to_refuse_by_itself(
    sandbox: Sandbox, client: stripe.StripeClient, key: str
) -> None:
    paid(sandbox, client)
    sandbox.control("payouts", key=key, refused="account_frozen")
    later(sandbox, 30)
    [payout] = made(client)
    assert (payout.status, payout.failure_code) == ("failed", "account_frozen")
    assert held(client) == (4161, 0)


@pytest.mark.parametrize(
    ("interval", "anchor", "days"),
    [
        ("daily", 0, [6, 7, 10, 11]),  # of June 2030; the 8th and 9th are a weekend
        ("weekly", 1, [11]),
        ("monthly", 30, [30]),
        ("manual", 0, []),
    ],
)
def test_money_leaves_on_the_days_of_the_schedule(
    sandbox: Sandbox,
    client: stripe.StripeClient,
    key: str,
    interval: str,
    anchor: int,
    days: list[int],
) -> None:
    paid(sandbox, client)
    sandbox.control("payouts", key=key, interval=interval, anchor=anchor)
    for day in range(1, 15):
        later(sandbox, day)
        if day <= 5:
            paid(sandbox, client)
    later(sandbox, 28)
    found = [datetime.fromtimestamp(payout.created, UTC).day for payout in made(client)]
    assert found == days
    kept = 6 * 4161 if interval == "manual" else 0
    assert held(client) == (kept, 0)


def test_many_days_at_once_are_as_many_days_one_by_one(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    paid(sandbox, client)
    later(sandbox, 1)
    paid(sandbox, client)
    later(sandbox, 40)
    assert [payout.amount for payout in made(client)] == [4161, 4161]
    assert {payout.status for payout in made(client)} == {"paid"}
    on(sandbox, MONDAY)
    later(sandbox, 40)
    assert len(made(client)) == 2, "what has left does not leave again"


def test_payouts_are_listed_by_state_and_time_page_by_page(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    for day in range(3):
        later(sandbox, day)
        paid(sandbox, client)
    later(sandbox, 7)
    first, second, third = made(client)
    listed = client.v1.payouts.list
    assert [p.id for p in listed({"limit": 2}).data] == [third.id, second.id]
    assert listed({"limit": 2}).has_more
    assert [p.id for p in listed({"starting_after": second.id}).data] == [first.id]
    assert [p.id for p in listed({"ending_before": second.id}).data] == [third.id]
    assert [p.id for p in listed({"status": "paid"}).data] == [second.id, first.id]
    assert [p.id for p in listed({"arrival_date": {"gt": second.arrival_date}}).data] == [third.id]
    assert [p.id for p in listed({"created": first.created}).data] == [first.id]
    assert len(listed({"destination": str(first.destination)}).data) == 3
    assert [p.id for p in listed().auto_paging_iter()] == [third.id, second.id, first.id]


def test_a_wrong_question_is_refused_with_what_is_wrong(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as told_why:
        client.v1.balance_transactions.list({"payout": "po_none"})
    assert (told_why.value.code, told_why.value.param) == ("resource_missing", "payout")
    with pytest.raises(stripe.InvalidRequestError, match="Invalid status"):
        client.v1.payouts.list({"status": "sent"})
    with pytest.raises(stripe.InvalidRequestError, match="No such payout"):
        client.v1.payouts.retrieve("po_none")
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter"):
        client.v1.payouts.list({"date": 1})  # type: ignore[arg-type]  # wrong on purpose


def test_a_payout_has_every_field_that_the_processors_has(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    paid(sandbox, client)
    later(sandbox, 3)
    [payout] = made(client)
    typed = {name for name in type(payout).__annotations__ if not name.startswith(("_", "OBJECT"))}
    assert typed <= set(payout.to_dict()), typed - set(payout.to_dict())


def test_accounts_are_paid_out_apart(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    other = sandbox.client(f"sk_test_{uuid4().hex}")
    paid(sandbox, client)
    paid(sandbox, other, 9900)
    later(sandbox, 3)
    assert [p.amount for p in made(client)] == [4161]
    [theirs] = made(other)
    assert theirs.amount == 9900 - 174
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payouts.retrieve(theirs.id)


def test_people_send_and_refuse_payouts_on_a_page(today: Sandbox, key: str) -> None:
    client = today.client(key)
    paid(today, client)
    page = today.call("GET", "/prestataire/virements").text
    account = page.rpartition('<article class="msg" aria-labelledby="')[2].partition('"')[0]
    send = f"/prestataire/virements/{account}/envoyer"
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert today.call("POST", send, form={}, headers=foreign).status == 403
    assert today.call("POST", send, form={}).status == 303
    [payout] = made(client)
    assert (payout.amount, held(client)) == (4161, (0, 0))
    assert payout.created <= time.time()
    assert "en route" in today.call("GET", "/prestataire/virements").text
    end = f"/prestataire/virements/{account}/{payout.id}"
    assert today.call("POST", end, form={"end": "lost"}).status == 422
    assert today.call("POST", end, form={"end": "failed"}).status == 303
    assert "la banque l’a refusé" in today.call("GET", "/prestataire/virements").text
    assert held(client) == (4161, 0)
    assert today.call("POST", send + "x", form={}).status == 404
