"""Figures beside the desks: each concept offers its own, the worker keeps them, pages read one set."""

from shared.totals.model import DeskTotal
from shared.totals.rules import Total, is_fresh
from shared.totals.service import (
    SOURCES,
    Moment,
    Totals,
    count_now,
    keep_totals,
    offer_figure,
    offer_totals,
    totals_of,
)

__all__ = [
    "SOURCES",
    "DeskTotal",
    "Moment",
    "Total",
    "Totals",
    "count_now",
    "is_fresh",
    "keep_totals",
    "offer_figure",
    "offer_totals",
    "totals_of",
]
