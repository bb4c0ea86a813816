"""Money by hand that was agreed to before anybody noted its handing over, and the way up and down."""

from uuid import UUID

import pytest
from sqlalchemy import text

from shared.base.database import Database
from shared.base.migrating import downgrade, upgrade
from tests.integration.desk_money import paid_at_desk
from tests.integration.refund_desk import RefundDesk
from tests.integration.test_refunds import paid
from tests.integration.till import Till

BEFORE = "0015"


@pytest.fixture
def desk(till: Till) -> RefundDesk:
    return RefundDesk.of(till)


def by_hand(desk: RefundDesk, *events: str) -> UUID:
    """A large sum of the desk, with what people did about it."""
    order = desk.ask(paid_at_desk(desk.till, cents=40_000), 20_000, method="cash")
    for event in events:
        by = "manager" if event in ("approve", "decline") else "owner"
        desk.decide(order, event, by=by)
    return order


def there_and_back(till: Till, *between: str) -> None:
    """To the version before, where this happens, and up again."""
    url = till.world.settings.database_url
    till.world.database.dispose()
    downgrade(url, BEFORE)
    old = Database(url)
    for statement in between:
        with old.unit_of_work() as work:
            work.session.execute(text(statement))
            work.commit()
    old.dispose()
    upgrade(url)


def test_what_is_in_the_books_stays_and_nobody_is_named_who_is_not_known(
    till: Till, desk: RefundDesk
) -> None:
    done, declined = by_hand(desk, "approve", "hand_over"), by_hand(desk, "decline")
    desk.work()
    card = desk.ask(paid(till, owes=(40_000,)), 20_000)
    desk.decide(card, "approve", by="manager")
    desk.work()
    there_and_back(till)
    order = desk.order(done)
    assert (order.status, order.handed_by, order.handed_name) == ("done", None, None)
    assert order.handed_at == order.ended_at
    assert desk.order(declined).handed_at is None
    assert (desk.order(card).status, desk.order(card).handed_at) == ("done", None)
    till.check()


def test_what_was_agreed_to_and_not_booked_yet_waits_to_be_handed_over(
    till: Till, desk: RefundDesk
) -> None:
    order, small = by_hand(desk, "approve"), desk.ask(paid_at_desk(till), 1000, method="cash")
    manager = desk.order(order).decided_by
    assert manager is not None
    there_and_back(
        till,
        "UPDATE money_order SET status = 'approved', decided_name = 'Camille Manager',"
        " decided_at = asked_at, decided_by = (SELECT id FROM staff_user WHERE name = 'Camille Manager')"
        " WHERE status = 'waiting'",
    )
    assert (desk.order(order).status, desk.order(order).decided_by) == ("agreed", manager)
    assert desk.order(small).status == "approved", "it was handed over as it was asked for"
    desk.work()
    assert desk.order(order).status == "agreed"
    desk.decide(order, "hand_over", by="owner")
    desk.work()
    assert [desk.order(one).status for one in (order, small)] == ["done", "done"]
    till.check()


def test_on_the_way_down_what_nobody_handed_over_is_not_booked_by_itself(
    till: Till, desk: RefundDesk
) -> None:
    agreed, dropped = by_hand(desk, "approve"), by_hand(desk, "approve", "stop")
    there_and_back(till)
    order = desk.order(agreed)
    assert (order.status, order.decided_by, order.decided_at) == ("waiting", None, None)
    assert desk.order(dropped).decided_name == "Camille Owner", "who stopped it"
    desk.work()
    assert [desk.order(one).status for one in (agreed, dropped)] == ["waiting", "declined"]
    till.check()
