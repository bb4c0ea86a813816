"""What must always be true of orders to give up a debt: each that is done is what came of it."""

from sqlalchemy import and_, func, or_, select

from shared.base.invariants import Invariant
from shared.forgiving import NATURES, WAIVED, WRITTEN_OFF, Forgiveness
from shared.orders.model import MoneyOrder, OrderShare
from shared.orders.rules import FORGIVE

_its_order = and_(
    MoneyOrder.practice_id == Forgiveness.practice_id,
    MoneyOrder.id == Forgiveness.order_id,
    MoneyOrder.kind == FORGIVE,
    MoneyOrder.status == "done",
    MoneyOrder.account_id == Forgiveness.account_id,
)
_sums = (
    select(
        OrderShare.practice_id,
        OrderShare.order_id,
        func.sum(OrderShare.amount_cents).label("cents"),
    )
    .group_by(OrderShare.practice_id, OrderShare.order_id)
    .subquery()
)
_written_off = tuple(reason for reason, nature in NATURES.items() if nature == WRITTEN_OFF)

INVARIANTS = (
    Invariant(
        "forgiven-order",
        "a debt is given up by an order that is done, with its reason, on its own account",
        select(Forgiveness.id)
        .outerjoin(MoneyOrder, _its_order)
        .where(
            or_(
                MoneyOrder.id.is_(None),
                (Forgiveness.nature == WAIVED) == MoneyOrder.reason.in_(_written_off),
            )
        ),
    ),
    Invariant(
        "order-forgiven",
        "each share of an order to give up a debt is given up once it is done, and only then",
        select(OrderShare.id)
        .join(
            MoneyOrder,
            and_(
                MoneyOrder.practice_id == OrderShare.practice_id,
                MoneyOrder.id == OrderShare.order_id,
            ),
        )
        .outerjoin(
            Forgiveness,
            and_(
                Forgiveness.practice_id == OrderShare.practice_id,
                Forgiveness.order_id == OrderShare.order_id,
                Forgiveness.invoice_id == OrderShare.invoice_id,
                Forgiveness.amount_cents == OrderShare.amount_cents,
            ),
        )
        .where(
            or_(
                MoneyOrder.kind != FORGIVE,
                (MoneyOrder.status == "done") == Forgiveness.id.is_(None),
            )
        ),
    ),
    Invariant(
        "order-shares",
        "the shares of what is done add up to its sum, to the cent",
        select(MoneyOrder.id)
        .outerjoin(
            _sums,
            and_(_sums.c.practice_id == MoneyOrder.practice_id, _sums.c.order_id == MoneyOrder.id),
        )
        .where(
            MoneyOrder.kind == FORGIVE,
            MoneyOrder.status == "done",
            func.coalesce(_sums.c.cents, 0) != MoneyOrder.amount_cents,
        ),
    ),
)
