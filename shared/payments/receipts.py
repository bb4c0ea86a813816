"""Reading payments that were received."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select, tuple_, union_all
from sqlalchemy.orm import Session

from shared.base.errors import NotFoundError
from shared.base.money import Cents
from shared.billing import Invoice
from shared.payments.credit_model import CreditUse
from shared.payments.model import Payment, PaymentShare
from shared.payments.refund_model import Refund
from shared.payments.refund_reading import refunds_of

_PAYMENTS = (
    select(Payment)
    .where(
        Payment.practice_id == bindparam("practice_id"),
        Payment.account_id == bindparam("account_id"),
    )
    .order_by(Payment.received_at.desc(), Payment.id.desc())
)


_USED = (
    select(func.coalesce(func.sum(CreditUse.amount_cents), 0))
    .where(CreditUse.practice_id == Payment.practice_id, CreditUse.payment_id == Payment.id)
    .correlate(Payment)
    .scalar_subquery()
)
_WITH_REFUNDS = (
    _PAYMENTS.add_columns(Refund, _USED.label("used"))
    .outerjoin(
        Refund, and_(Refund.practice_id == Payment.practice_id, Refund.payment_id == Payment.id)
    )
    .order_by(Refund.refunded_at, Refund.id)
)


@dataclass(frozen=True, slots=True)
class Received:
    """A payment, what was given back of it, the oldest first, and what of its credit was used since."""

    payment: Payment
    refunds: tuple[Refund, ...]
    used_cents: Cents

    @property
    def returned(self) -> tuple[Refund, ...]:
        """What is with the patient or their bank."""
        return tuple(refund for refund in self.refunds if refund.status == "succeeded")

    @property
    def kept_cents(self) -> Cents:
        """What of it was not given back; nothing of a payment that was cancelled."""
        if self.payment.cancelled_on is not None:
            return 0
        return self.payment.amount_cents - sum(
            refund.amount_cents - refund.beyond_cents for refund in self.returned
        )

    @property
    def credit_cents(self) -> Cents:
        """What of it settles nothing and was not given back."""
        if self.payment.cancelled_on is not None:
            return 0
        returned = sum(refund.credit_cents for refund in self.refunds)
        return self.payment.credit_cents - returned - self.used_cents

    @property
    def free_credit_cents(self) -> Cents:
        """The same, but for what a refund that waits at the processor takes first."""
        waits = sum(refund.amount_cents for refund in self.refunds if refund.status == "pending")
        return max(self.credit_cents - waits, 0)


def payments_of(session: Session, *, practice_id: int, account_id: UUID) -> list[Received]:
    """Payments received on an account, the latest first, read with one statement."""
    rows = session.execute(_WITH_REFUNDS, {"practice_id": practice_id, "account_id": account_id})
    found = []
    for payment, some in groupby(rows, key=lambda row: row[0]):
        beside = list(some)
        refunds = tuple(refund for _, refund, _ in beside if refund is not None)
        found.append(Received(payment, refunds, int(beside[0].used)))
    return found


PAGE_OF_PAYMENTS = 20


def older_payments(
    session: Session, *, practice_id: int, account_id: UUID, than: UUID | None = None
) -> tuple[list[Received], bool]:
    """A page of payments, the latest first, and whether there are older ones still.

    ``than`` is a payment of this very account, the last of the page before. Raises NotFoundError.
    """
    query = _PAYMENTS.add_columns(_USED).limit(PAGE_OF_PAYMENTS + 1)
    if than is not None:
        last, _ = get_payment(
            session, practice_id=practice_id, account_id=account_id, payment_id=than
        )
        query = query.where(
            tuple_(Payment.received_at, Payment.id) < tuple_(last.received_at, last.id)
        )
    found = session.execute(query, {"practice_id": practice_id, "account_id": account_id}).all()
    shown = found[:PAGE_OF_PAYMENTS]
    refunds = refunds_of(session, practice_id=practice_id, payments=[p.id for p, _ in shown])
    return (
        [
            Received(payment, tuple(refunds.get(payment.id, ())), int(used))
            for payment, used in shown
        ],
        len(found) > PAGE_OF_PAYMENTS,
    )


def payment_of_attempt(session: Session, *, practice_id: int, attempt_id: UUID) -> Payment | None:
    """The payment that an attempt became."""
    return session.scalar(
        select(Payment).where(Payment.practice_id == practice_id, Payment.attempt_id == attempt_id)
    )


def get_payment(
    session: Session, *, practice_id: int, account_id: UUID, payment_id: UUID
) -> tuple[Payment, list[tuple[Invoice, Cents]]]:
    """A payment of this very account and what it settled. Raises NotFoundError."""
    payment = session.get(Payment, (practice_id, payment_id))
    if payment is None or payment.account_id != account_id:
        raise NotFoundError("Ce reçu n’est pas dans votre espace.")
    rows = session.execute(
        select(Invoice, PaymentShare.amount_cents)
        .join(
            PaymentShare,
            and_(
                PaymentShare.practice_id == Invoice.practice_id,
                PaymentShare.invoice_id == Invoice.id,
            ),
        )
        .where(PaymentShare.practice_id == practice_id, PaymentShare.payment_id == payment_id)
        .order_by(Invoice.due_on, Invoice.number)
    )
    return payment, [(row[0], row[1]) for row in rows]


def payments_of_invoice(
    session: Session, *, practice_id: int, invoice_id: UUID
) -> list[tuple[Payment, Cents]]:
    """Payments that settled an invoice or a part of it, when they came or by their credit later, the
    latest first, and how much each did; not those that were cancelled."""
    parts = union_all(
        *(
            select(kind.payment_id, kind.amount_cents).where(
                kind.practice_id == practice_id, kind.invoice_id == invoice_id
            )
            for kind in (PaymentShare, CreditUse)
        )
    ).subquery()
    by_payment = (
        select(parts.c.payment_id, func.sum(parts.c.amount_cents).label("cents"))
        .group_by(parts.c.payment_id)
        .subquery()
    )
    rows = session.execute(
        select(Payment, by_payment.c.cents)
        .join(by_payment, by_payment.c.payment_id == Payment.id)
        .where(Payment.practice_id == practice_id, Payment.cancelled_on.is_(None))
        .order_by(Payment.received_at.desc(), Payment.id.desc())
    )
    return [(row[0], int(row[1])) for row in rows]


def uses_of(
    session: Session, *, practice_id: int, payment_id: UUID
) -> list[tuple[Invoice, CreditUse]]:
    """Which invoices the credit of a payment settled since, the earliest use first."""
    rows = session.execute(
        select(Invoice, CreditUse)
        .join(
            CreditUse,
            and_(CreditUse.practice_id == Invoice.practice_id, CreditUse.invoice_id == Invoice.id),
        )
        .where(CreditUse.practice_id == practice_id, CreditUse.payment_id == payment_id)
        .order_by(CreditUse.used_at, CreditUse.id)
    )
    return [(row[0], row[1]) for row in rows]


def payments_of_day(
    session: Session, *, practice_id: int, account_id: UUID, cents: Cents, day: date
) -> list[Payment]:
    """Payments of this sum and day, however they came: who notes one more may be told."""
    return list(
        session.scalars(
            select(Payment).where(
                Payment.practice_id == practice_id,
                Payment.account_id == account_id,
                Payment.amount_cents == cents,
                Payment.booked_on == day,
                Payment.cancelled_on.is_(None),
            )
        )
    )
