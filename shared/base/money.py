"""Money is a whole number of cents; words and decimals exist at the edges only."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from shared.base.errors import ArdoiseError

Cents = int
K = TypeVar("K")

_SPACES = re.compile(r"[\u00a0\u202f\u2009]")  # unbreakable, narrow, thin
_SIGN = re.compile(r" *(?:€|euros?)$", re.IGNORECASE)
_WHOLE = r"(?P<whole>\d{1,9}|\d{1,3}(?: \d{3}){1,2})"
_DOTTED = r"(?P<dotted>\d{1,3}(?:\.\d{3}){1,2})"  # a dot that groups cannot be the decimal one
_AMOUNT = re.compile(
    rf"(?:{_WHOLE}(?:[.,](?P<cents>\d{{1,2}}))?|{_DOTTED}(?:,(?P<cents_of_dotted>\d{{1,2}}))?)",
    re.ASCII,
)
_TOO_LARGE = re.compile(
    r"(?:\d{10,}|\d{1,3}(?: \d{3}){3,}|\d{1,3}(?:\.\d{3}){3,})(?:,\d{1,2})?", re.ASCII
)


class AmountError(ArdoiseError):
    """What was typed is not an amount in euros."""


def parse_amount(text: str) -> Cents:
    """Read what a person typed (« 12 », « 12,5 », « 15 euros », « 1 234,56 € », « 1.234,56 ») as cents.

    Spaces and dots stand between groups of three digits only: « 12 50 » may mean 12,50 or 1250,
    so that it is refused. No digits but 0 to 9 are read. Zero is an amount; whether it may be paid is
    not decided here.

    Raises AmountError when it is not an amount of nought or more, with two decimals and nine digits of
    euros at most.
    """
    bare = _SIGN.sub("", _SPACES.sub(" ", text).strip())
    match = _AMOUNT.fullmatch(bare)
    if match is None and _TOO_LARGE.fullmatch(bare):
        raise AmountError("Cette somme est trop grande : vérifiez-la.")
    if match is None:
        raise AmountError("Écrivez une somme en euros, par exemple 12,50.")
    euros = "".join(c for c in match["whole"] or match["dotted"] if c not in " .")
    cents = match["cents"] or match["cents_of_dotted"] or "0"
    return int(euros) * 100 + int(cents.ljust(2, "0"))


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
