"""Whether we know of refunds as the processor tells of them, or of what came of them since it told."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.payments import (
    RETURN,
    RETURN_BACK,
    Payment,
    Refund,
    StrayPayment,
    booked_returns,
)
from shared.processor import Refunded

_ENDS = ("pending", "succeeded", "failed")  # how a refund moves on


def knows_refunds(
    session: Session,
    stray: StrayPayment,
    told: Iterable[Refunded],
    *,
    asked_at: datetime | None = None,
) -> bool:
    """The same of a payment that was nobody's at first. Where nothing came of a refund here, one that
    waits or failed took nothing either."""
    if stray.status == "assigned":
        payment = session.get_one(Payment, (stray.practice_id, stray.payment_id))
        return knows_refunds_of(session, payment, told, asked_at=asked_at)
    booked = booked_returns(session, stray)
    for one in told:
        out = booked.get(f"{RETURN}{stray.processor_ref}:{one.refund_id}")
        back = booked.get(f"{RETURN_BACK}{stray.processor_ref}:{one.refund_id}")
        if out is None:
            if one.status == "succeeded":
                return False
        elif not _fits(one, "failed" if back else "succeeded", back or out, asked_at=asked_at):
            return False
    return True


def knows_refunds_of(
    session: Session,
    payment: Payment,
    told: Iterable[Refunded],
    *,
    asked_at: datetime | None = None,
) -> bool:
    """Whether refunds of a payment stand here as they are told, or moved on since ``asked_at``: what the
    processor said when it was asked then is older than what we know, while of what moved before it knew.
    None where only what is further along at the processor is looked for."""
    rows = session.execute(
        select(Refund.processor_ref, Refund.status, Refund.moved_at).where(
            Refund.practice_id == payment.practice_id, Refund.payment_id == payment.id
        )
    )
    known = {name: (status, at) for name, status, at in rows}
    return all(
        one.refund_id in known and _fits(one, *known[one.refund_id], asked_at=asked_at)
        for one in told
    )


def _fits(told: Refunded, status: str, moved_at: datetime, *, asked_at: datetime | None) -> bool:
    further = _ENDS.index(status) > _ENDS.index(told.status)
    return status == told.status or (further and (asked_at is None or moved_at >= asked_at))
