"""Reading payments that were received."""

from uuid import UUID

from sqlalchemy import and_, bindparam, select, tuple_
from sqlalchemy.orm import Session

from shared.base.errors import NotFoundError
from shared.base.money import Cents
from shared.billing import Invoice
from shared.payments.model import (
    Payment,
    PaymentShare,
)

_PAYMENTS = (
    select(Payment)
    .where(
        Payment.practice_id == bindparam("practice_id"),
        Payment.account_id == bindparam("account_id"),
    )
    .order_by(Payment.received_at.desc(), Payment.id.desc())
)


def payments_of(session: Session, *, practice_id: int, account_id: UUID) -> list[Payment]:
    """Payments received on an account, the latest first."""
    found = session.scalars(_PAYMENTS, {"practice_id": practice_id, "account_id": account_id})
    return list(found)


PAGE_OF_PAYMENTS = 20


def older_payments(
    session: Session, *, practice_id: int, account_id: UUID, than: UUID | None = None
) -> tuple[list[Payment], bool]:
    """A page of payments, the latest first, and whether there are older ones still.

    ``than`` is a payment of this very account, the last of the page before. Raises NotFoundError.
    """
    query = _PAYMENTS.limit(PAGE_OF_PAYMENTS + 1)
    if than is not None:
        last, _ = get_payment(
            session, practice_id=practice_id, account_id=account_id, payment_id=than
        )
        query = query.where(
            tuple_(Payment.received_at, Payment.id) < tuple_(last.received_at, last.id)
        )
    found = session.scalars(query, {"practice_id": practice_id, "account_id": account_id}).all()
    return list(found[:PAGE_OF_PAYMENTS]), len(found) > PAGE_OF_PAYMENTS


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
