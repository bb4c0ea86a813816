"""The processor is silent or fails while a saved card is charged: it is charged once, or not at all."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import stripe

from ardoise import settling
from ardoise.jobs_cards import CardCharger
from shared import plans
from shared.accounts import Account
from shared.audit import PATIENT
from shared.payments import kept_card, remove_card
from shared.plans import Wish
from shared.processor import ChargeOrder, Checkout, stripe_gateway
from tests.integration.card_world import FIRST, NEAR, Cards
from tests.integration.doors import Door
from tests.integration.till import Till, at_once
from tests.servers.sandbox import Sandbox
from tests.servers.wire import DONE, FAULTS, HANG_SECONDS, KEPT, KEPT_AFTER, NOT_DONE, Wire

TRIES = 3  # the SDK's first and its two more


@pytest.fixture(autouse=True)
def hurried_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits as long as it does only for want of somebody who watches."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.02)
    monkeypatch.setattr(stripe_gateway, "TIMEOUT_SECONDS", HANG_SECONDS / 4)


@pytest.fixture
def cards(sqlite_url: str, processor: Sandbox, wire: Wire) -> Iterator[Cards]:
    till = Till.open(sqlite_url, processor, address=wire.url)
    yield Cards.of(till)
    till.close()


def in_doubt(cards: Cards, wire: Wire, fault: str) -> Account:
    """An account whose charge was asked for, and nothing is known of it."""
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    wire.break_for(TRIES, fault)
    cards.look()
    wire.mend()
    assert cards.outcomes(account) == [("processing", None)]
    return account


def later(cards: Cards, **delta: int) -> None:
    """Time passes, and the worker asks about what it does not know."""
    cards.till.later(**delta)
    settling.sweep_attempts(cards.world.house, cards.world.practice_id)
    cards.look()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_charge_in_doubt_is_made_once(cards: Cards, wire: Wire, fault: str) -> None:
    account = in_doubt(cards, wire, fault)
    assert cards.taken() == ([1500] if fault in DONE else [])
    assert cards.world.told(account)[-1] == "instalment_near", "no link while it may come"
    assert cards.plan(account).parts[0].coming_cents == 1500
    cards.till.check(settled=False)
    keys = set(wire.keys)
    later(cards, minutes=2)
    assert cards.taken() == [1500]
    assert cards.outcomes(account) == [("succeeded", None)]
    assert set(wire.keys) == keys, "the same key, or none"
    assert cards.till.owed(account) == 2750
    cards.till.check()


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_on_the_wire_is_not_even_noticed(cards: Cards, wire: Wire, fault: str) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    wire.break_for(1, fault)
    cards.look()
    later(cards, minutes=2)
    assert cards.taken() == [1500]
    assert cards.outcomes(account) == [("succeeded", None)]
    cards.till.check()


@pytest.mark.parametrize("fault", ["cut", "cut_after"])
def test_after_the_keys_life_a_charge_is_only_looked_for(
    cards: Cards, wire: Wire, fault: str
) -> None:
    account = in_doubt(cards, wire, fault)
    wire.keys.clear()
    cards.till.later(hours=24)
    settling.sweep_attempts(cards.world.house, cards.world.practice_id)
    assert wire.keys == [], "nothing was asked for anew"
    if fault in DONE:
        assert cards.outcomes(account) == [("succeeded", None)]
    else:
        assert cards.outcomes(account) == [("failed", "nothing_came")]
        cards.look()
        assert [status for status, _ in cards.outcomes(account)] == ["failed", "succeeded"]
    assert cards.taken() == [1500]
    cards.till.check()


@pytest.mark.parametrize("fault", ["cut", "500", "cut_after"])
@pytest.mark.parametrize("what", ["removed", "paused", "paid"])
def test_what_is_not_meant_any_more_is_not_asked_for_again(
    cards: Cards, wire: Wire, fault: str, what: str
) -> None:
    account = in_doubt(cards, wire, fault)
    plan = cards.plan(account).plan
    if what == "removed":
        with cards.world.database.unit_of_work(account.practice_id) as work:
            known = {"practice_id": account.practice_id, "account_id": account.id}
            card = kept_card(work.session, **known)
            assert card
            remove_card(work.session, card, actor=PATIENT, at=cards.world.clock.now())
            work.commit()
    elif what == "paused":
        cards.world.at_desk(plan, plans.pause)
    else:
        cards.till.paid_elsewhere(account, 4250)
    later(cards, minutes=2)
    done = fault in DONE
    if not done:
        assert cards.outcomes(account) == [("processing", None)], "it may still come"
        later(cards, minutes=11)
    assert cards.taken() == ([1500] if done else [])
    expected = ("succeeded", None) if done else ("failed", "nothing_came")
    assert cards.outcomes(account) == [expected]
    cards.till.check()


@pytest.mark.parametrize(("fault", "attempts"), [(KEPT, 2), (KEPT_AFTER, 1)])
def test_a_kept_failure_is_looked_behind(
    cards: Cards, wire: Wire, fault: str, attempts: int
) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    wire.break_for(1, fault)
    cards.look()
    later(cards, minutes=2)
    assert cards.taken() == [1500]
    assert len(cards.charges(account)) == attempts
    cards.till.check()


def test_a_processor_that_always_fails_is_not_asked_for_ever(cards: Cards, wire: Wire) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    for _ in range(6):
        wire.break_for(1, KEPT)
        cards.look()
        wire.mend()
        later(cards, minutes=2)
    assert len(cards.charges(account)) <= 3
    assert len(cards.taken()) <= 1
    cards.till.check()


class Fatal(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("asked", [False, True])
def test_a_worker_killed_at_the_charge_leaves_one(
    cards: Cards, monkeypatch: pytest.MonkeyPatch, asked: bool
) -> None:
    class Killed(Door):
        def charge_card(self, order: ChargeOrder) -> Checkout:
            if asked:
                super().charge_card(order)
            raise Fatal

    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    killed = Killed(cards.till.desk().gateway)
    with monkeypatch.context() as patch:
        patch.setattr(cards.world.house.gateways, "of", lambda _practice_id: killed)
        with pytest.raises(Fatal):
            cards.look()
    assert cards.outcomes(account) == [("processing", None)]
    later(cards, minutes=1)
    assert cards.taken() == [1500]
    assert cards.outcomes(account) == [("succeeded", None)]
    cards.till.check()


@pytest.mark.parametrize("fault", [*NOT_DONE, "cut_after"])
def test_two_workers_ask_about_the_same_charge(cards: Cards, wire: Wire, fault: str) -> None:
    account = in_doubt(cards, wire, fault)
    cards.till.later(minutes=2)
    [attempt] = cards.charges(account)
    house, number = cards.world.house, cards.world.practice_id
    at_once(*[lambda: settling.settle_one(house, number, attempt.id)] * 3)
    later(cards, minutes=5)
    assert cards.taken() == [1500]
    assert cards.outcomes(account) == [("succeeded", None)]
    cards.till.check()


def test_a_webhook_alone_settles_a_charge_in_doubt(cards: Cards, wire: Wire) -> None:
    account = in_doubt(cards, wire, "cut_after")
    cards.till.tell_all()
    settling.heed_signals(cards.world.house, cards.world.practice_id)
    assert cards.outcomes(account) == [("succeeded", None)]
    cards.till.check()


def test_a_card_that_can_not_be_forgotten_now_is_forgotten_later(cards: Cards, wire: Wire) -> None:
    account = cards.with_card()
    cards.world.at_desk(cards.plan(account).plan, plans.end)
    wire.break_for(TRIES, "cut_after")
    cards.look()
    assert cards.states(account) == ["removing"]
    wire.mend()
    cards.look()
    assert cards.states(account) == ["removed"], "though it was gone already"
    assert cards.kept_for(cards.cards(account)[0]) == []


def test_a_key_that_is_refused_charges_nothing_and_asks_staff(cards: Cards) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    key = cards.till.key
    cards.till.set_key(cards.world.practice_id, "sk_test_no", cards.till.secret)
    cards.world.house.gateways._known.clear()
    cards.look()
    assert cards.outcomes(account) == [("processing", None)]
    assert "processor_refused" in cards.till.tasks()
    cards.till.set_key(cards.world.practice_id, key, cards.till.secret)
    cards.world.house.gateways._known.clear()
    later(cards, minutes=2)
    assert cards.taken() == [1500]
    assert cards.till.tasks() == []
    cards.till.check()


def test_silence_of_one_card_keeps_no_other_from_its_turn(cards: Cards, wire: Wire) -> None:
    accounts = [cards.with_card() for _ in range(3)]
    cards.look_on(NEAR)
    cards.on(FIRST)
    wire.break_for(TRIES, "500")
    charger = CardCharger(cards.world.house, cards.world.practice_id)
    outcomes = [charger.charge(due) for due in cards.due()]
    assert outcomes == ["taken"] * 3
    assert cards.taken() == [1500, 1500]
    later(cards, minutes=2)
    assert cards.taken() == [1500] * 3
    assert [cards.till.owed(a) for a in accounts] == [2750] * 3
    cards.on(FIRST + timedelta(days=1))
    cards.look()
    assert cards.taken() == [1500] * 3
    cards.till.check()


@pytest.mark.parametrize("fault", ["cut", "cut_after"])
def test_a_charge_of_an_agreement_that_ended_is_not_made_for_the_next_one(
    cards: Cards, wire: Wire, fault: str
) -> None:
    account = in_doubt(cards, wire, fault)
    cards.world.at_desk(cards.plan(account).plan, plans.end)
    cards.world.plan(account, Wish(20, monthly_cents=1000))
    later(cards, minutes=2)
    assert cards.taken() == ([1500] if fault in DONE else []), "what was taken is booked, no more"
    cards.till.check()
