"""Lists that were short once are read page by page: the pages behind the first hold what is left, nothing
twice, in the same order."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from shared.accounts import Account
from shared.ladder import LadderCycle, LadderLetter
from shared.orders import MoneyOrder
from shared.payments import StrayPayment
from shared.worklist import Task
from tests.backoffice_ladder import add_letter
from tests.backoffice_office import Samples, opened, text_of, token_of
from tests.backoffice_orders import add_order
from tests.backoffice_people import OURS
from tests.integration.test_backoffice_checks import differs
from tests.integration.test_backoffice_strays import found

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")
OF_AN_ORDER = r'href="/agreements/([0-9a-f-]{36})"'


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def walked(client: FlaskClient, address: str, pattern: str, *, most: int) -> list[str]:
    """What all pages show, from link to link; each holds ``most`` and the last what is left."""
    shown, pages = [], 0
    while address:
        page = client.get(address)
        assert page.status_code == 200
        pages += 1
        here = list(dict.fromkeys(re.findall(pattern, page.text)))
        following = re.search(r'href="([^"]+)">(?:Page suivante|Lettres suivantes)', page.text)
        assert len(here) == most or (here and not following), "a page is full before another comes"
        assert ("Retour au début" in page.text) == (pages > 1)
        shown += here
        address = unescape(following[1]) if following else ""
    assert pages > 1
    return shown


def test_work_of_no_account(office: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.worklist.homeless.PAGE", 2)
    tasks = [differs(office) for _ in range(5)]
    with office.database.unit_of_work(OURS) as work:
        for late, task_id in enumerate(tasks[:3]):  # the other two are promised for one day
            task = work.session.get_one(Task, (OURS, task_id))
            task.due_on -= timedelta(days=late + 1)
        work.commit()
        task_keys = list(
            work.session.scalars(
                select(Task.id).where(Task.id.in_(tasks)).order_by(Task.due_on, Task.id)
            )
        )
    shown = walked(office.client("secretary"), "/to-check", r'id="c-([^"]+)"', most=2)
    assert shown == [str(task_id) for task_id in task_keys]


def test_payments_of_nobody_and_what_is_looked_for_stays_on_its_page(
    office: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backoffice.desks.strays.PAGE", 2)
    with office.database.unit_of_work(OURS) as work:
        work.session.execute(delete(StrayPayment))
        work.commit()
    strays = [found(office) for _ in range(4)] + [found(office, disputed=5000)]
    client, address = office.client("secretary"), "/payments/unassigned"
    shown = walked(client, address, r'id="s-([^"]+)"', most=2)
    assert shown == sorted(map(str, strays)), "they came at one instant, so by their names"
    second = re.search(r'href="([^"]+)">Page suivante', client.get(address).text)
    assert second
    form = re.search(rf'action="([^"#]+)#s-{shown[2]}"', client.get(unescape(second[1])).text)
    assert form
    looked = client.post(
        unescape(form[1]),
        data={"csrf_token": token_of(client), "stray": shown[2], "q": office.numbers["held"]},
    )
    assert "Choisir ce compte" in looked.text


def test_a_refund_of_a_payment_on_another_page_is_not_said_to_be_of_one_that_went(
    office: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backoffice.desks.strays.PAGE", 1)
    _, second = sorted((found(office), found(office)))
    order_id = add_order(office)
    with office.database.unit_of_work(OURS) as work:
        order = work.session.get_one(MoneyOrder, (OURS, order_id))
        order.account_id = order.payment_id = None
        order.stray_id = second
        work.commit()
    page = office.client("secretary").get("/payments/unassigned")
    assert str(second) not in page.text
    assert "Demandes sur des paiements qui ne sont plus ici" not in text_of(page)


@pytest.mark.parametrize("status", ["waiting", "agreed"])
def test_money_that_waits_for_a_word_or_for_hands(
    office: Samples, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    monkeypatch.setattr("shared.orders.with_staff.PAGE", 2)
    with office.database.unit_of_work(OURS) as work:
        work.session.execute(
            update(MoneyOrder).values(status="declined", ended_at=office.clock.now())
        )
        work.commit()
    orders: list[UUID] = []
    for _ in range(5):
        orders.append(add_order(office, status=status, not_before=office.clock.now()))
        if len(orders) != 2:  # the second and the third come at one instant
            office.clock.instant += timedelta(minutes=1)
    orders[1:3] = sorted(orders[1:3])
    shown = walked(office.client("manager"), "/agreements", OF_AN_ORDER, most=2)
    assert shown == [str(order_id) for order_id in orders]


def test_formal_notices_to_decide_and_decided(
    office: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backoffice.desks.ladder_letters.PAGE", 1)
    add_letter(office)
    now = office.clock.now()
    with office.database.unit_of_work(OURS) as work:
        session = work.session
        cycles = session.scalars(select(LadderCycle).where(LadderCycle.status == "open")).all()
        for cycle in cycles:
            cycle.position, cycle.asked_position, cycle.asked_at = 4, 5, now
        numbers = {
            cycle.id: session.get_one(Account, (OURS, cycle.account_id)).number for cycle in cycles
        }
        in_order = [numbers[cycle_id] for cycle_id in sorted(numbers)]
        work.commit()
    assert len(in_order) > 2
    client, number = office.client("manager"), r'href="/accounts/([^"/]+)/letter"'
    assert walked(client, "/ladder/letters", number, most=1) == in_order
    with office.database.unit_of_work(OURS) as work:
        for cycle in cycles:
            work.session.add(
                LadderLetter(
                    practice_id=OURS,
                    account_id=cycle.account_id,
                    cycle_id=cycle.id,
                    status="declined",
                    covers=[],
                    total_cents=0,
                    days=15,
                    reason="fragile",
                    decided_at=now,
                    decided_name="Claire",
                )
            )
        work.commit()
    assert walked(client, "/ladder/letters?show=done", number, most=1) == in_order[::-1]
    assert not re.findall(number, client.get("/ladder/letters").text)
