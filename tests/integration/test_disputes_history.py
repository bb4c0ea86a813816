"""Payments, refunds and banks that dispute, in whatever order: our journal is the processor's ledger."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from ardoise import disputing
from tests.integration.test_payments_history import Worlds, walk
from tests.integration.test_refunds_history import RefundHistory
from tests.integration.till import Json
from tests.servers.sandbox import Sandbox

HISTORIES_A_WORLD = 10
ENDS = {
    "needs_response": ("won", "lost"),
    "warning_needs_response": ("warning_closed",),
    "lost": ("won",),
}
Sample = Callable[[int, int], int]


@dataclass
class DisputeHistory(RefundHistory):
    """Banks also dispute payments, ask about them, decide, and change their minds."""

    contested: dict[str, str] = field(default_factory=dict)

    def acts(self) -> list[tuple[Callable[[], None], int]]:
        return [
            *super().acts(),
            (self.contest, 6),
            (self.escalate, 2),
            (self.decide, 5),
            (self.sweep_disputes, 1),
        ]

    def contest(self) -> None:
        paid = list(self.till.charged())
        if not paid:
            return
        part = {"amount": self.dice.randint(1, 500)} if self.dice.random() < 0.3 else {}
        asked = {"payment_intent": self.dice.choice(paid), "inquiry": self.dice.random() < 0.3}
        self._note("dispute", asked | part)

    def escalate(self) -> None:
        asked = [ref for ref, status in self.contested.items() if status.startswith("warning_n")]
        if asked:
            self._note("dispute/escalate", {"dispute": self.dice.choice(asked)})

    def decide(self) -> None:
        waiting = [ref for ref, status in self.contested.items() if status in ENDS]
        if waiting:
            ref = self.dice.choice(waiting)
            end = self.dice.choice(ENDS[self.contested[ref]])
            returned = self.dice.random() < 0.5
            self._note("dispute/end", {"dispute": ref, "status": end, "fee_returned": returned})

    def _note(self, what: str, fields: Json) -> None:
        made = self.till.processor.call("POST", f"/control/{what}", json_body=fields)
        if made.status == 200:  # what is disputed already may leave too little
            self.contested[made.json()["dispute"]] = made.json()["status"]

    def sweep_disputes(self) -> None:
        disputing.sweep_disputes(self.till.world.house, self.till.world.practice_id)

    def sweep(self) -> None:
        super().sweep()
        self.sweep_disputes()


@pytest.mark.slow
def test_any_history_of_disputes_leaves_the_books_as_the_processors(
    sqlite_template: Path, tmp_path: Path, processor: Sandbox, dice: Random, sample: Sample
) -> None:
    worlds = Worlds(sqlite_template, tmp_path, processor, HISTORIES_A_WORLD)
    walk(DisputeHistory, sample(20, 500), dice, worlds)
