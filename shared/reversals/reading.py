"""Reading what was given back: what is left of a payment, and which refunds are behind the processor's."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, cast, literal, null, select, union_all
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

_SETTLED, _TAKEN, _CREDIT_USED, _CREDIT_BACK, _PENDING = (
    "settled",
    "taken",
    "used",
    "back",
    "pending",
)


@dataclass(frozen=True, slots=True)
class MoneyLeft:
    """What is still there of a payment (``split``), what of it is on its way back, in cents, and the numbers
    of the invoices that it settled."""

    split: RefundSplit
    pending_cents: Cents
    numbers: Mapping[UUID, str]

    @property
    def refundable_cents(self) -> Cents:
        """What can still be given back: all that is there and not on its way back."""
        there = max(self.split.credit, 0) + sum(self.split.shares.values())
        return max(there - self.pending_cents, 0)

    def preview(self, cents: Cents) -> RefundSplit:
        """What a refund would take from what, as things stand. Raises OverRefundError."""
        return split_refund(cents, credit=self.split.credit, settled=[*self.split.shares.items()])


def money_of(session: Session, payment: Payment) -> MoneyLeft:
    """What became of a payment; one statement. Of a cancelled one nothing is left."""
    if payment.cancelled_on is not None:
        return MoneyLeft(RefundSplit({}, 0), 0, {})
    moved = _moved(payment).subquery()
    rows = session.execute(
        select(moved.c.what, moved.c.invoice_id, Invoice.number, moved.c.cents)
        .outerjoin(
            Invoice,
            (Invoice.practice_id == payment.practice_id) & (Invoice.id == moved.c.invoice_id),
        )
        .order_by(Invoice.due_on.desc(), Invoice.number.desc(), moved.c.what)
    )
    settled: Counter[UUID] = Counter()
    sums: Counter[str] = Counter()
    numbers: dict[UUID, str] = {}
    for what, invoice_id, number, cents in rows:
        sums[what] += cents
        if invoice_id is not None:
            numbers[invoice_id] = number
            settled[invoice_id] += -cents if what == _TAKEN else cents
    credit = payment.credit_cents - sums[_CREDIT_BACK] - sums[_CREDIT_USED]
    split = RefundSplit({i: cents for i, cents in settled.items() if cents > 0}, credit)
    return MoneyLeft(split, sums[_PENDING], numbers)


def _moved(payment: Payment) -> CompoundSelect[Any]:
    """All that moved of a payment: (what, invoice_id, cents)."""

    def part(what: str, table: Any, cents: Any, invoice_id: Any = None) -> Select[Any]:
        return (
            select(
                literal(what).label("what"),
                cast(null(), Invoice.id.type).label("invoice_id")
                if invoice_id is None
                else invoice_id.label("invoice_id"),
                cents.label("cents"),
            )
            .select_from(table)
            .where(table.practice_id == payment.practice_id, table.payment_id == payment.id)
        )

    taken = part(_TAKEN, Refund, RefundShare.amount_cents, RefundShare.invoice_id).join(
        RefundShare,
        (RefundShare.practice_id == Refund.practice_id) & (RefundShare.refund_id == Refund.id),
    )
    return union_all(
        part(_SETTLED, PaymentShare, PaymentShare.amount_cents, PaymentShare.invoice_id),
        part(_SETTLED, CreditUse, CreditUse.amount_cents, CreditUse.invoice_id),
        taken,
        part(_CREDIT_USED, CreditUse, CreditUse.amount_cents),
        part(_CREDIT_BACK, Refund, Refund.credit_cents),
        part(_PENDING, Refund, Refund.amount_cents).where(Refund.status == "pending"),
    )


def money_left(session: Session, payment: Payment) -> RefundSplit:
    """What is still there of a payment: by invoice, the latest due first, and as credit.

    Credit that was used since is with the invoices that it settled. Of a cancelled payment nothing is.
    """
    return money_of(session, payment).split


def preview_refund(session: Session, payment: Payment, cents: Cents) -> RefundSplit:
    """What a refund would take from what, as things stand. Raises OverRefundError."""
    return money_of(session, payment).preview(cents)


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
