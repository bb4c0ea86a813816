"""What must always be true of money that goes back by hand, and waited for a colleague or for its day."""

from sqlalchemy import and_, or_, select

from shared.base.invariants import Invariant
from shared.desk import HELD_BY
from shared.orders.model import MoneyOrder
from shared.orders.rules import REFUND
from shared.payments import Payment

_its_payment = and_(
    Payment.practice_id == MoneyOrder.practice_id, Payment.id == MoneyOrder.payment_id
)
_by_hand = Payment.id.is_not(None) & Payment.method.in_(sorted(HELD_BY))
_waited = MoneyOrder.decided_by.is_not(None) | MoneyOrder.alone

INVARIANTS = (
    Invariant(
        "order-to-hand",
        "what is to be handed over goes back by hand, a colleague agreed to it or it waits its day, and "
        "nobody has handed it over",
        select(MoneyOrder.id)
        .outerjoin(Payment, _its_payment)
        .where(
            MoneyOrder.status == "agreed",
            or_(MoneyOrder.kind != REFUND, ~_by_hand, ~_waited, MoneyOrder.handed_at.is_not(None)),
        ),
    ),
    Invariant(
        "order-handed",
        "what waited for a colleague or for its day is given back by hand once somebody has handed it "
        "over, after that and not before, and is not stopped afterwards",
        select(MoneyOrder.id)
        .outerjoin(Payment, _its_payment)
        .where(
            MoneyOrder.kind == REFUND,
            or_(
                and_(
                    MoneyOrder.status.in_(("approved", "sent", "done")),
                    _by_hand,
                    _waited,
                    MoneyOrder.handed_at.is_(None),
                ),
                and_(
                    MoneyOrder.handed_at.is_not(None),
                    or_(
                        MoneyOrder.status.not_in(("approved", "done", "refused")),
                        ~_by_hand,
                        ~_waited,
                        MoneyOrder.handed_at < MoneyOrder.decided_at,
                        MoneyOrder.handed_at < MoneyOrder.not_before,
                    ),
                ),
                MoneyOrder.handed_by.is_not(None)
                & (MoneyOrder.handed_at.is_(None) | MoneyOrder.handed_name.is_(None)),
            ),
        ),
    ),
    Invariant(
        "order-dropped",
        "what somebody gave up although it was agreed to is over and was not handed over; it was whoever "
        "asked who withdrew it, and a colleague who stopped it",
        select(MoneyOrder.id).where(
            MoneyOrder.dropped_by.is_not(None),
            or_(
                MoneyOrder.status.not_in(("declined", "withdrawn")),
                MoneyOrder.handed_at.is_not(None),
                MoneyOrder.why.is_(None),
                (MoneyOrder.status == "withdrawn") & (MoneyOrder.dropped_by != MoneyOrder.asked_by),
                (MoneyOrder.status == "declined") & (MoneyOrder.dropped_by == MoneyOrder.asked_by),
            ),
        ),
    ),
)
