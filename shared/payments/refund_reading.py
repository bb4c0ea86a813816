"""What refunds and disputes mean for what is owed: by invoice what was paid, given back, looked at."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, case, func, or_, select
from sqlalchemy.orm import Session

from shared.accounts import Hold
from shared.base.money import Cents
from shared.billing import Invoice
from shared.payments.credit_model import CreditUse
from shared.payments.model import Payment, PaymentShare
from shared.payments.refund_kinds import (
    HELD_FOR_DISPUTE,
    HELD_FOR_REFUND,
    OF_DISPUTE,
    OURS,
)
from shared.payments.refund_model import Refund, RefundShare


def refunded_of_invoice() -> ScalarSelect[int]:
    """Of an invoice in an outer statement: what was given back of the payments that settled it."""
    return (
        select(func.coalesce(func.sum(RefundShare.amount_cents), 0))
        .where(
            RefundShare.practice_id == Invoice.practice_id,
            RefundShare.invoice_id == Invoice.id,
        )
        .correlate(Invoice)
        .scalar_subquery()
    )


def received_of_invoice() -> ColumnElement[int]:
    """Of an invoice in an outer statement: what payments settled of it, when they came or by their
    credit later; those that were cancelled did not."""
    return _settled_of_invoice(PaymentShare) + _settled_of_invoice(CreditUse)


def _settled_of_invoice(parts: type[PaymentShare | CreditUse]) -> ScalarSelect[int]:
    return (
        select(func.coalesce(func.sum(parts.amount_cents), 0))
        .join(
            Payment,
            (Payment.practice_id == parts.practice_id) & (Payment.id == parts.payment_id),
        )
        .where(
            parts.practice_id == Invoice.practice_id,
            parts.invoice_id == Invoice.id,
            Payment.cancelled_on.is_(None),
        )
        .correlate(Invoice)
        .scalar_subquery()
    )


def kept_of_invoice(session: Session, invoice: Invoice) -> Cents:
    """What was paid here of an invoice and not given back."""
    kept = select(received_of_invoice() - refunded_of_invoice()).where(
        Invoice.practice_id == invoice.practice_id, Invoice.id == invoice.id
    )
    return int(session.scalar(kept) or 0)


def checked_of_invoice() -> ScalarSelect[int]:
    """Of an invoice in an outer statement: what refunds or disputes opened again since a person is asked
    to look at it, or all that they opened where staff placed the pause. Nobody is to pay that, as far
    as it is still open, while the account is held for it."""
    return (
        select(func.coalesce(func.sum(RefundShare.amount_cents), 0))
        .join(
            Refund,
            (Refund.practice_id == RefundShare.practice_id) & (Refund.id == RefundShare.refund_id),
        )
        .join(
            Hold,
            (Hold.practice_id == Refund.practice_id) & (Hold.account_id == Refund.account_id),
        )
        .where(
            RefundShare.practice_id == Invoice.practice_id,
            RefundShare.invoice_id == Invoice.id,
            Refund.status == "succeeded",
            or_(Hold.placed_by.not_in(OURS), Refund.moved_at >= Hold.placed_at),
            Hold.kind == case((Refund.kind == OF_DISPUTE, HELD_FOR_DISPUTE), else_=HELD_FOR_REFUND),
            Hold.status == "active",
            Hold.invoice_id.is_(None),
        )
        .correlate(Invoice)
        .scalar_subquery()
    )


def refunds_of(
    session: Session, *, practice_id: int, payments: Collection[UUID]
) -> dict[UUID, list[Refund]]:
    """The refunds of some payments, the oldest first; a payment without any is not named."""
    found: dict[UUID, list[Refund]] = defaultdict(list)
    if payments:
        query = (
            select(Refund)
            .where(Refund.practice_id == practice_id, Refund.payment_id.in_(payments))
            .order_by(Refund.refunded_at, Refund.id)
        )
        for refund in session.scalars(query):
            found[refund.payment_id].append(refund)
    return dict(found)
