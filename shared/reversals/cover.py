"""Money that went twice, by a refund and by a bank: what comes back of one fills what the other took.

What both had taken is owed again once, by whichever remains.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.base.money import Cents
from shared.payments import Refund, RefundShare


def cover(
    session: Session, refund: Refund, shares: Sequence[RefundShare]
) -> tuple[Cents, list[Refund]]:
    """Let others of the same payment that went beyond it take over what ``refund`` had taken of it.

    ``shares`` are its own, the latest due first, and are lessened: the oldest debt stays paid. Returns
    the sum, and those others.
    """
    beyond = list(
        session.scalars(
            select(Refund)
            .where(
                Refund.practice_id == refund.practice_id,
                Refund.payment_id == refund.payment_id,
                Refund.id != refund.id,
                Refund.beyond_cents > 0,
            )
            .order_by(Refund.refunded_at, Refund.id)
        )
    )
    moved = 0
    for other in beyond:
        part = min(other.beyond_cents, max(refund.credit_cents, 0))
        refund.credit_cents -= part
        other.credit_cents += part
        other.beyond_cents -= part
        moved += part
        for share in shares:
            part = min(other.beyond_cents, share.amount_cents)
            if part:
                _give(session, share, other, part)
                moved += part
    return moved, beyond


def _give(session: Session, share: RefundShare, other: Refund, cents: Cents) -> None:
    known = session.scalar(
        select(RefundShare).where(
            RefundShare.practice_id == other.practice_id,
            RefundShare.refund_id == other.id,
            RefundShare.invoice_id == share.invoice_id,
        )
    )
    if known is not None:
        known.amount_cents += cents
    else:
        session.add(
            RefundShare(
                practice_id=other.practice_id,
                refund_id=other.id,
                invoice_id=share.invoice_id,
                amount_cents=cents,
            )
        )
        session.flush()
    share.amount_cents -= cents
    other.beyond_cents -= cents
