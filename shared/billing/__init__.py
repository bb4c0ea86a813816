"""Invoices and the practices' exports they come from."""

from shared.billing.contact_cells import Phone, email_of, phone_of
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
from shared.billing.rules import CellError
from shared.billing.service import (
    INVOICE_ABSENT,
    get_invoice,
    invoices_of,
    invoices_part,
    is_held_back,
    note_paid_here,
    open_lines,
)

__all__ = [
    "INVARIANTS",
    "INVOICE",
    "INVOICE_ABSENT",
    "CellError",
    "ColumnReport",
    "ImportRun",
    "Invoice",
    "InvoiceRow",
    "ParsedExport",
    "PartyRow",
    "Phone",
    "RowProblem",
    "Source",
    "Synchronised",
    "UnreadableExportError",
    "email_of",
    "get_invoice",
    "invoices_of",
    "invoices_part",
    "is_held_back",
    "note_paid_here",
    "open_lines",
    "phone_of",
    "read_export",
    "safe_cell",
    "synchronise",
]
