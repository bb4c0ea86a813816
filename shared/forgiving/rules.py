"""Decisions about giving up what is owed: why, as what it is booked, and how it is shared."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from shared.base.money import Cents, spend_oldest_first, total_of

WAIVED = "waived"  # less is asked for: help, a gesture, an invoice that was wrong
WRITTEN_OFF = "written_off"  # it is owed, and can't be had

NATURES: Mapping[str, str] = {
    "aid": WAIVED,
    "goodwill": WAIVED,
    "error": WAIVED,
    "uncollectable": WRITTEN_OFF,
    "estate": WRITTEN_OFF,
}
"""Why a debt may be given up, and what it then is in the books. Nothing of care."""


def oldest_first(cents: Cents, left: Mapping[UUID, Cents]) -> dict[UUID, Cents]:
    """Shares of a sum over what is left of each invoice, in their order, the oldest due first."""
    return spend_oldest_first(cents, list(left.items()))


def shares_fit(shares: Mapping[UUID, Cents], cents: Cents, left: Mapping[UUID, Cents]) -> bool:
    """Whether shares are some of each invoice, never more than is left of it, and add up to ``cents``."""
    return (
        bool(shares)
        and total_of(shares) == cents
        and all(0 < part <= left.get(invoice, 0) for invoice, part in shares.items())
    )


def shortened(sums: Sequence[Cents], forgiven: Cents) -> list[Cents]:
    """What is taken off each date of a plan, of which so much is no longer asked for: the last dates
    fall away first, so that those which are near stay as they were agreed."""
    taken = spend_oldest_first(forgiven, list(enumerate(sums))[::-1])
    return [taken.get(place, 0) for place in range(len(sums))]
