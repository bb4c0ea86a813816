"""What was paid too much settles what comes: nobody is asked for money that is in hand already."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, update

from ardoise.using_credit import use_credit_by_itself
from shared.accounts import Account, Practice, get_account, place_hold, release_kind
from shared.audit import SYSTEM, TimelineEvent
from shared.delivery import LADDER, Notice
from shared.worklist import open_tasks_of
from tests.integration.desk_world import Secretary
from tests.integration.refund_desk import RefundDesk
from tests.integration.test_credit import says
from tests.integration.till import Till, at_once, on_postgres
from tests.security.portal_house import portal_app, visitor
from tests.servers.sandbox import Sandbox
from tests.world import World


@pytest.fixture
def world(database_url: str) -> World:
    return World(database_url)


@pytest.fixture
def claire(world: World) -> Secretary:
    return Secretary.of(world)


@pytest.fixture
def till(database_url: str, processor: Sandbox) -> Iterator[Till]:
    found = Till.open(database_url, processor)
    yield found
    found.close()


def look(world: World) -> int:
    """What the worker does about credit at each look."""
    return use_credit_by_itself(world.house, world.practice_id)


def by_hand_only(world: World) -> None:
    """The practice wants somebody to press the button."""
    with world.database.unit_of_work(world.practice_id) as work:
        work.session.execute(update(Practice).values(credit_by_itself=False))
        work.commit()


def too_much(world: World, claire: Secretary, *, owes: int = 1000, pays: int = 3500) -> Account:
    account = world.account(owes=(owes,))
    claire.receives(account, pays)
    return account


def hold(world: World, account: Account, kind: str, invoice_id: UUID | None = None) -> None:
    with world.database.unit_of_work(account.practice_id) as work:
        place_hold(
            work.session,
            account=get_account(
                work.session, practice_id=account.practice_id, account_id=account.id, lock=True
            ),
            kind=kind,
            actor=SYSTEM,
            at=world.clock.now(),
            review_on=world.clock.now().date(),
            invoice_id=invoice_id,
        )
        work.commit()


def release(world: World, account: Account, kind: str) -> None:
    with world.database.unit_of_work(account.practice_id) as work:
        release_kind(
            work.session,
            practice_id=account.practice_id,
            account_id=account.id,
            kind=kind,
            actor=SYSTEM,
            at=world.clock.now(),
            reason="answered",
        )
        work.commit()


def reminders(world: World, account: Account) -> int:
    """Messages of the ladder that were planned for the account."""
    with world.database.reading(account.practice_id) as session:
        query = select(Notice.id).where(Notice.account_id == account.id, Notice.purpose == LADDER)
        return len(session.scalars(query).all())


def test_a_new_invoice_is_settled_with_what_was_paid_too_much(
    world: World, claire: Secretary
) -> None:
    account = too_much(world, claire)
    world.bill_more(account, 2000)
    assert look(world) == 1
    assert (world.reload(account).balance_cents, claire.credit(account)) == (0, 500)
    world.bill_more(account, 1800)
    assert look(world) == 1
    assert (world.reload(account).balance_cents, claire.credit(account)) == (1300, 0)
    assert look(world) == 0
    assert claire.tasks(account) == []
    with world.database.reading(account.practice_id) as session:
        used = session.scalars(
            select(TimelineEvent).where(TimelineEvent.kind == "credit.used")
        ).all()
    assert [one.actor_kind for one in used] == ["system"] * 2
    assert "Trop-perçu utilisé" in claire.window.says(account)
    world.check()


def test_the_page_asks_for_the_rest_only_before_the_worker_has_looked_and_after(
    world: World, claire: Secretary
) -> None:
    account = too_much(world, claire)
    world.bill_more(account, 4000)
    browser = visitor(portal_app(world), world.token(account))
    before = says(browser.get("/statement").text)
    assert "Il reste à payer 15,00 €" in before
    told = "25,00 € de ce que vous devez seront réglés avec : ne les payez pas, sauf si nous vous le rendons"
    assert f"{told} d’ici là." in before
    assert "15,00 €" in says(browser.get("/pay").text)
    assert "40,00 €" not in says(browser.get("/pay").text)
    invoice = world.invoices(account)[1]
    assert "15,00 €" in says(browser.get(f"/invoice/{invoice.id}").text)
    look(world)
    after = says(browser.get("/statement").text)
    assert "Il reste à payer 15,00 €" in after
    assert "Votre trop-perçu a réglé 25,00 € de vos factures." in after
    assert "seront réglés" not in after
    world.check()


def test_where_all_is_in_hand_nothing_is_asked_for_and_no_reminder_leaves(
    world: World, claire: Secretary
) -> None:
    by_hand_only(world)
    paid, owing = too_much(world, claire), world.account(owes=(1000,))
    claire.receives(owing, 1000)
    for account in (paid, owing):
        world.bill_more(account, 2450)
    assert look(world) == 0, "the practice uses it by hand"
    world.later(days=1)
    world.night()
    assert (reminders(world, paid), reminders(world, owing)) == (0, 1)
    page = says(visitor(portal_app(world), world.token(paid)).get("/statement").text)
    assert "Il ne reste rien à payer." in page
    assert "Il peut servir pour ce que vous aurez à payer" in page
    claire.uses_credit(paid)
    claire.work()
    assert world.reload(paid).balance_cents == 0
    world.check()


def test_what_staff_were_asked_to_give_back_is_left_alone(till: Till) -> None:
    world = till.world
    with world.database.unit_of_work(world.practice_id) as work:
        work.session.execute(update(Practice).values(four_eyes_cents=1000))
        work.commit()
    desk = RefundDesk.of(till)
    claire = Secretary(world, desk.people["secretary"])
    account = too_much(world, claire)
    payment = claire.payments(account)[0].payment
    order = desk.ask(account, 2500, method="cash", payment=payment)
    world.bill_more(account, 2000)
    assert look(world) == 0
    assert (till.owed(account), claire.credit(account)) == (2000, 2500)
    desk.decide(order, "decline", by="manager")
    assert look(world) == 1
    assert (till.owed(account), claire.credit(account)) == (0, 500)
    world.check()


@pytest.mark.parametrize("kind", ["message", "aid", "staff"])
def test_while_a_person_is_looked_after_nothing_is_used_by_itself(
    world: World, claire: Secretary, kind: str
) -> None:
    account = too_much(world, claire)
    hold(world, account, kind)
    world.bill_more(account, 2000)
    assert look(world) == 0, "they may have written that they want it back"
    assert claire.credit(account) == 2500
    release(world, account, kind)
    assert look(world) == 1
    assert claire.credit(account) == 500
    world.check()


def test_the_card_page_takes_the_rest_only(till: Till) -> None:
    claire = Secretary.of(till.world)
    account = too_much(till.world, claire)
    till.world.bill_more(account, 6000)
    page = till.begin(account)
    assert till.attempt(account).amount_cents == 3500
    look(till.world)
    assert till.owed(account) == 3500
    till.press(page)
    till.tell_all()
    till.work()
    assert (till.owed(account), claire.credit(account)) == (0, 0)
    till.check()


def test_a_page_that_was_open_before_it_was_used_takes_no_more_than_is_owed(till: Till) -> None:
    claire = Secretary.of(till.world)
    account = till.world.account(owes=(4250,))
    till.begin(account)
    till.world.bill_more(account, 1000, due_days=-5)
    claire.receives(account, 3000)  # 10 for the older, 20 of what the page is for
    claire.work()
    assert till.attempt(account).status == "expired"
    assert till.owed(account) == 2250
    till.check()


@on_postgres
def test_workers_that_look_at_once_use_each_cent_once(till: Till) -> None:
    claire = Secretary.of(till.world)
    accounts = [too_much(till.world, claire) for _ in range(3)]
    for account in accounts:
        till.world.bill_more(account, 9000)
    at_once(*[lambda: look(till.world)] * 3)
    for account in accounts:
        assert (till.owed(account), claire.credit(account)) == (6500, 0)
    till.world.check()


def test_what_is_left_stays_somebodys_work_and_a_task_that_was_done_does_not_come_back(
    world: World, claire: Secretary
) -> None:
    account = too_much(world, claire)
    assert claire.tasks(account) == ["overpaid"]
    world.bill_more(account, 2000)
    look(world)
    assert claire.tasks(account) == ["overpaid"], "five euros are left to be given back"
    world.bill_more(account, 2000)
    look(world)
    assert claire.tasks(account) == []
    with world.database.reading(account.practice_id) as session:
        assert not open_tasks_of(session, practice_id=account.practice_id, account_id=account.id)


def test_what_was_used_long_ago_is_told_no_more(world: World, claire: Secretary) -> None:
    account = too_much(world, claire)
    world.bill_more(account, 4000)
    look(world)
    world.clock.instant += timedelta(days=61)
    page = says(visitor(portal_app(world), world.token(account)).get("/statement").text)
    assert "Votre trop-perçu a réglé" not in page


def test_what_came_of_a_payment_that_was_none_is_not_told_as_settled(
    world: World, claire: Secretary
) -> None:
    account = too_much(world, claire)
    world.bill_more(account, 4000)
    look(world)
    browser = visitor(portal_app(world), world.token(account))
    assert "Votre trop-perçu a réglé 25,00 €" in says(browser.get("/statement").text)
    claire.cancels(account, claire.payments(account)[0].payment)
    claire.work()
    page = says(browser.get("/statement").text)
    assert "Il reste à payer 50,00 €" in page
    assert "Votre trop-perçu a réglé" not in page
    world.check()


def test_an_invoice_that_is_held_for_weeks_is_left_alone_and_costs_a_look_nothing(
    world: World, claire: Secretary
) -> None:
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    look(world)
    event.listen(world.house.database.engine, "before_cursor_execute", note)
    look(world)
    without = len(asked)
    event.remove(world.house.database.engine, "before_cursor_execute", note)
    accounts = [too_much(world, claire) for _ in range(2)]
    for account in accounts:
        world.bill_more(account, 2000)
        hold(world, account, "absent", world.invoices(account)[1].id)
    asked.clear()
    event.listen(world.house.database.engine, "before_cursor_execute", note)
    assert look(world) == 0
    event.remove(world.house.database.engine, "before_cursor_execute", note)
    assert len(asked) == without
    assert [claire.credit(account) for account in accounts] == [2500, 2500]
    world.bill_more(accounts[0], 500)
    assert look(world) == 1, "what is not held is settled"
    assert claire.credit(accounts[0]) == 2000
    world.check()
