"""What must always be true of orders about money."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, case, extract, func, literal, or_, select
from sqlalchemy.orm import aliased

from shared.base.invariants import Invariant
from shared.base.money import Cents
from shared.desk import HELD_BY
from shared.ledger import JournalEntry, JournalLine
from shared.orders import debt_invariants, desk_invariants, handed_invariants
from shared.orders.model import MoneyOrder
from shared.orders.rules import (
    A_DAY,
    A_YEAR,
    FORGIVE,
    KINDS,
    LEAVES,
    MONEY_ORDER,
    OPEN,
    OWN_MONEY,
    RECEIVE,
    REFUND,
)
from shared.payments import Payment, Refund
from shared.reversals import REFUND_CAUSES

_desk_refund = and_(
    Refund.practice_id == MoneyOrder.practice_id,
    Refund.processor_ref == literal("order:") + MoneyOrder.idempotency_key,
)
_till = case(HELD_BY, value=func.coalesce(MoneyOrder.method, Payment.method), else_="")
_left_its_till = (
    select(JournalLine.id)
    .join(
        JournalEntry,
        (JournalEntry.practice_id == JournalLine.practice_id)
        & (JournalEntry.id == JournalLine.entry_id),
    )
    .where(
        JournalEntry.practice_id == MoneyOrder.practice_id,
        JournalEntry.cause == literal(REFUND_CAUSES[0]) + Refund.processor_ref,
        JournalLine.ledger_account == _till,
        JournalLine.amount_cents == -MoneyOrder.amount_cents,
    )
    .correlate(MoneyOrder, Payment, Refund)
    .exists()
)


def _went_on_one_word(order: type[MoneyOrder]) -> ColumnElement[bool]:
    return and_(
        order.kind.in_(LEAVES),
        order.status.in_(("sent", "done")),
        order.decided_by.is_(None),
        order.alone.is_(False),
    )


_other, _came = aliased(MoneyOrder), aliased(MoneyOrder)
_seconds_between = extract("epoch", MoneyOrder.asked_at) - extract("epoch", _other.asked_at)


def _gone_with(*which: ColumnElement[bool]) -> ColumnElement[Cents]:
    """What went on one word, up to an order and with it, of ``which`` others it counts with."""
    return (
        select(func.sum(_other.amount_cents))
        .where(
            _other.practice_id == MoneyOrder.practice_id,
            _other.asked_at <= MoneyOrder.asked_at,
            _went_on_one_word(_other),
            *which,
        )
        .correlate(MoneyOrder)
        .scalar_subquery()
    )


def _by_asker(within: timedelta) -> ColumnElement[bool]:
    """The same person asked for it, so shortly before."""
    same = _other.asked_by == MoneyOrder.asked_by
    return same & (_seconds_between < within.total_seconds())


def _is_own(order: type[MoneyOrder]) -> ColumnElement[bool]:
    """Whether its payment was noted at the desk by whoever asks for it to be given back."""
    return (
        select(_came.id)
        .where(
            _came.practice_id == order.practice_id,
            _came.kind == RECEIVE,
            _came.payment_id == order.payment_id,
            _came.asked_by == order.asked_by,
        )
        .correlate(order)
        .exists()
    )


# As OneWord; of orders without a limit, from before it was kept, nothing can be said.
_too_much_on_one_word = or_(
    _gone_with(
        or_(_other.payment_id == MoneyOrder.payment_id, _other.stray_id == MoneyOrder.stray_id)
    )
    > MoneyOrder.limit_cents,
    _gone_with(_by_asker(A_DAY)) > MoneyOrder.limit_cents,
    (MoneyOrder.kind == FORGIVE)
    & (
        _gone_with(
            _other.kind == FORGIVE,
            _other.account_id == MoneyOrder.account_id,
            _seconds_between < A_YEAR.total_seconds(),
        )
        > MoneyOrder.limit_cents
    ),
    _is_own(MoneyOrder)
    & (_gone_with(_by_asker(OWN_MONEY), _is_own(_other)) > MoneyOrder.limit_cents),
)

INVARIANTS = (
    *desk_invariants.INVARIANTS,
    *handed_invariants.INVARIANTS,
    *debt_invariants.INVARIANTS,
    Invariant(
        "order-status",
        "every order about money is on its edge table, and over when it is ended",
        select(MoneyOrder.id).where(
            or_(
                MoneyOrder.status.not_in(MONEY_ORDER.statuses),
                MoneyOrder.kind.not_in(KINDS),
                MoneyOrder.status.in_(("done", "refused", "declined", "withdrawn"))
                & MoneyOrder.ended_at.is_(None),
                MoneyOrder.status.in_(sorted(OPEN)) & MoneyOrder.ended_at.is_not(None),
                (MoneyOrder.status == "refused") & MoneyOrder.outcome.is_(None),
            )
        ),
    ),
    Invariant(
        "order-four-eyes",
        "above what one alone may give back, of a payment, in a day, or of money that they noted "
        "themselves, somebody else agreed, or a day passed",
        select(MoneyOrder.id).where(
            MoneyOrder.kind.in_(LEAVES),
            or_(
                MoneyOrder.status.in_(("agreed", "approved", "declined", "sent", "done", "refused"))
                & (MoneyOrder.decided_by == MoneyOrder.asked_by),
                _went_on_one_word(MoneyOrder) & _too_much_on_one_word,
                MoneyOrder.alone
                & MoneyOrder.status.in_(("sent", "done"))
                & or_(
                    MoneyOrder.ended_at < MoneyOrder.not_before,
                    MoneyOrder.not_before <= MoneyOrder.asked_at,
                ),
            ),
        ),
    ),
    Invariant(
        "order-given-back",
        "an order to give back money of the desk is done when it is booked with its sum, and only then",
        select(MoneyOrder.id)
        .join(
            Payment,
            (Payment.practice_id == MoneyOrder.practice_id) & (Payment.id == MoneyOrder.payment_id),
        )
        .outerjoin(Refund, _desk_refund)
        .where(
            MoneyOrder.kind == REFUND,
            Payment.method.in_(sorted(HELD_BY)),
            or_(
                (MoneyOrder.status == "done") & Refund.id.is_(None),
                (MoneyOrder.status != "done") & Refund.id.is_not(None),
                Refund.amount_cents != MoneyOrder.amount_cents,
                Refund.payment_id != MoneyOrder.payment_id,
                Refund.id.is_not(None) & ~_left_its_till,
            ),
        ),
    ),
    Invariant(
        "order-of-one",
        "what goes back is of a payment of an account, or of one of nobody known",
        select(MoneyOrder.id).where(
            MoneyOrder.kind == REFUND,
            MoneyOrder.status.in_(("agreed", "approved", "sent", "done")),
            or_(
                MoneyOrder.payment_id.is_(None) == MoneyOrder.stray_id.is_(None),
                MoneyOrder.payment_id.is_(None) != MoneyOrder.account_id.is_(None),
            ),
        ),
    ),
    Invariant(
        "given-back-order",
        "money of the desk goes back by an order alone",
        select(Refund.id)
        .outerjoin(MoneyOrder, _desk_refund)
        .where(Refund.processor_ref.startswith("order:"), MoneyOrder.id.is_(None)),
    ),
)
