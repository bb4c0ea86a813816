"""What must always be true of payments of nobody known."""

from sqlalchemy import ColumnElement, SQLColumnExpression, Subquery, and_, case, func, or_, select

from shared.base.invariants import Invariant
from shared.ledger import PROCESSOR, JournalEntry, booked_by_cause
from shared.payments.model import Payment
from shared.payments.stray_model import StrayPayment
from shared.payments.stray_rules import (
    ASSIGNED,
    CAME,
    RETURN,
    RETURN_BACK,
    SEIZED,
    SEIZED_BACK,
    STRAY_KINDS,
    STRAY_PAYMENT,
)

_came, _out, _back, _left, _taken, _taken_back = (
    booked_by_cause(PROCESSOR, begin=begin)
    for begin in (CAME, RETURN, RETURN_BACK, ASSIGNED, SEIZED, SEIZED_BACK)
)


def _begins(cause: SQLColumnExpression[str], begin: str) -> ColumnElement[bool]:
    """Whether a cause begins so and goes on with this very payment's name."""
    whole = begin + StrayPayment.processor_ref + ":"
    return func.substr(cause, 1, func.length(whole)) == whole


def _returns(booked: Subquery, begin: str) -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(booked.c.cents), 0))
        .where(booked.c.practice_id == StrayPayment.practice_id, _begins(booked.c.cause, begin))
        .correlate(StrayPayment)
        .scalar_subquery()
    )


def _sum(booked: Subquery, begin: str) -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(booked.c.cents), 0))
        .where(
            booked.c.practice_id == StrayPayment.practice_id,
            booked.c.cause == begin + StrayPayment.processor_ref,
        )
        .correlate(StrayPayment)
        .scalar_subquery()
    )


_refunded = -(_returns(_out, RETURN) + _returns(_back, RETURN_BACK))
_disputed = -(_returns(_taken, SEIZED) + _returns(_taken_back, SEIZED_BACK))
_here = StrayPayment.amount_cents - StrayPayment.returned_cents

INVARIANTS = (
    Invariant(
        "stray-status",
        "every payment of nobody known is on its edge table; it went back when nothing is left of it",
        select(StrayPayment.id).where(
            or_(
                StrayPayment.status.not_in(STRAY_PAYMENT.statuses),
                StrayPayment.returned_cents < 0,
                # a bank may take what had gone back already
                _refunded > StrayPayment.amount_cents,
                _disputed > StrayPayment.amount_cents,
                (StrayPayment.status == "found") & (_here <= 0),
                (StrayPayment.status == "returned") & (_here > 0),
                (StrayPayment.status == "assigned") != StrayPayment.payment_id.is_not(None),
            )
        ),
    ),
    Invariant(
        "stray-booked",
        "every payment of nobody known is booked once, and so is what went back of it or a bank took",
        select(StrayPayment.id).where(
            or_(
                _sum(_came, CAME) != StrayPayment.amount_cents,
                _refunded + _disputed != StrayPayment.returned_cents,
                _sum(_left, ASSIGNED) != case((StrayPayment.status == "assigned", -_here), else_=0),
            )
        ),
    ),
    Invariant(
        "stray-assigned",
        "a payment of nobody known that was assigned is that account's payment, with its whole sum",
        select(StrayPayment.id)
        .outerjoin(
            Payment,
            and_(
                Payment.practice_id == StrayPayment.practice_id,
                Payment.id == StrayPayment.payment_id,
                Payment.processor_ref == StrayPayment.processor_ref,
                Payment.account_id == StrayPayment.account_id,
                Payment.amount_cents == StrayPayment.amount_cents,
            ),
        )
        .where(StrayPayment.status == "assigned", Payment.id.is_(None)),
    ),
    Invariant(
        "stray-once",
        "no money is nobody's and an account's at once",
        select(StrayPayment.id)
        .join(
            Payment,
            (Payment.practice_id == StrayPayment.practice_id)
            & (Payment.processor_ref == StrayPayment.processor_ref),
        )
        .where(StrayPayment.status != "assigned"),
    ),
    Invariant(
        "booked-stray",
        "every entry of money of nobody known names such a payment",
        select(JournalEntry.id)
        .outerjoin(
            StrayPayment,
            (StrayPayment.practice_id == JournalEntry.practice_id)
            & or_(
                JournalEntry.cause == CAME + StrayPayment.processor_ref,
                JournalEntry.cause == ASSIGNED + StrayPayment.processor_ref,
                _begins(JournalEntry.cause, RETURN),
                _begins(JournalEntry.cause, RETURN_BACK),
                _begins(JournalEntry.cause, SEIZED),
                _begins(JournalEntry.cause, SEIZED_BACK),
            ),
        )
        .where(JournalEntry.kind.in_(STRAY_KINDS), StrayPayment.id.is_(None)),
    ),
)
