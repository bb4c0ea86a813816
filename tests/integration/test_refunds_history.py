"""Payments and refunds in whatever order: our journal is the processor's ledger, to the cent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from ardoise import refunding
from shared.accounts import active_holds
from shared.payments import payments_of
from tests.integration.test_payments_history import History, Worlds, walk
from tests.servers.sandbox import Sandbox

HISTORIES_A_WORLD = 10
Sample = Callable[[int, int], int]


@dataclass
class RefundHistory(History):
    """Somebody also gives money back, in parts or whole; some of it waits, some of it fails."""

    given: dict[str, str] = field(default_factory=dict)

    def acts(self) -> list[tuple[Callable[[], None], int]]:
        return [*super().acts(), (self.give_back, 5), (self.end_refund, 3), (self.sweep, 1)]

    def give_back(self) -> None:
        taken = [(intent, cents) for intent, cents in self.till.charged().items() if cents > 0]
        if not taken:
            return
        intent, cents = self.dice.choice(taken)
        status = self.dice.choice(("succeeded", "succeeded", "pending"))
        amount = self.dice.choice((cents, self.dice.randint(1, cents)))
        asked = {"payment_intent": intent, "amount": amount, "status": status}
        made = self.till.processor.call("POST", "/control/refund", json_body=asked)
        if made.status == 200:  # what waits may leave less to give back
            self.given[made.json()["refund"]] = status

    def end_refund(self) -> None:
        open_ones = [ref for ref, status in self.given.items() if status != "failed"]
        if open_ones:
            ref = self.dice.choice(open_ones)
            ends = ("failed",) if self.given[ref] == "succeeded" else ("succeeded", "failed")
            self.given[ref] = self.dice.choice(ends)
            self.till.processor.control("refund/end", refund=ref, status=self.given[ref])

    def sweep(self) -> None:
        refunding.sweep_refunds(self.till.world.house, self.till.world.practice_id)

    def remind(self) -> None:
        super().remind()
        for message in self.till.world.sms.sent:
            if message.to in self.phones:
                assert {"refund", "dispute_card"}.isdisjoint(self._holds(message.to))

    def _holds(self, phone: str) -> list[str]:
        account = self.phones[phone]
        with self.till.world.database.reading(account.practice_id) as session:
            found = active_holds(session, practice_id=account.practice_id, account_id=account.id)
        return [hold.kind for hold in found]

    def end(self) -> None:
        """Every page ends, the list of refunds is looked at, and the books are compared."""
        for page in self.pages:
            self._expire(page)
        self.till.later(hours=2)
        self.till.work()
        self.sweep()
        self.till.check()
        charged = self.till.charged()
        for account in self.accounts:
            with self.till.world.database.reading(account.practice_id) as session:
                received = payments_of(
                    session, practice_id=account.practice_id, account_id=account.id
                )
            kept = sum(one.kept_cents for one in received)
            twice = sum(refund.beyond_cents for one in received for refund in one.returned)
            fees = sum(dispute.fee_cents for dispute in self.till.disputes(account))
            credit = sum(one.credit_cents for one in received)
            elsewhere = self.elsewhere.get(account.id, 0)
            owed = self.owes[account.id] - elsewhere - (kept - credit)
            assert self.till.owed(account) == owed >= 0
            assert kept - twice - fees == sum(
                charged[one.payment.processor_ref] for one in received
            )


@pytest.mark.slow
def test_any_history_of_refunds_leaves_the_books_as_the_processors(
    sqlite_template: Path, tmp_path: Path, processor: Sandbox, dice: Random, sample: Sample
) -> None:
    worlds = Worlds(sqlite_template, tmp_path, processor, HISTORIES_A_WORLD)
    walk(RefundHistory, sample(20, 500), dice, worlds)
