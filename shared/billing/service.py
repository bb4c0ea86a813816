"""Reading invoices, and noting what was paid on them here."""

from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Session

from shared.accounts import Hold
from shared.base.errors import NotFoundError
from shared.base.money import Cents
from shared.base.together import Part
from shared.base.vault import Vault
from shared.billing.model import Invoice
from shared.worklist import TO_COMPARE, offer

INVOICE_ABSENT = offer("invoice_absent", "Facture absente du dernier export", TO_COMPARE)


def invoices_part(*, practice_id: int, account_id: UUID) -> Part[Invoice]:
    """All invoices of an account, the oldest due first."""
    return Part(
        Invoice,
        [
            Invoice.practice_id == practice_id,
            Invoice.account_id == account_id,
            Invoice.status != "withdrawn",
        ],
        [Invoice.due_on, Invoice.number],
    )


def invoices_of(session: Session, *, practice_id: int, account_id: UUID) -> list[Invoice]:
    """All invoices of an account but those withdrawn, the oldest due first."""
    return invoices_part(practice_id=practice_id, account_id=account_id).read(session)


def get_invoice(
    session: Session, *, practice_id: int, account_id: UUID, invoice_id: UUID
) -> Invoice:
    """One invoice of this very account. Raises NotFoundError."""
    invoice = session.get(Invoice, (practice_id, invoice_id))
    if invoice is None or invoice.account_id != account_id:
        raise NotFoundError("Cette facture n’est pas dans votre espace.")
    return invoice


def open_lines(vault: Vault, invoice: Invoice) -> list[tuple[str, str]]:
    """What an invoice is for, as the practice's software words it: (title, text). Empty if not kept."""
    if invoice.lines is None:
        return []
    lines = vault.open(invoice.lines, table="invoice", row=invoice.id, column="lines")
    return [(title, str(text)) for title, text in lines.items()] if isinstance(lines, dict) else []


def note_paid_here(invoice: Invoice, cents: Cents) -> None:
    """Remember that the practice's software does not know of this payment, or of what is no longer asked
    for, yet; below zero, that it does
    not know that so much was given back."""
    invoice.unacknowledged_cents += cents


def is_held_back() -> ColumnElement[bool]:
    """Of an invoice in an outer statement: something holds it back, and not the account as a whole."""
    return (
        exists()
        .where(
            Hold.practice_id == Invoice.practice_id,
            Hold.invoice_id == Invoice.id,
            Hold.status == "active",
        )
        .correlate(Invoice)
    )
