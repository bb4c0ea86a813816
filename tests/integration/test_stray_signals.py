"""What goes back of a payment of nobody known is taken up when the processor says so, not an hour later."""

import random
from typing import Any

import pytest

from ardoise import settling
from ardoise.patience import Patience
from shared.ledger import FEES, PROCESSOR, UNASSIGNED
from shared.processor import GatewayUnavailableError
from shared.processor.stripe_gateway import StripeGateway
from tests.integration.stray_till import (
    Clerk,
    by_hand,
    check_to_the_cent,
    entries,
    give_back,
    held,
    stray_disputes,
    strays,
    sweep,
)
from tests.integration.till import Till, at_once


@pytest.fixture
def intent(till: Till) -> str:
    """Fifty euros of nobody known, found by the worker, all that was told about them heard."""
    made = by_hand(till)
    sweep(till)
    till.tell_all()
    till.work()
    return made


def contest(till: Till, intent: str, **how: Any) -> str:
    return str(till.processor.control("dispute", payment_intent=intent, **how)["dispute"])


def test_a_refund_made_in_the_processors_pages_is_booked_with_its_webhook(
    till: Till, intent: str
) -> None:
    give_back(till, intent, 2000)
    till.tell_all()
    till.work()
    assert [(s.status, s.returned_cents) for s in strays(till)] == [("found", 2000)]
    assert {s.status for s in till.signals() if s.kind.startswith("charge.refund")} == {"handled"}
    check_to_the_cent(till)


def test_a_dispute_is_work_for_staff_with_its_webhook_and_its_end_too(
    till: Till, intent: str
) -> None:
    made = contest(till, intent)
    till.tell_all()
    till.work()
    assert till.tasks() == ["card_disputed"]
    assert (held(till, UNASSIGNED), held(till, FEES)) == (0, 2000)
    till.later(days=30)
    till.processor.control("dispute/end", dispute=made, status="won", fee_returned=True)
    till.tell_all()
    till.work()
    assert till.tasks() == ["stray_payment"]
    assert (held(till, PROCESSOR), held(till, FEES)) == (5000, 0)
    check_to_the_cent(till)


def test_what_goes_back_once_it_is_an_accounts_is_the_accounts_with_its_webhook(
    till: Till, intent: str
) -> None:
    account = till.world.account(owes=(5000,))
    Clerk.of(till).assign(strays(till)[0], account)
    give_back(till, intent, 1500)
    till.tell_all()
    till.work()
    assert till.owed(account) == 1500
    contest(till, intent, amount=1000)
    till.tell_all()
    till.work()
    assert till.owed(account) == 2500
    check_to_the_cent(till)


def test_shuffled_repeated_and_late_webhooks_book_each_once(
    till: Till, intent: str, dice: random.Random
) -> None:
    refund = give_back(till, intent, 1000, status="pending")
    made = contest(till, intent, amount=2000)
    till.processor.control("refund/end", refund=refund, status="succeeded")
    till.processor.control("dispute/end", dispute=made, status="won", fee_returned=False)
    calls = till.events() * 4
    dice.shuffle(calls)
    for event in calls:
        assert till.tell(event).status_code == 200
        if dice.random() < 0.3:
            till.work()
    till.work()
    assert [s.returned_cents for s in strays(till)] == [1000]
    assert [(d.status, d.taken_cents) for d in stray_disputes(till)] == [("won", 0)]
    assert len(entries(till, "stray_return:")) == 1
    check_to_the_cent(till)


def test_workers_that_hear_it_at_once_book_it_once(till: Till, intent: str) -> None:
    give_back(till, intent, 1200)
    contest(till, intent, amount=700)
    till.tell_all()
    at_once(*[till.work] * 3)
    till.work()
    assert [s.returned_cents for s in strays(till)] == [1900]
    assert {s.status for s in till.signals()} <= {"handled", "ignored"}
    check_to_the_cent(till)


def test_while_the_processor_is_silent_it_waits_and_patients_come_first(
    till: Till, intent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = till.world.account(owes=(4250,))
    give_back(till, intent, 2000)
    till.pay(account)
    till.tell_all()
    asked = []

    def silent(_self: StripeGateway, named: str) -> None:
        asked.append(named)
        raise GatewayUnavailableError("silent")

    patience = Patience()
    house, number = till.world.house, till.world.practice_id
    with monkeypatch.context() as trouble:
        trouble.setattr(StripeGateway, "retrieve_charge", silent)
        for _ in range(3):
            patience.begin()
            settling.heed_signals(house, number, patience)
    assert till.owed(account) == 0
    assert asked == [intent], "asked again after a while only, not at every look"
    assert [s.returned_cents for s in strays(till)] == [0]
    settling.heed_signals(house, number, Patience())
    assert [s.returned_cents for s in strays(till)] == [2000]
    check_to_the_cent(till)
