"""Giving up what is owed: what is no longer asked for although nobody paid it."""

from shared.forgiving.invariants import INVARIANTS
from shared.forgiving.model import Forgiveness
from shared.forgiving.rules import (
    NATURES,
    WAIVED,
    WRITTEN_OFF,
    oldest_first,
    shares_fit,
    shortened,
)
from shared.forgiving.service import (
    FORGIVEN,
    DebtLeft,
    book_forgiven,
    cents_left,
    forgiven_of,
    forgiven_of_invoice,
    left_to_forgive,
)

__all__ = [
    "FORGIVEN",
    "INVARIANTS",
    "NATURES",
    "WAIVED",
    "WRITTEN_OFF",
    "DebtLeft",
    "Forgiveness",
    "book_forgiven",
    "cents_left",
    "forgiven_of",
    "forgiven_of_invoice",
    "left_to_forgive",
    "oldest_first",
    "shares_fit",
    "shortened",
]
