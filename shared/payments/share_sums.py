"""Sums of shares by what they are shares of: for holding them against it."""

from uuid import UUID

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import InstrumentedAttribute

from shared.payments.model import AttemptShare, PaymentShare
from shared.payments.refund_model import RefundShare


def summed(
    shares: type[AttemptShare | PaymentShare | RefundShare], of: InstrumentedAttribute[UUID]
) -> Subquery:
    """(practice_id, ``of``, cents) of such shares; ``of`` is the column that names their whole."""
    return (
        select(shares.practice_id, of, func.sum(shares.amount_cents).label("cents"))
        .group_by(shares.practice_id, of)
        .subquery()
    )
