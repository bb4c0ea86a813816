"""On PostgreSQL a captured back-office passes no bound of orders by its clock, its rows or its kinds."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import update

from shared.staff import StaffUser
from tests.integration.desk_world import Secretary
from tests.integration.refund_desk import RefundDesk
from tests.integration.till import Till
from tests.security.captured import Captured
from tests.security.secured import Secured
from tests.security.test_row_level_orders import rich
from tests.servers.roles import TELL, add_roles

FRESH = {"once": "another", "idempotency_key": "another"}
SEVERAL = """
    INSERT INTO money_order SELECT made.* FROM
    (SELECT * FROM money_order WHERE id = %(row)s) AS one,
    generate_series(1, %(many)s) AS place,
    jsonb_populate_record(one::money_order, jsonb_build_object(
        'id', gen_random_uuid(), 'once', place, 'idempotency_key', place
    ) || %(changes)s) AS made
"""


@pytest.fixture
def office(secured: Secured) -> Captured:
    return Captured(secured, "ardoise_backoffice")


@pytest.fixture
def till(secured: Secured) -> Till:
    return secured.stories.till


@pytest.fixture
def desk(till: Till) -> RefundDesk:
    return RefundDesk.of(till)


def takes_at_once(office: Captured, row: object, many: int, **changes: Any) -> bool:
    """Whether one statement puts in so many like a row; all is undone."""
    with psycopg.connect(office.url) as connection:
        connection.execute(
            "SELECT set_config('ardoise.practice', %s, true)", (str(office.practice_id),)
        )
        connection.execute(TELL, (office.clock.now().isoformat(),))
        values = {"row": row, "many": many, "changes": Jsonb(changes)}
        try:
            return connection.execute(SEVERAL, values).rowcount == many
        except psycopg.errors.InsufficientPrivilege:
            return False
        finally:
            connection.rollback()


def test_several_orders_in_one_statement_count_together(
    office: Captured, till: Till, desk: RefundDesk
) -> None:
    order = desk.ask(rich(till), 20_000)
    agreed = {"status": "approved", "amount_cents": 5_000}
    assert takes_at_once(office, order, 3, **agreed)
    assert not takes_at_once(office, order, 4, **agreed)
    assert takes_at_once(office, order, 4, amount_cents=5_000), "that wait for somebody may"


@pytest.mark.parametrize(
    "older", [psycopg.IsolationLevel.REPEATABLE_READ, psycopg.IsolationLevel.SERIALIZABLE]
)
def test_an_older_view_of_the_database_passes_no_bound(
    office: Captured, till: Till, desk: RefundDesk, older: psycopg.IsolationLevel
) -> None:
    account = rich(till)
    order = desk.ask(account, 20_000)
    with psycopg.connect(office.url) as connection:
        connection.isolation_level = older
        connection.execute(
            "SELECT set_config('ardoise.practice', %s, true)", (str(office.practice_id),)
        )
        connection.execute(TELL, (office.clock.now().isoformat(),))
        connection.execute("SELECT FROM money_order")  # it looks, and keeps to what it saw
        desk.ask(account, 15_000)
        asked = {"once": "1", "idempotency_key": "1", "status": "approved", "amount_cents": 15_000}
        values = {"row": order, "many": 1, "changes": Jsonb(asked)}
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="READ COMMITTED"):
            connection.execute(SEVERAL, values)
        connection.rollback()


def test_what_one_gave_back_of_other_payments_that_day_counts(
    office: Captured, till: Till, desk: RefundDesk
) -> None:
    desk.ask(rich(till), 10_000)
    row = f"id = '{desk.ask(rich(till), 20_000)}'"
    part = {"status": "approved"} | FRESH
    assert office.takes("money_order", row, **part, amount_cents=5_000)
    assert not office.takes("money_order", row, **part, amount_cents=5_001)
    other = str(desk.people["manager"].user_id)
    assert office.takes("money_order", row, **part, amount_cents=5_001, asked_by=other)
    till.later(hours=24)
    now = till.world.clock.now().isoformat()
    assert office.takes(
        "money_order", row, **part, amount_cents=5_001, asked_at=now, not_before=now
    )


def test_money_that_one_noted_oneself_counts_for_a_month(
    office: Captured, till: Till, desk: RefundDesk
) -> None:
    claire = Secretary.of(till.world)
    desk.people["claire"] = claire.colleague
    accounts = [till.world.account() for _ in range(2)]
    payments = [claire.receives(account, 10_000) for account in accounts]
    first = desk.ask(accounts[0], 10_000, by="claire", method="cash", payment=payments[0])
    desk.work()
    assert desk.order(first).status == "done"
    till.later(days=20)
    second = desk.ask(accounts[1], 10_000, by="claire", method="cash", payment=payments[1])
    assert desk.order(second).status == "waiting"
    row, part = f"id = '{second}'", {"status": "approved"} | FRESH
    assert office.takes("money_order", row, **part, amount_cents=5_000)
    assert not office.takes("money_order", row, **part, amount_cents=5_001)


def test_when_it_was_asked_for_is_not_what_the_office_says_but_what_the_database_knows(
    office: Captured, till: Till, desk: RefundDesk
) -> None:
    with till.world.database.unit_of_work() as work:
        manager = desk.people["manager"].user_id
        work.session.execute(
            update(StaffUser).where(StaffUser.id == manager).values(status="suspended")
        )
        work.commit()
    order = desk.order(desk.ask(rich(till), 20_000, by="owner"))
    row = f"id = '{order.id}'"
    assert order.alone
    for back in (timedelta(hours=24), timedelta(minutes=6), -timedelta(minutes=6)):
        asked = order.asked_at - back
        then = {
            "asked_at": asked.isoformat(),
            "not_before": (asked + timedelta(hours=24)).isoformat(),
        }
        assert not office.takes("money_order", row, **FRESH, **then), back


def test_the_clock_of_operators_is_the_databases_own_whatever_a_connection_tells(
    office: Captured, secured: Secured, till: Till, desk: RefundDesk
) -> None:
    row = f"id = '{desk.ask(rich(till), 20_000)}'"
    add_roles(secured.owner)

    def at(moment: datetime) -> dict[str, str]:
        return {"asked_at": moment.isoformat(), "not_before": moment.isoformat()} | FRESH

    assert office.takes("money_order", row, **at(datetime.now(UTC)))
    assert not office.takes("money_order", row, **at(till.world.clock.now()))


def test_money_that_came_is_of_a_sum_and_of_a_day_that_can_be(office: Captured, till: Till) -> None:
    claire = Secretary.of(till.world)
    order = claire.notes(till.world.account(owes=(4000,)), 4000)
    row = f"id = '{order}'"

    def takes(**changes: object) -> bool:
        return office.takes("money_order", row, **FRESH, **changes)

    assert takes(amount_cents=1_000_000)
    assert not takes(amount_cents=1_000_001)
    assert not takes(amount_cents=10**9)
    for day in (date(1990, 1, 1), date(2025, 12, 31), claire.today + timedelta(days=1)):
        assert not takes(received_on=day.isoformat()), day
    assert takes(received_on=date(2026, 1, 1).isoformat()), "the practice's first day"
    assert not takes(received_on=None)
    assert not takes(method=None)
    assert not takes(status="waiting", received_on=date(2100, 1, 1).isoformat())


def test_a_lone_persons_order_is_stopped_by_a_colleague_and_by_nobody_from_elsewhere(
    office: Captured, till: Till
) -> None:
    desk = RefundDesk.of(till, "secretary", "owner", "accountant")
    order = desk.ask(rich(till), 20_000, by="owner")
    agreed = desk.ask(rich(till), 100)
    people = {role: one.user_id for role, one in desk.people.items()}
    stops = (
        "money_order SET status = 'declined', decided_at = now(), decided_name = 'x', "
        "ended_at = now(), "
    )
    of = "WHERE id = %(order)s"
    by_secretary = f"{stops} decided_by = %(secretary)s {of}"
    assert office.lets_through(by_secretary, order=order, **people) == [by_secretary]
    assert not office.lets_through(
        f"{stops} decided_by = %(accountant)s {of}",
        f"{stops} decided_by = %(owner)s {of}",
        order=order,
        **people,
    )
    assert not office.lets_through(by_secretary, order=agreed, **people), "it waits no day"


def test_who_may_ask_for_nothing_asks_for_nothing(office: Captured, till: Till) -> None:
    desk = RefundDesk.of(till, "secretary", "owner", "accountant")
    row = f"id = '{desk.ask(rich(till), 100)}'"
    secretary, accountant = (str(desk.people[r].user_id) for r in ("secretary", "accountant"))
    assert office.takes("money_order", row, **FRESH, asked_by=secretary)
    assert not office.takes("money_order", row, **FRESH, asked_by=accountant)
    with till.world.database.unit_of_work() as work:
        work.session.execute(
            update(StaffUser).where(StaffUser.id == secretary).values(status="suspended")
        )
        work.commit()
    assert not office.takes("money_order", row, **FRESH, asked_by=secretary)
