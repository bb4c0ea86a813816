"""Invoices as a patient sees them: sums and dates, never what for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, bindparam, exists, func, literal, null, select
from sqlalchemy.orm import Session

from shared.base.formats import marked
from shared.base.money import Cents
from shared.billing import Invoice, is_held_back
from shared.forgiving import forgiven_of_invoice
from shared.payments import (
    AttemptShare,
    Payable,
    PaymentAttempt,
    checked_of_invoice,
    covered_by_credit,
    free_credit,
    received_of_invoice,
    refunded_of_invoice,
)
from shared.plans import RUNNING, Plan, PlanInvoice


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """One invoice. Sums are cents; ``paid_cents`` was paid here and not given back,
    ``forgiven_cents`` is no longer asked for, ``processing_cents`` is being paid just now,
    ``checked_cents`` a refund opened again and a person
    first looks at it; ``from_credit_cents`` the person's credit is going to settle.
    It is ``planned`` when a plan that runs covers it whole: its dates then count in
    place of ``due_on``."""

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
    checked_cents: Cents
    note: str
    forgiven_cents: Cents
    askable: bool
    planned: bool
    settled: bool
    from_credit_cents: Cents = 0

    @property
    def corrected_cents(self) -> Cents:
        """What the practice's software took off: paid elsewhere, or corrected; below zero, added."""
        return self.patient_cents - self.open_cents - self.paid_cents - self.forgiven_cents

    @property
    def payable_cents(self) -> Cents:
        """What can be paid now: nobody is asked for what is in hand already."""
        return self.settleable_cents - self.from_credit_cents

    @property
    def left_cents(self) -> Cents:
        """What is asked for: open, less what is in hand already."""
        return self.open_cents - self.from_credit_cents

    @property
    def settleable_cents(self) -> Cents:
        """What money can settle now, wherever it comes from."""
        return max(self.open_cents - self.processing_cents - self.checked_cents, 0)

    @property
    def url(self) -> str:
        """Where it is shown alone."""
        return f"/invoice/{self.id}"


ABSENT = marked("Nous vérifions cette facture.")


def _query() -> Select[*tuple[Any, ...]]:
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
    planned = (
        exists()
        .where(
            PlanInvoice.practice_id == Invoice.practice_id,
            PlanInvoice.invoice_id == Invoice.id,
            PlanInvoice.amount_cents >= Invoice.open_cents,
            Plan.practice_id == PlanInvoice.practice_id,
            Plan.id == PlanInvoice.plan_id,
            Plan.status.in_(RUNNING),
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
            Invoice.status,
            (received_of_invoice() - refunded_of_invoice()).label("paid_cents"),
            forgiven_of_invoice().label("forgiven_cents"),
            processing.label("processing_cents"),
            checked_of_invoice().label("checked_cents"),
            is_held_back().label("held"),
            planned.label("planned"),
            free_credit(Invoice.practice_id, Invoice.account_id).label("credit"),
        )
        .where(
            Invoice.practice_id == bindparam("practice_id"),
            Invoice.account_id == bindparam("account_id"),
            Invoice.status != "withdrawn",
        )
        .order_by(Invoice.due_on, Invoice.number)
    )


# Built once: building them for each page would cost more than running them.
_OPEN = _query().where(Invoice.status == "issued")
_ONE = _query().where(Invoice.id == bindparam("invoice_id"))
_ALL = _query()
_SETTLED = exists().where(
    Invoice.practice_id == bindparam("practice_id"),
    Invoice.account_id == bindparam("account_id"),
    Invoice.status == "settled",
)


def read_invoices(
    session: Session, *, practice_id: int, account_id: UUID, only: UUID | None = None
) -> list[InvoiceView]:
    """The account's invoices that are open (or the one that is named), in one statement."""
    whose = {"practice_id": practice_id, "account_id": account_id}
    rows = session.execute(_OPEN, whose).all()
    invoices = _after_credit([_view(row) for row in rows], rows[0].credit if rows else 0)
    if only is None:
        return invoices
    found = [invoice for invoice in invoices if invoice.id == only]
    one = session.execute(_ONE, whose | {"invoice_id": only}) if not found else ()
    return found or [_view(row) for row in one]


def _after_credit(invoices: Sequence[InvoiceView], credit: int) -> list[InvoiceView]:
    """The open invoices of an account with what its credit is going to settle of each."""
    payables = [Payable(i.id, i.settleable_cents, held=not i.askable) for i in invoices]
    covered = covered_by_credit(payables, int(credit))
    return [replace(i, from_credit_cents=covered.get(i.id, 0)) for i in invoices]


def has_settled(kind: str) -> Select[*tuple[Any, ...]]:
    """A row of this kind where the account has invoices that are settled; see ``rows_under_way``."""
    return select(literal(kind), null(), null(), null()).where(_SETTLED)


@dataclass(frozen=True, slots=True)
class PastInvoices:
    """Invoices of which nothing is open any more, and open or not those of which the practice's
    software took off a part: paid elsewhere, or corrected."""

    settled: list[InvoiceView]
    corrected: list[InvoiceView]


def read_past(session: Session, *, practice_id: int, account_id: UUID) -> PastInvoices:
    """What became of an account's invoices, the latest due first."""
    whose = {"practice_id": practice_id, "account_id": account_id}
    invoices = [_view(row) for row in session.execute(_ALL, whose)][::-1]
    return PastInvoices(
        [invoice for invoice in invoices if invoice.settled],
        [invoice for invoice in invoices if invoice.corrected_cents > 0],
    )


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
        checked_cents=min(int(row.checked_cents), row.open_cents),
        note=ABSENT if row.held else "",
        forgiven_cents=int(row.forgiven_cents),
        askable=not row.held,
        planned=bool(row.planned),
        settled=row.status == "settled",
    )


@dataclass(frozen=True, slots=True)
class SharesView:
    """Who pays what over all open invoices, in cents; ``open_cents`` is what is asked for."""

    amo_cents: Cents
    amc_cents: Cents
    paid_cents: Cents
    corrected_cents: Cents
    forgiven_cents: Cents
    from_credit_cents: Cents
    open_cents: Cents


def summed(invoices: Sequence[InvoiceView]) -> SharesView:
    """The parts of all invoices together; they add up to the invoices' total."""
    return SharesView(
        sum(i.amo_cents for i in invoices),
        sum(i.amc_cents for i in invoices),
        sum(i.paid_cents for i in invoices),
        sum(i.corrected_cents for i in invoices),
        sum(i.forgiven_cents for i in invoices),
        sum(i.from_credit_cents for i in invoices),
        sum(i.left_cents for i in invoices),
    )
