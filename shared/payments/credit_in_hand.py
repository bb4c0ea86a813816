"""What a patient has in hand: money that settled nothing when it came and that nobody is giving back."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, case, func, select

from shared.payments.credit_model import CreditUse
from shared.payments.model import Payment
from shared.payments.refund_model import Refund


def left_of_credit() -> ColumnElement[int]:
    """Of a payment in an outer statement that was not cancelled: its credit, less what was given back or
    used of it."""
    used = (
        select(func.coalesce(func.sum(CreditUse.amount_cents), 0))
        .where(CreditUse.practice_id == Payment.practice_id, CreditUse.payment_id == Payment.id)
        .correlate(Payment)
        .scalar_subquery()
    )
    returned = select(func.coalesce(func.sum(Refund.credit_cents), 0))
    return Payment.credit_cents - _of_payment(returned) - used


def free_credit(practice_id: Any, account_id: Any) -> ScalarSelect[int]:
    """All that an account has in hand, but for what a refund that waits at the processor takes first, in
    cents. The two are columns of an outer statement, or values."""
    waits = select(func.coalesce(func.sum(Refund.amount_cents), 0)).where(
        Refund.status == "pending"
    )
    free = left_of_credit() - _of_payment(waits)
    return (
        select(func.coalesce(func.sum(case((free > 0, free), else_=0)), 0))
        .where(
            Payment.practice_id == practice_id,
            Payment.account_id == account_id,
            Payment.cancelled_on.is_(None),
            Payment.credit_cents > 0,
        )
        .correlate_except(Payment)
        .scalar_subquery()
    )


def _of_payment(refunds: Any) -> ScalarSelect[int]:
    summed: ScalarSelect[int] = (
        refunds.where(Refund.practice_id == Payment.practice_id, Refund.payment_id == Payment.id)
        .correlate(Payment)
        .scalar_subquery()
    )
    return summed
