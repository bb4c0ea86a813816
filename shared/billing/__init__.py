"""Invoices and the practices' exports they come from."""

from shared.billing.csv_cells import safe_cell
from shared.billing.export_rows import read_export
from shared.billing.export_types import (
    ColumnReport,
    InvoiceRow,
    ParsedExport,
    PartyRow,
    RowProblem,
    UnreadableExportError,
)
from shared.billing.invariants import INVARIANTS
from shared.billing.lifecycle import INVOICE, Synchronised, synchronise
from shared.billing.model import ImportRun, Invoice, Source
from shared.billing.service import INVOICE_ABSENT, get_invoice, invoices_of, note_paid_here

__all__ = [
    "INVARIANTS",
    "INVOICE",
    "INVOICE_ABSENT",
    "ColumnReport",
    "ImportRun",
    "Invoice",
    "InvoiceRow",
    "ParsedExport",
    "PartyRow",
    "RowProblem",
    "Source",
    "Synchronised",
    "UnreadableExportError",
    "get_invoice",
    "invoices_of",
    "note_paid_here",
    "read_export",
    "safe_cell",
    "synchronise",
]
