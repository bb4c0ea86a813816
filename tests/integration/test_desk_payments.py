"""Money that comes at the desk: noted by a person, booked once by the worker, taken back by an entry."""

from datetime import timedelta

import pytest

from ardoise import ordering
from shared.desk import credit_of
from shared.ledger import CASH, CHEQUES, TERMINAL, TRANSFERS
from shared.payments import Choice
from tests.integration.desk_world import Secretary
from tests.integration.till import Till
from tests.servers.sandbox import Sandbox
from tests.world import World


@pytest.fixture
def world(database_url: str) -> World:
    return World(database_url)


@pytest.fixture
def claire(world: World) -> Secretary:
    return Secretary.of(world)


@pytest.mark.parametrize(
    ("method", "held_by"),
    [("cash", CASH), ("cheque", CHEQUES), ("terminal", TERMINAL), ("transfer", TRANSFERS)],
)
def test_money_at_the_desk_settles_the_oldest_debt_and_has_its_receipt(
    world: World, claire: Secretary, method: str, held_by: str
):
    account = world.account(owes=(3000, 2000))
    payment = claire.receives(account, 3500, method)
    first, second = world.invoices(account)
    assert (first.status, first.open_cents, second.open_cents) == ("settled", 0, 1500)
    assert (payment.method, payment.amount_cents, payment.left_cents) == (method, 3500, 1500)
    assert payment.number == "R-2026-00001"
    assert claire.booked(held_by) == 3500
    assert world.reload(account).balance_cents == 1500
    world.check()


def test_nothing_is_booked_before_the_worker_looks_and_nothing_twice(
    world: World, claire: Secretary
):
    account = world.account(owes=(3000,))
    order_id = claire.notes(account, 3000)
    assert claire.payments(account) == []
    assert world.reload(account).balance_cents == 3000
    for _ in range(3):
        claire.work()
    # a worker that was slow does the same order once more
    ordering.DOERS["receive"](world.house, world.practice_id, order_id, ordering.Patience())
    assert [one.payment.amount_cents for one in claire.payments(account)] == [3000]
    assert [order.status for order in claire.orders(account)] == ["done"]
    world.check()


def test_money_of_last_week_is_booked_on_the_day_it_came(world: World, claire: Secretary):
    account = world.account(owes=(3000,))
    last_week = claire.today - timedelta(days=7)
    claire.notes(account, 1000, "transfer", on=last_week, reference="VIR 4411")
    claire.work()
    payment = claire.payments(account)[0].payment
    assert (payment.booked_on, payment.reference) == (last_week, "VIR 4411")
    assert payment.received_at.date() == last_week
    assert claire.entries("desk_payment")[0].booked_on == last_week


def test_more_than_is_owed_is_in_hand_and_somebodys_work(world: World, claire: Secretary):
    account = world.account(owes=(3000,))
    payment = claire.receives(account, 5000)
    assert (payment.credit_cents, payment.left_cents) == (2000, 0)
    assert claire.credit(account) == 2000
    assert claire.tasks(account) == ["overpaid"]
    world.check()


def test_a_cancelled_payment_is_owed_again_by_an_entry_of_its_own(world: World, claire: Secretary):
    account = world.account(owes=(3000, 2000))
    payment = claire.receives(account, 6000)
    world.later(days=1)
    claire.cancels(account, payment)
    claire.work()
    assert world.reload(account).balance_cents == 5000
    assert [i.status for i in world.invoices(account)] == ["issued", "issued"]
    assert claire.booked(CASH) == 0
    assert claire.credit(account) == 0
    [back] = claire.entries("desk_payment_back")
    assert back.booked_on == claire.today
    [gone] = claire.payments(account)
    assert (gone.payment.number, gone.payment.cancelled_on) == ("R-2026-00001", claire.today)
    assert (gone.kept_cents, gone.credit_cents) == (0, 0)
    assert claire.tasks(account) == []
    world.check()


def test_a_payment_is_cancelled_once_whoever_asks(world: World, claire: Secretary):
    account = world.account(owes=(3000,))
    payment = claire.receives(account, 3000)
    claire.cancels(account, payment)
    Secretary.of(world, "Marc Oyono").cancels(account, payment)
    claire.work()
    first, second = claire.orders(account)[1:]
    assert (first.status, second.status, second.outcome) == ("done", "refused", "cancelled")
    assert world.reload(account).balance_cents == 3000
    world.check()


def test_cancelling_opens_what_the_credit_settled_since(world: World, claire: Secretary):
    account = world.account(owes=(3000,))
    payment = claire.receives(account, 4500)
    world.bill_more(account, 2000)
    claire.uses_credit(account)
    claire.work()
    assert world.reload(account).balance_cents == 500
    assert claire.credit(account) == 0
    claire.cancels(account, payment)
    claire.work()
    assert world.reload(account).balance_cents == 5000
    assert [i.open_cents for i in world.invoices(account)] == [3000, 2000]
    world.check()


def test_a_payment_that_the_practices_list_knew_and_lost_is_owed_once(
    world: World, claire: Secretary
):
    """The secretary entered it in her software too, then took it out of there, then here."""
    account = world.account(owes=(3000,))
    payment = claire.receives(account, 3000)
    world.list_says(account, 0)
    world.list_says(account, 3000)
    assert world.reload(account).balance_cents == 3000
    claire.cancels(account, payment)
    claire.work()
    assert world.reload(account).balance_cents == 3000
    world.check()


def test_a_page_that_would_take_it_a_second_time_is_closed(database_url: str, processor: Sandbox):
    till = Till.open(database_url, processor)
    claire = Secretary.of(till.world)
    account = till.world.account(owes=(3000,))
    till.begin(account)
    claire.receives(account, 3000)
    assert till.attempt(account).status == "expired"
    [page] = till.sessions()
    assert page["status"] == "expired"
    assert till.tasks(account) == []
    till.check()
    till.close()


def test_a_page_for_what_is_still_owed_stays_open(database_url: str, processor: Sandbox):
    till = Till.open(database_url, processor)
    claire = Secretary.of(till.world)
    account = till.world.account(owes=(3000, 2000))
    second = till.invoice_id(account, 1)
    page = till.begin(account, Choice("some", frozenset({second})))
    claire.receives(account, 3000)
    till.press(page)
    till.tell_all()
    till.work()
    assert till.owed(account) == 0
    assert claire.credit(account) == 0
    till.check()
    till.close()


def test_whoever_paid_on_the_page_at_the_same_time_has_it_in_hand(
    database_url: str, processor: Sandbox
):
    till = Till.open(database_url, processor)
    claire = Secretary.of(till.world)
    account = till.world.account(owes=(3000,))
    till.pay(account)
    claire.receives(account, 3000)
    till.later(minutes=5)
    till.work()
    assert till.owed(account) == 0
    assert claire.credit(account) == 3000
    with till.world.database.reading(account.practice_id) as session:
        [left] = credit_of(session, practice_id=account.practice_id, account_id=account.id)
    assert left.payment.method == "card"
    assert till.tasks(account) == ["overpaid"]
    till.check()
    till.close()
