"""Invoices as a patient sees them: sums and dates, never what for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from shared.accounts import Hold
from shared.base.formats import marked
from shared.base.money import Cents
from shared.billing import Invoice
from shared.payments import AttemptShare, PaymentAttempt


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """One invoice. Sums are cents; ``processing_cents`` is being paid right now."""

    id: UUID
    number: str
    issued_on: date
    due_on: date
    total_cents: Cents
    amo_cents: Cents
    amc_cents: Cents
    patient_cents: Cents
    open_cents: Cents
    processing_cents: Cents
    note: str
    askable: bool

    @property
    def paid_cents(self) -> Cents:
        """What the patient has paid of it, here or elsewhere."""
        return max(self.patient_cents - self.open_cents, 0)

    @property
    def url(self) -> str:
        """Where it is shown alone."""
        return f"/invoice/{self.id}"


ABSENT = marked("Nous vérifions cette facture avec le secrétariat.")


def read_invoices(
    session: Session, *, practice_id: int, account_id: UUID, only: UUID | None = None
) -> list[InvoiceView]:
    """The account's invoices that are open (or the one that is named), in one statement."""
    processing = (
        select(func.coalesce(func.sum(AttemptShare.amount_cents), 0))
        .join(
            PaymentAttempt,
            and_(
                PaymentAttempt.practice_id == AttemptShare.practice_id,
                PaymentAttempt.id == AttemptShare.attempt_id,
            ),
        )
        .where(
            AttemptShare.practice_id == Invoice.practice_id,
            AttemptShare.invoice_id == Invoice.id,
            PaymentAttempt.status == "processing",
        )
        .correlate(Invoice)
        .scalar_subquery()
    )
    held = (
        exists()
        .where(
            Hold.practice_id == Invoice.practice_id,
            Hold.invoice_id == Invoice.id,
            Hold.status == "active",
        )
        .correlate(Invoice)
    )
    query = (
        select(Invoice, processing.label("processing"), held.label("held"))
        .where(Invoice.practice_id == practice_id, Invoice.account_id == account_id)
        .order_by(Invoice.due_on, Invoice.number)
    )
    query = query.where(Invoice.id == only if only is not None else Invoice.status == "issued")
    return [_view(row[0], int(row[1]), bool(row[2])) for row in session.execute(query)]


def _view(invoice: Invoice, processing: Cents, held: bool) -> InvoiceView:
    return InvoiceView(
        id=invoice.id,
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        total_cents=invoice.total_cents,
        amo_cents=invoice.amo_cents,
        amc_cents=invoice.amc_cents,
        patient_cents=invoice.patient_cents,
        open_cents=invoice.open_cents,
        processing_cents=processing,
        note=ABSENT if held else "",
        askable=not held,
    )


@dataclass(frozen=True, slots=True)
class SharesView:
    """Who pays what over all open invoices, in cents."""

    amo_cents: Cents
    amc_cents: Cents
    patient_cents: Cents


def summed(invoices: Sequence[InvoiceView]) -> SharesView:
    """The three parts of all invoices together."""
    return SharesView(
        sum(i.amo_cents for i in invoices),
        sum(i.amc_cents for i in invoices),
        sum(i.patient_cents for i in invoices),
    )
