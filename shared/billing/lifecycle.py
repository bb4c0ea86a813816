"""An invoice's statuses, and what a practice's newer remainder means for what is owed here."""

from dataclasses import dataclass

from shared.base.money import Cents
from shared.base.states import StateMachine

INVOICE = StateMachine(
    "invoice",
    initial=frozenset({"issued", "settled"}),
    edges={
        ("issued", "settle"): "settled",
        ("settled", "reopen"): "issued",
        ("settled", "withdraw"): "withdrawn",
    },
)


@dataclass(frozen=True, slots=True)
class Synchronised:
    """``adjust_cents`` is booked (negative: less is owed); ``unacknowledged_cents`` is what is left of
    the payments taken here that the practice's software does not know yet."""

    adjust_cents: Cents
    unacknowledged_cents: Cents


def synchronise(*, source_left: Cents, unacknowledged: Cents, new_left: Cents) -> Synchronised:
    """What a remainder of ``new_left`` in the practice's software changes here.

    A drop is first taken as the practice's having entered the payments we took; only the rest was
    paid or corrected elsewhere. What is owed here is the remainder less what they don't know yet,
    and never below zero.
    """
    drop = source_left - new_left
    still_unknown = max(unacknowledged - max(drop, 0), 0)
    still_unknown = min(still_unknown, new_left)
    owed_before = source_left - unacknowledged
    return Synchronised((new_left - still_unknown) - owed_before, still_unknown)
