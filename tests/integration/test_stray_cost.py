"""What was given back long ago makes no page about payments of nobody known slower."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from shared.base.ids import new_id
from shared.orders import REFUND, MoneyOrder
from shared.payments import StrayPayment
from shared.worklist import KINDS, Task, is_done, is_known
from tests.backoffice_office import Samples, opened
from tests.backoffice_people import OURS, TODAY
from tests.integration.test_backoffice_strays import LIST, found
from tests.integration.test_statement_cost import counting_steps

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")
MANY = 600


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Samples]:
    with opened(sqlite_url) as samples:
        yield samples


def given_back_long_ago(office: Samples, many: int) -> None:
    at, user = office.clock.now() - timedelta(days=90), office.staff["secretary"].user
    strays = [stray(at) for _ in range(many)]
    orders = [
        {
            "practice_id": OURS,
            "id": new_id(),
            "stray_id": one["id"],
            "kind": REFUND,
            "status": "done",
            "amount_cents": 5000,
            "reason": "other",
            "once": one["id"].hex,
            "idempotency_key": one["id"].hex,
            "asked_by": user.id,
            "asked_name": user.name,
            "asked_at": at,
            "alone": False,
            "not_before": at,
            "tries": 1,
            "ended_at": at,
        }
        for one in strays
    ]
    with office.database.unit_of_work(OURS) as work:
        work.session.execute(insert(StrayPayment), strays)
        work.session.execute(insert(MoneyOrder), orders)
        work.commit()


def stray(at: datetime) -> dict[str, Any]:
    name = new_id()
    return {
        "practice_id": OURS,
        "id": name,
        "status": "returned",
        "processor_ref": f"pi_{name.hex}",
        "amount_cents": 5000,
        "returned_cents": 5000,
        "received_at": at,
        "booked_on": at.date(),
        "found_at": at,
    }


def test_the_list_costs_as_much_as_before(office: Samples) -> None:
    found(office, 5000)
    client = office.client("secretary")
    client.get(LIST)  # a first look compiles

    def cost() -> int:
        with counting_steps(office.database.engine) as steps:
            assert client.get(LIST).status_code == 200
        return steps[0]

    before = cost()
    assert before
    given_back_long_ago(office, MANY)
    assert cost() < before + MANY // 2


def test_work_that_is_over_is_found_by_its_key(office: Samples) -> None:
    done = [
        {
            "practice_id": OURS,
            "id": new_id(),
            "kind": "processor_differs",
            "key": f"key-{place}",
            "status": "done",
            "due_on": TODAY,
            "opened_at": office.clock.now(),
            "closed_at": office.clock.now(),
            "closed_by": "x",
        }
        for place in range(MANY)
    ]
    with office.database.unit_of_work(OURS) as work:
        work.session.execute(insert(Task), done)
        work.commit()
    with (
        counting_steps(office.database.engine) as steps,
        office.database.reading(OURS) as session,
    ):
        for look in (is_done, is_known):
            key = f"key-{MANY - 1}"
            assert look(session, KINDS["processor_differs"], practice_id=OURS, key=key)
    assert steps[0] < MANY // 2
