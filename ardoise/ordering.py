"""The worker and orders about money: what staff asked for is done, once, each in its own transaction."""

from collections.abc import Callable, Mapping
from uuid import UUID

from ardoise import ordering_debts, ordering_desk, ordering_strays
from ardoise.giving_back import give_back
from ardoise.office import House
from ardoise.order_tries import put_off
from ardoise.patience import Patience
from shared.base.database import was_locked
from shared.base.log import describe_failure, get_logger
from shared.orders import (
    ASSIGN,
    CANCEL,
    FORGIVE,
    RECEIVE,
    REFUND,
    USE_CREDIT,
    orders_over,
    orders_to_do,
)

log = get_logger(__name__)
Doer = Callable[[House, int, UUID, Patience], None]
DOERS: Mapping[str, Doer] = {
    ASSIGN: ordering_strays.assign,
    CANCEL: ordering_desk.cancel,
    FORGIVE: ordering_debts.forgive,
    RECEIVE: ordering_desk.receive,
    REFUND: give_back,
    USE_CREDIT: ordering_desk.use,
}


def carry_out_orders(house: House, practice_id: int, patience: Patience | None = None) -> int:
    """Do what may be done now, the oldest first. Returns how many orders are over now: one that waits
    for the processor's answer is no news to anybody.

    Whatever goes wrong with one order is told, keeps no other from being done, and is tried again later.
    """
    patience = patience or Patience()
    with house.database.reading(practice_id) as session:
        due = orders_to_do(session, practice_id=practice_id, now=house.clock.now())
        waiting = {order.id: order.kind for order in due}
    for order_id in patience.held_last(waiting):
        if patience.would_wait(order_id):
            continue
        try:
            DOERS[waiting[order_id]](house, practice_id, order_id, patience)
            patience.let_go(order_id)
        except Exception as error:
            log.error("order.failed", order=str(order_id), **describe_failure(error))
            if was_locked(error):
                patience.held(order_id)
            else:
                put_off(house, practice_id, order_id)
    if not waiting:
        return 0
    with house.database.reading(practice_id) as session:
        return orders_over(session, practice_id=practice_id, orders=list(waiting))
