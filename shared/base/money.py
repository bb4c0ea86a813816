"""Money is a whole number of cents; words and decimals exist at the edges only."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from shared.base.errors import ArdoiseError

Cents = int
K = TypeVar("K")

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]")
_AMOUNT = re.compile(r"(\d{1,9})(?:[.,](\d{1,2}))?")


class AmountError(ArdoiseError):
    """What was typed is not an amount in euros."""


def parse_amount(text: str) -> Cents:
    """Read what a person typed (« 12 », « 12,5 », « 1 234,56 € ») as cents.

    Raises AmountError when it is not a positive amount with at most two decimals.
    """
    bare = _SPACES.sub("", text).removesuffix("€")
    match = _AMOUNT.fullmatch(bare)
    if match is None:
        raise AmountError("Écrivez une somme en euros, par exemple 12,50.")
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))


def spend_oldest_first(total: Cents, open_amounts: Sequence[tuple[K, Cents]]) -> dict[K, Cents]:
    """Share ``total`` over open amounts in their order; never more than each, never a cent lost.

    The sum of the result is ``min(total, sum of open amounts)``.
    """
    shares: dict[K, Cents] = {}
    left = total
    for key, open_cents in open_amounts:
        part = min(left, open_cents)
        if part > 0:
            shares[key] = part
            left -= part
    return shares


def total_of(shares: Mapping[K, Cents]) -> Cents:
    """The sum of all shares, in cents."""
    return sum(shares.values())
