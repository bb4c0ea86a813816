"""The double-entry journal: the one source of what is owed."""

from shared.ledger.invariants import INVARIANTS
from shared.ledger.model import JournalEntry, JournalLine
from shared.ledger.rules import (
    CREDIT,
    LEDGER_ACCOUNTS,
    PATIENTS,
    PROCESSOR,
    Line,
    UnbalancedEntryError,
    adjustment_lines,
    card_lines,
    invoice_lines,
    opening_lines,
)
from shared.ledger.service import Entry, post

__all__ = [
    "CREDIT",
    "INVARIANTS",
    "LEDGER_ACCOUNTS",
    "PATIENTS",
    "PROCESSOR",
    "Entry",
    "JournalEntry",
    "JournalLine",
    "Line",
    "UnbalancedEntryError",
    "adjustment_lines",
    "card_lines",
    "invoice_lines",
    "opening_lines",
    "post",
]
