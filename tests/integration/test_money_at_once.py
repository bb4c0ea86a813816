"""Everything at the same moment: payments and refunds on one account and on many, by several workers."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
import stripe

from ardoise import disputing, hearing, ordering, refunding, settling, verifying
from ardoise.office import House
from shared.accounts import Account
from shared.base.errors import ArdoiseError
from tests.integration.desk_world import Secretary
from tests.integration.money_checks import check_orders_ended, check_the_books, ledger
from tests.integration.refund_desk import RefundDesk
from tests.integration.till import Choice, Json, Till, on_postgres

Sample = Callable[[int, int], int]
HANDS = 16  # threads, each with connections of its own
PART = 1000
OWED = [3000, 2500, 4000]


@pytest.fixture(autouse=True)
def hurried_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits between tries only for want of somebody who watches."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.05)


@dataclass
class Rush:
    """Accounts that pay and get money back, all at once, while several workers look."""

    till: Till
    desk: RefundDesk
    dice: random.Random
    accounts: list[Account] = field(default_factory=list)

    def acts(self, count: int) -> list[Callable[[], None]]:
        """So many, a good part of them on the first account."""
        kinds = (self.pay, self.ask_refund, self.give_back, self.tell, self.come_back, self.look)
        accounts = [self.accounts[0]] * 2 + self.accounts
        return [
            partial(self.dice.choice(kinds), self.dice.choice(accounts), self.dice.getrandbits(16))
            for _ in range(count)
        ]

    def pay(self, account: Account, chance: int) -> None:
        """Open a page for all or a part and pay, in whichever tab."""
        choice = Choice("other", amount=PART) if chance % 3 else Choice("all")
        self.till.press(self.till.begin(account, choice))

    def ask_refund(self, account: Account, chance: int) -> None:
        """The desk wants money back to the card, of any payment."""
        paid = self.till.payments(account)
        if paid:
            payment = paid[chance % len(paid)]
            cents = payment.amount_cents if chance % 2 else min(700, payment.amount_cents)
            self.desk.ask(account, cents, payment=payment)

    def give_back(self, account: Account, chance: int) -> None:
        """The same in the processor's own pages."""
        del account
        charges = ledger(self.till)
        if charges:
            asked = {
                "payment_intent": charges[chance % len(charges)]["payment_intent"],
                "amount": 300 + chance % 700,
            }
            self.till.processor.call("POST", "/control/refund", json_body=asked)

    def tell(self, account: Account, chance: int) -> None:
        """Some webhooks, known ones among them."""
        del account
        told: list[Json] = self.till.events()
        for event in told[-1 - chance % 12 :]:
            assert self.till.tell(event).status_code == 200

    def come_back(self, account: Account, chance: int) -> None:
        """Somebody is back from the page."""
        del chance
        self.look_at(account)

    def look_at(self, account: Account) -> None:
        """A worker asks about each attempt of the account."""
        for attempt in self.till.attempts(account):
            settling.settle_one(self.till.world.house, account.practice_id, attempt.id)

    def look(self, account: Account, chance: int) -> None:
        """One worker looks at one thing."""
        jobs: tuple[Callable[[House, int], Any], ...] = (
            settling.heed_signals,
            settling.sweep_attempts,
            ordering.carry_out_orders,
            ordering.carry_out_orders,
            refunding.sweep_refunds,
            disputing.sweep_disputes,
            hearing.ask_missed,
            verifying.sweep_payments,
        )
        jobs[chance % len(jobs)](self.till.world.house, account.practice_id)


def all_at_once(acts: list[Callable[[], None]]) -> None:
    """As many at the same moment as there are hands; what is not allowed is told, and left."""
    start = threading.Barrier(HANDS)

    def hand(mine: list[Callable[[], None]]) -> None:
        start.wait(30)
        for act in mine:
            try:
                act()
            except ArdoiseError:
                continue

    with ThreadPoolExecutor(HANDS) as pool:
        for done in [pool.submit(hand, acts[n::HANDS]) for n in range(HANDS)]:
            done.result(300)


@on_postgres
@pytest.mark.slow
def test_payments_and_refunds_at_once_never_give_back_more_than_came(
    till: Till,
    dice: random.Random,
    sample: Sample,
    proof_record: Callable[[str, str | int | float], None],
) -> None:
    desk = RefundDesk.of(till)
    rush = Rush(till, desk, dice, [till.world.account(owes=OWED) for _ in range(8)])
    for account in rush.accounts:
        till.press(till.begin(account, Choice("other", amount=PART)))
    till.tell_all()
    till.work()
    count = sample(40, 200)
    began = time.monotonic()
    all_at_once(rush.acts(count))
    proof_record("operations with money at once", count)
    proof_record("seconds they took", round(time.monotonic() - began, 1))
    for charge in ledger(till):
        assert charge["refunded"] <= charge["amount"]
    for minutes in (0, 11, 60, 11):
        till.later(minutes=minutes)
        till.tell_all()
        till.work()
        refunding.sweep_refunds(till.world.house, till.world.practice_id)
        verifying.sweep_payments(till.world.house, till.world.practice_id)
    check_the_books(till)
    check_orders_ended(till)
    for payment in till.payments():
        assert sum(r.amount_cents for r in till.refunds_of(payment)) <= payment.amount_cents
    secretary = Secretary(till.world, desk.people["secretary"])
    for account in rush.accounts:
        received = sum(p.amount_cents for p in till.payments(account))
        back = sum(r.amount_cents for p in till.payments(account) for r in till.refunds_of(p))
        assert till.owed(account) - secretary.credit(account) == sum(OWED) - received + back
