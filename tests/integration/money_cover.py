"""What must be true whenever money that went twice comes back once, said in its own simple way."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.billing import Invoice
from shared.payments import Refund, RefundShare
from shared.reversals import booking
from shared.reversals.cover import cover


@contextmanager
def watched_covers() -> Iterator[None]:
    """Each time: what others had taken beyond the payment, the earliest first, they take over of the
    credit first, then of the invoices, the latest due first."""

    def watched(
        session: Session, refund: Refund, shares: Sequence[RefundShare]
    ) -> tuple[int, list[Refund]]:
        others = _others(session, refund)
        beyond = [one.beyond_cents for one in others]
        held = _held(session, others)
        credits = sum(one.credit_cents for one in others)
        credit = max(refund.credit_cents, 0)
        parts = {share.invoice_id: share.amount_cents for share in shares}
        answer = cover(session, refund, shares)
        taken = min(sum(beyond), credit + sum(parts.values()))
        assert answer[0] == taken
        assert [one.beyond_cents for one in others] == _less(beyond, taken)
        latest_first = _latest_due_first(session, refund, parts)
        left = _less([credit, *(parts[i] for i in latest_first)], taken)
        assert max(refund.credit_cents, 0) == left[0]
        assert {s.invoice_id: s.amount_cents for s in shares} == dict(
            zip(latest_first, left[1:], strict=True)
        )
        assert sum(one.credit_cents for one in others) - credits == credit - left[0]
        for invoice_id, now in zip(latest_first, left[1:], strict=True):
            held[invoice_id] += parts[invoice_id] - now
        assert +_held(session, others) == +held
        return answer

    with patch.object(booking, "cover", watched):
        yield


def _less(parts: Sequence[int], taken: int) -> list[int]:
    """What is left of each when so much is taken, from the first on."""
    left = []
    for part in parts:
        left.append(part - min(part, taken))
        taken -= min(part, taken)
    return left


def _others(session: Session, refund: Refund) -> list[Refund]:
    query = select(Refund).where(
        Refund.practice_id == refund.practice_id,
        Refund.payment_id == refund.payment_id,
        Refund.id != refund.id,
        Refund.beyond_cents > 0,
    )
    return list(session.scalars(query.order_by(Refund.refunded_at, Refund.id)))


def _held(session: Session, refunds: Sequence[Refund]) -> Counter[UUID]:
    """By invoice, what these have taken of it."""
    held: Counter[UUID] = Counter()
    query = select(RefundShare).where(RefundShare.refund_id.in_([one.id for one in refunds]))
    for share in session.scalars(query):
        held[share.invoice_id] += share.amount_cents
    return held


def _latest_due_first(session: Session, refund: Refund, parts: dict[UUID, int]) -> list[UUID]:
    invoices = [session.get_one(Invoice, (refund.practice_id, i)) for i in parts]
    invoices.sort(key=lambda invoice: (invoice.due_on, invoice.number), reverse=True)
    return [invoice.id for invoice in invoices]
