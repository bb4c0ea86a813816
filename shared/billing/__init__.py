"""Invoices and the practices' exports they come from."""

from shared.billing.columns import FIELDS, label_of
from shared.billing.contact_cells import Phone, email_of, phone_of
from shared.billing.csv_cells import safe_cell
from shared.billing.export_head import ExportHead, missing_fields, read_head
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
from shared.billing.reading_apart import read_export_apart, read_head_apart
from shared.billing.rules import Cell, CellError, Window, amount_of, date_of
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
    "FIELDS",
    "INVARIANTS",
    "INVOICE",
    "INVOICE_ABSENT",
    "Cell",
    "CellError",
    "ColumnReport",
    "ExportHead",
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
    "Window",
    "amount_of",
    "date_of",
    "email_of",
    "get_invoice",
    "invoices_of",
    "invoices_part",
    "is_held_back",
    "label_of",
    "missing_fields",
    "note_paid_here",
    "open_lines",
    "phone_of",
    "read_export",
    "read_export_apart",
    "read_head",
    "read_head_apart",
    "safe_cell",
    "synchronise",
]
