"""The worker and payments at the desk that were none: patients are told, kindly, and once."""

from datetime import timedelta

from ardoise.office import House
from ardoise.telling import plan_told
from shared.delivery import News
from shared.orders import CANCEL, orders_done_since

TOLD_WITHIN = timedelta(days=3)
CANCELLED = "payment_cancelled"


def tell_cancelled(house: House, practice_id: int) -> int:
    """Plan a neutral word for each payment that was cancelled. Returns how many were planned."""
    now = house.clock.now()
    with house.database.reading(practice_id) as session:
        done = orders_done_since(
            session, practice_id=practice_id, kind=CANCEL, since=now - TOLD_WITHIN
        )
        news = [
            News(order.account_id, order.payment_id, 0, CANCELLED)
            for order in done
            if order.account_id is not None and order.payment_id is not None
        ]
    return plan_told(house, practice_id, news, at=now)
