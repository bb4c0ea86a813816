"""What must always be true of orders that the desk gave and that are done: each is what came of it."""

from sqlalchemy import and_, exists, or_, select

from shared.base.invariants import Invariant, names_row
from shared.desk import HELD_BY
from shared.orders.model import MoneyOrder
from shared.orders.rules import ASSIGN, CANCEL, RECEIVE
from shared.payments import Payment, StrayPayment

_named_after_it = names_row(Payment.processor_ref, MoneyOrder.id, begin="order:")
_its_payment = and_(
    Payment.practice_id == MoneyOrder.practice_id, Payment.id == MoneyOrder.payment_id
)

INVARIANTS = (
    Invariant(
        "order-received",
        "an order to note money of the desk is done when the payment that bears its name is booked, on "
        "its account and with its sum, and only then",
        select(MoneyOrder.id)
        .outerjoin(Payment, _its_payment)
        .where(
            MoneyOrder.kind == RECEIVE,
            or_(
                (MoneyOrder.status == "done") & Payment.id.is_(None),
                (MoneyOrder.status != "done") & MoneyOrder.payment_id.is_not(None),
                ~_named_after_it,
                Payment.account_id != MoneyOrder.account_id,
                Payment.amount_cents != MoneyOrder.amount_cents,
            ),
        ),
    ),
    Invariant(
        "received-order",
        "every payment at the desk was noted by somebody's order, which is done",
        select(Payment.id).where(
            Payment.method.in_(sorted(HELD_BY)),
            ~exists().where(_its_payment, MoneyOrder.kind == RECEIVE, MoneyOrder.status == "done"),
        ),
    ),
    Invariant(
        "order-assigned-or-cancelled",
        "where an order to assign or to cancel is done, the payment is that account's, or cancelled",
        select(MoneyOrder.id)
        .outerjoin(Payment, _its_payment)
        .outerjoin(
            StrayPayment,
            and_(
                StrayPayment.practice_id == MoneyOrder.practice_id,
                StrayPayment.id == MoneyOrder.stray_id,
                StrayPayment.status == "assigned",
                StrayPayment.payment_id == MoneyOrder.payment_id,
            ),
        )
        .where(
            MoneyOrder.status == "done",
            MoneyOrder.kind.in_((ASSIGN, CANCEL)),
            or_(
                Payment.id.is_(None),
                Payment.account_id != MoneyOrder.account_id,
                (MoneyOrder.kind == ASSIGN) & StrayPayment.id.is_(None),
                (MoneyOrder.kind == CANCEL) & Payment.cancelled_on.is_(None),
            ),
        ),
    ),
)
