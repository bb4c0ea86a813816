"""Figures beside the desks: each concept offers its own, the worker keeps them, pages read one set."""

from shared.totals.model import DeskTotal
from shared.totals.rules import MOST_AT_ONCE, Total, is_fresh
from shared.totals.service import (
    Moment,
    Totals,
    count_now,
    keep_totals,
    offer_counts,
    offer_totals,
    totals_of,
)

__all__ = [
    "MOST_AT_ONCE",
    "DeskTotal",
    "Moment",
    "Total",
    "Totals",
    "count_now",
    "is_fresh",
    "keep_totals",
    "offer_counts",
    "offer_totals",
    "totals_of",
]
