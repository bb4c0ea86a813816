"""On PostgreSQL an order that a captured back-office takes back under the worker's hands does not go."""

import threading
from uuid import UUID

import psycopg
import pytest

from ardoise import ordering
from shared.orders import ASSIGN, RECEIVE, REFUND, Wish
from tests.integration.desk_world import Secretary
from tests.integration.refund_desk import RefundDesk
from tests.integration.stray_till import by_hand, strays, sweep
from tests.integration.test_refunds import paid
from tests.integration.till import Till, until
from tests.security.captured import Captured
from tests.security.secured import Secured
from tests.servers.roles import TELL

WITHDRAW = """
    UPDATE money_order SET status = 'withdrawn', decided_by = asked_by, decided_name = 'x',
    decided_at = now(), ended_at = now() WHERE id = %s
"""
WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture
def till(secured: Secured) -> Till:
    return secured.stories.till


def ask(till: Till, kind: str) -> tuple[RefundDesk, UUID]:
    """An order of this kind that the worker may carry out now."""
    desk, claire = RefundDesk.of(till), Secretary.of(till.world)
    if kind == REFUND:
        return desk, desk.ask(paid(till), 1000)
    account = till.world.account()
    if kind == RECEIVE:
        return desk, claire.notes(account, 300)
    by_hand(till)
    sweep(till)
    wish = Wish(ASSIGN, "s", "assign", 5000, stray_id=strays(till)[-1].id)
    return desk, claire.ask(account, wish)


@pytest.mark.parametrize("kind", [REFUND, RECEIVE, ASSIGN])
def test_what_is_withdrawn_while_the_worker_begins_it_is_not_done(
    secured: Secured, till: Till, kind: str
) -> None:
    desk, order = ask(till, kind)
    number, before = till.world.practice_id, len(till.payments())
    office = Captured(secured, "ardoise_backoffice")
    worker = threading.Thread(
        target=lambda: ordering.carry_out_orders(till.world.house, number), daemon=True
    )
    with psycopg.connect(office.url) as taking_back:
        taking_back.execute("SELECT set_config('ardoise.practice', %s, true)", (str(number),))
        taking_back.execute(TELL, (office.clock.now().isoformat(),))
        assert taking_back.execute(WITHDRAW, (order,)).rowcount == 1
        worker.start()
        with psycopg.connect(secured.owner, autocommit=True) as watching:
            until(lambda: not worker.is_alive() or watching.execute(WAITING).fetchone() != (0,))
        assert worker.is_alive(), "it waits for whoever holds the order"
        taking_back.commit()
    worker.join(30)
    assert not worker.is_alive()
    assert desk.order(order).status == "withdrawn"
    assert sum(desk.given_back()) == 0
    assert len(till.payments()) == before
    till.world.check()
