"""Invoices as a patient sees them: sums and dates, never what for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session

from shared.accounts import Hold
from shared.base.formats import marked
from shared.base.money import Cents
from shared.billing import Invoice
from shared.payments import AttemptShare, PaymentAttempt, PaymentShare


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """One invoice. Sums are cents; ``paid_cents`` was paid here, ``processing_cents`` is just now."""

    id: UUID
    number: str
    issued_on: date
    due_on: date
    total_cents: Cents
    amo_cents: Cents
    amc_cents: Cents
    patient_cents: Cents
    open_cents: Cents
    paid_cents: Cents
    processing_cents: Cents
    note: str
    askable: bool

    @property
    def corrected_cents(self) -> Cents:
        """What the practice's software took off: paid elsewhere, or corrected; below zero, added."""
        return self.patient_cents - self.open_cents - self.paid_cents

    @property
    def url(self) -> str:
        """Where it is shown alone."""
        return f"/invoice/{self.id}"


ABSENT = marked("Nous vérifions cette facture.")


def _query() -> Select[Any]:
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
    paid = (
        select(func.coalesce(func.sum(PaymentShare.amount_cents), 0))
        .where(
            PaymentShare.practice_id == Invoice.practice_id,
            PaymentShare.invoice_id == Invoice.id,
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
    return (
        select(
            Invoice.id,
            Invoice.number,
            Invoice.issued_on,
            Invoice.due_on,
            Invoice.total_cents,
            Invoice.amo_cents,
            Invoice.amc_cents,
            Invoice.patient_cents,
            Invoice.open_cents,
            paid.label("paid_cents"),
            processing.label("processing_cents"),
            held.label("held"),
        )
        .where(
            Invoice.practice_id == bindparam("practice_id"),
            Invoice.account_id == bindparam("account_id"),
        )
        .order_by(Invoice.due_on, Invoice.number)
    )


# Built once: building them for each page would cost more than running them.
_OPEN = _query().where(Invoice.status == "issued")
_ONE = _query().where(Invoice.id == bindparam("invoice_id"))
_ALL = _query()


def read_invoices(
    session: Session, *, practice_id: int, account_id: UUID, only: UUID | None = None
) -> list[InvoiceView]:
    """The account's invoices that are open (or the one that is named), in one statement."""
    whose = {"practice_id": practice_id, "account_id": account_id}
    if only is None:
        return [_view(row) for row in session.execute(_OPEN, whose)]
    return [_view(row) for row in session.execute(_ONE, whose | {"invoice_id": only})]


def read_corrected(session: Session, *, practice_id: int, account_id: UUID) -> list[InvoiceView]:
    """The account's invoices, settled ones included, of which the practice's software took off a part:
    paid elsewhere, or corrected.
    """
    whose = {"practice_id": practice_id, "account_id": account_id}
    invoices = [_view(row) for row in session.execute(_ALL, whose)]
    return [invoice for invoice in invoices if invoice.corrected_cents > 0]


def _view(row: Row[Any]) -> InvoiceView:
    return InvoiceView(
        id=row.id,
        number=row.number,
        issued_on=row.issued_on,
        due_on=row.due_on,
        total_cents=row.total_cents,
        amo_cents=row.amo_cents,
        amc_cents=row.amc_cents,
        patient_cents=row.patient_cents,
        open_cents=row.open_cents,
        paid_cents=int(row.paid_cents),
        processing_cents=int(row.processing_cents),
        note=ABSENT if row.held else "",
        askable=not row.held,
    )


@dataclass(frozen=True, slots=True)
class SharesView:
    """Who pays what over all open invoices, in cents."""

    amo_cents: Cents
    amc_cents: Cents
    paid_cents: Cents
    corrected_cents: Cents
    open_cents: Cents


def summed(invoices: Sequence[InvoiceView]) -> SharesView:
    """The parts of all invoices together; they add up to the invoices' total."""
    return SharesView(
        sum(i.amo_cents for i in invoices),
        sum(i.amc_cents for i in invoices),
        sum(i.paid_cents for i in invoices),
        sum(i.corrected_cents for i in invoices),
        sum(i.open_cents for i in invoices),
    )
