"""Reading what was given back: what is left of a payment, and which refunds are behind the processor's."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Subquery, func, select, union_all
from sqlalchemy.orm import Session

from shared.base.money import Cents
from shared.billing import Invoice
from shared.payments import (
    OF_DISPUTE,
    OF_REFUND,
    CreditUse,
    Payment,
    PaymentAttempt,
    PaymentShare,
    Refund,
    RefundShare,
)
from shared.processor import Refunded
from shared.reversals.refund_rules import RefundSplit, split_refund


def money_left(session: Session, payment: Payment) -> RefundSplit:
    """What is still there of a payment: by invoice, the latest due first, and as credit.

    Credit that was used since is with the invoices that it settled. Of a cancelled payment nothing is.
    """
    if payment.cancelled_on is not None:
        return RefundSplit({}, 0)
    mine = (Refund.practice_id == payment.practice_id) & (Refund.payment_id == payment.id)
    lost: dict[UUID, int] = defaultdict(int)
    for invoice_id, cents in session.execute(
        select(RefundShare.invoice_id, RefundShare.amount_cents)
        .join(
            Refund,
            (Refund.practice_id == RefundShare.practice_id) & (Refund.id == RefundShare.refund_id),
        )
        .where(mine)
    ):
        lost[invoice_id] += cents
    parts = settled_by(payment)
    settled = session.execute(
        select(Invoice.id, func.sum(parts.c.amount_cents))
        .join(parts, parts.c.invoice_id == Invoice.id)
        .where(Invoice.practice_id == payment.practice_id)
        .group_by(Invoice.id, Invoice.due_on, Invoice.number)
        .order_by(Invoice.due_on.desc(), Invoice.number.desc())
    )
    returned = session.scalar(select(func.coalesce(func.sum(Refund.credit_cents), 0)).where(mine))
    used = session.scalar(
        select(func.coalesce(func.sum(CreditUse.amount_cents), 0)).where(
            CreditUse.practice_id == payment.practice_id, CreditUse.payment_id == payment.id
        )
    )
    return RefundSplit(
        {i: left for i, cents in settled if (left := int(cents) - lost[i]) > 0},
        payment.credit_cents - int(returned or 0) - int(used or 0),
    )


def settled_by(payment: Payment) -> Subquery:
    """(invoice_id, amount_cents) of what a payment settled, when it came and by its credit later."""
    return union_all(
        *(
            select(parts.invoice_id, parts.amount_cents).where(
                parts.practice_id == payment.practice_id, parts.payment_id == payment.id
            )
            for parts in (PaymentShare, CreditUse)
        )
    ).subquery()


def refundable(session: Session, payment: Payment) -> Cents:
    """What can still be given back of a payment: all that is there and not on its way back."""
    if payment.cancelled_on is not None:
        return 0
    left = money_left(session, payment)
    on_the_way = session.scalar(
        select(func.coalesce(func.sum(Refund.amount_cents), 0)).where(
            Refund.practice_id == payment.practice_id,
            Refund.payment_id == payment.id,
            Refund.status == "pending",
        )
    )
    return max(max(left.credit, 0) + sum(left.shares.values()) - int(on_the_way or 0), 0)


def preview_refund(session: Session, payment: Payment, cents: Cents) -> RefundSplit:
    """What a refund would take from what, as things stand. Raises OverRefundError."""
    left = money_left(session, payment)
    return split_refund(cents, credit=left.credit, settled=[*left.shares.items()])


def is_taken(session: Session, payment: Payment) -> bool:
    """Whether a bank ever took the money of a payment."""
    query = select(Refund.id).where(
        Refund.practice_id == payment.practice_id,
        Refund.payment_id == payment.id,
        Refund.kind == OF_DISPUTE,
    )
    return session.scalar(query.limit(1)) is not None


def is_given_back(session: Session, payment: Payment) -> bool:
    """Whether nothing is left of a payment."""
    left = money_left(session, payment)
    return not left.shares and left.credit <= 0


def refunds_since(session: Session, *, practice_id: int, since: datetime) -> list[Refund]:
    """Refunds whose money is with the patient and of which we learnt since then."""
    return list(
        session.scalars(
            select(Refund)
            .where(
                Refund.practice_id == practice_id,
                Refund.kind == OF_REFUND,
                Refund.moved_at > since,
                Refund.status == "succeeded",
            )
            .order_by(Refund.moved_at, Refund.id)
        )
    )


def is_refunded(session: Session, *, practice_id: int, refund_id: UUID) -> bool:
    """Whether a refund's money is with the patient."""
    refund = session.get(Refund, (practice_id, refund_id))
    return refund is not None and refund.status == "succeeded"


def attempts_behind(
    session: Session, *, practice_id: int, told: Iterable[Refunded]
) -> dict[UUID, UUID]:
    """Attempts of which the processor tells another refund than we know, each with its account; and
    those whose refund waits here for its outcome."""
    by_intent: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in told:
        if one.intent_id is not None:
            by_intent[one.intent_id].add((one.refund_id, one.status))
    rows = session.execute(
        select(PaymentAttempt.id, PaymentAttempt.account_id, PaymentAttempt.processor_intent).where(
            PaymentAttempt.practice_id == practice_id,
            PaymentAttempt.status == "succeeded",
            PaymentAttempt.processor_intent.in_(by_intent),
        )
    ).all()
    known = {
        tuple(row)
        for row in session.execute(
            select(Refund.processor_ref, Refund.status).where(
                Refund.practice_id == practice_id,
                Refund.processor_ref.in_([ref for pairs in by_intent.values() for ref, _ in pairs]),
            )
        )
    }
    behind = {row.id: row.account_id for row in rows if by_intent[row.processor_intent] - known}
    waiting = session.execute(
        select(Payment.attempt_id, Payment.account_id)
        .join(
            Refund, (Refund.practice_id == Payment.practice_id) & (Refund.payment_id == Payment.id)
        )
        .where(Refund.practice_id == practice_id, Refund.status == "pending")
    )
    return behind | {attempt: account for attempt, account in waiting if attempt is not None}
