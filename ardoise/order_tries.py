"""An order about money that could not be done now: the next try comes after a growing wait."""

from uuid import UUID

from ardoise.office import House
from shared.orders import get_order, note_try


def put_off(house: House, practice_id: int, order_id: UUID) -> None:
    """Note that it was tried in vain, if there is still something to try."""
    with house.database.unit_of_work(practice_id) as work:
        order = get_order(work.session, practice_id=practice_id, order_id=order_id)
        if order.status in ("approved", "sent"):
            note_try(order, at=house.clock.now())
            work.commit()
