"""What must always be true of money given back."""

from sqlalchemy import CompoundSelect, case, func, or_, select, union_all

from shared.base.invariants import Invariant
from shared.ledger import AT_BANK, HOLDERS, JournalEntry, booked_by_cause
from shared.payments import CreditUse, Payment, PaymentShare, Refund, RefundShare, summed
from shared.reversals.refund_rules import REFUND, REFUND_CAUSES, REFUND_KINDS

_lost = summed(RefundShare, RefundShare.refund_id)
_given_back = (
    select(
        Refund.practice_id,
        Refund.payment_id,
        func.sum(
            case((Refund.status == "succeeded", Refund.amount_cents - Refund.beyond_cents), else_=0)
        ).label("cents"),
        func.sum(Refund.credit_cents).label("credit"),
    )
    .group_by(Refund.practice_id, Refund.payment_id)
    .subquery()
)
_out, _back = (booked_by_cause(*sorted(HOLDERS), AT_BANK, begin=begin) for begin in REFUND_CAUSES)


def _of_invoices() -> CompoundSelect[int]:
    """By payment and invoice: what it settled, at once or by its credit later, and less what was given
    back of it."""
    return union_all(
        select(
            PaymentShare.practice_id,
            PaymentShare.payment_id,
            PaymentShare.invoice_id,
            PaymentShare.amount_cents,
        ),
        select(
            CreditUse.practice_id,
            CreditUse.payment_id,
            CreditUse.invoice_id,
            CreditUse.amount_cents,
        ),
        select(
            Refund.practice_id,
            Refund.payment_id,
            RefundShare.invoice_id,
            -RefundShare.amount_cents,
        ).join(
            Refund,
            (Refund.practice_id == RefundShare.practice_id) & (Refund.id == RefundShare.refund_id),
        ),
    )


_parts = _of_invoices().subquery()
_cause_out, _cause_back = (begin + Refund.processor_ref for begin in REFUND_CAUSES)


INVARIANTS = (
    Invariant(
        "refund-status",
        "every refund is on its edge table; one that succeeded is booked, one that waits is not",
        select(Refund.id).where(
            or_(
                Refund.status.not_in(REFUND.statuses),
                (Refund.status == "succeeded") & Refund.booked_on.is_(None),
                (Refund.status == "pending") & Refund.booked_on.is_not(None),
            )
        ),
    ),
    Invariant(
        "refund-shares",
        "the parts of a refund add up to what the patient has of it",
        select(Refund.id)
        .outerjoin(
            _lost, (_lost.c.practice_id == Refund.practice_id) & (_lost.c.refund_id == Refund.id)
        )
        .where(
            func.coalesce(_lost.c.cents, 0) + Refund.credit_cents + Refund.beyond_cents
            != case((Refund.status == "succeeded", Refund.amount_cents), else_=0)
        ),
    ),
    Invariant(
        "refund-most",
        "never more is given back of a payment than was received, but what a bank took twice",
        select(Payment.id)
        .join(
            _given_back,
            (_given_back.c.practice_id == Payment.practice_id)
            & (_given_back.c.payment_id == Payment.id),
        )
        .where(
            or_(
                _given_back.c.cents > Payment.amount_cents,
                _given_back.c.credit > Payment.credit_cents,
            )
        ),
    ),
    Invariant(
        "refund-of-invoice",
        "no invoice loses more by refunds of a payment than the payment settled of it",
        select(_parts.c.invoice_id)
        .group_by(_parts.c.practice_id, _parts.c.payment_id, _parts.c.invoice_id)
        .having(func.sum(_parts.c.amount_cents) < 0),
    ),
    Invariant(
        "refund-booked",
        "every refund is booked once with its sum, and booked back once when it failed after that",
        select(Refund.id)
        .outerjoin(
            _out,
            (_out.c.practice_id == Refund.practice_id) & (_out.c.cause == _cause_out),
        )
        .outerjoin(
            _back,
            (_back.c.practice_id == Refund.practice_id) & (_back.c.cause == _cause_back),
        )
        .where(
            or_(
                func.coalesce(_out.c.cents, 0)
                != case((Refund.booked_on.is_not(None), -Refund.amount_cents), else_=0),
                func.coalesce(_back.c.cents, 0)
                != case(
                    (
                        Refund.booked_on.is_not(None) & (Refund.status == "failed"),
                        Refund.amount_cents,
                    ),
                    else_=0,
                ),
            )
        ),
    ),
    Invariant(
        "booked-refund",
        "every refund of the journal was made",
        select(JournalEntry.id)
        .outerjoin(
            Refund,
            (Refund.practice_id == JournalEntry.practice_id)
            & JournalEntry.cause.in_([_cause_out, _cause_back]),
        )
        .where(
            JournalEntry.kind.in_(REFUND_KINDS),
            Refund.id.is_(None),
        ),
    ),
)
