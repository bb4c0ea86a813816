"""What an import books: an invoice's arrival, and each new remainder."""

from datetime import date
from uuid import UUID

from ardoise.importing.checks import Parts
from shared.base.money import Cents
from shared.billing import InvoiceRow
from shared.ledger import Entry, adjustment_lines, invoice_lines, opening_lines


def arrival_entries(
    account_id: UUID,
    invoice_id: UUID,
    row: InvoiceRow,
    parts: Parts,
    *,
    started_on: date,
    today: date,
) -> list[Entry]:
    """A new invoice: what was issued since the practice began here, less what is paid already.

    An older one comes in by what is left of it only, on the day of the beginning.
    """
    left = row.remaining_cents
    if row.issued_on < started_on:
        opening = opening_lines(account_id, invoice_id, left)
        return [Entry("opening", f"opening:{invoice_id}", started_on, opening)] if left else []
    entries = []
    if parts.total:
        lines = invoice_lines(
            account_id, invoice_id, patient=parts.patient, amo=parts.amo, amc=parts.amc
        )
        entries.append(Entry("invoice", f"invoice:{invoice_id}", row.issued_on, lines))
    if left != parts.patient:
        lines = adjustment_lines(account_id, invoice_id, left - parts.patient)
        entries.append(Entry("adjustment", f"arrival:{invoice_id}", today, lines))
    return entries


def adjustment_entry(
    account_id: UUID, invoice_id: UUID, change: Cents, *, run_id: UUID, today: date
) -> Entry:
    """Another remainder in the practice's software; ``change`` negative means less is owed."""
    lines = adjustment_lines(account_id, invoice_id, change)
    return Entry("adjustment", f"sync:{run_id}:{invoice_id}", today, lines)
