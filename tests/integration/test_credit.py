"""Money in hand: shown, used for what comes, given back, and never lost."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from shared.accounts import get_account, get_practice, place_hold
from shared.audit import SYSTEM
from shared.ledger import CREDIT
from shared.payments import OVERPAID
from shared.worklist import Task, close_tasks
from tests.integration.desk_world import Secretary
from tests.integration.import_world import PRACTICE, ImportWorld, open_import_world, row
from tests.integration.refund_desk import RefundDesk
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


def says(text: str) -> str:
    """A page's words, with plain spaces."""
    bare = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", text, flags=re.S)
    return " ".join(unescape(bare).split())


def test_credit_settles_what_comes_the_oldest_due_first(world: World, claire: Secretary):
    account = world.account(owes=(1000,))
    claire.receives(account, 3500)
    assert claire.tasks(account) == ["overpaid"]
    world.bill_more(account, 2000, due_days=20)
    world.bill_more(account, 3000, due_days=10)
    claire.uses_credit(account)
    claire.work()
    assert [(i.patient_cents, i.open_cents) for i in world.invoices(account)] == [
        (1000, 0),
        (3000, 500),
        (2000, 2000),
    ]
    assert claire.credit(account) == 0
    assert claire.tasks(account) == []
    world.check()


def test_credit_that_is_left_stays_somebodys_work(world: World, claire: Secretary):
    account = world.account(owes=(1000,))
    claire.receives(account, 3500)
    world.bill_more(account, 2000)
    claire.uses_credit(account)
    claire.work()
    assert claire.credit(account) == 500
    assert claire.tasks(account) == ["overpaid"]
    assert world.reload(account).balance_cents == 0
    world.check()


def test_nothing_to_settle_or_nothing_in_hand_is_said_and_books_nothing(
    world: World, claire: Secretary
):
    account = world.account(owes=(1000,))
    claire.uses_credit(account)
    claire.work()
    claire.receives(account, 1500)
    claire.uses_credit(account)
    claire.work()
    asked = [o for o in claire.orders(account) if o.kind == "use_credit"]
    assert [(o.status, o.outcome) for o in asked] == [("refused", "nothing_to_use")] * 2
    assert claire.entries("credit_use") == []
    assert (
        "non faite : il n’y avait plus rien à régler, ou plus de trop-perçu"
        in claire.window.says(account)
    )
    world.check()


def test_credit_that_is_on_its_way_back_settles_nothing_meanwhile(till: Till):
    account = till.world.account(owes=(4250,))
    claire = Secretary.of(till.world)
    till.pay(account)
    claire.receives(account, 4000)
    till.tell_all()
    till.work()
    assert claire.credit(account) == 4000
    refund = till.give_back(account, 3800, status="pending")
    till.tell_all()
    till.work()
    till.world.bill_more(account, 1500)
    claire.uses_credit(account)
    claire.work()
    assert till.owed(account) == 1300, "200 of 4000 are free"
    assert claire.tasks(account) == ["overpaid"]
    window = claire.window
    window.send(account, "credit")
    assert "Tout le trop-perçu est réservé à un remboursement" in window.says(account)
    till.processor.control("refund/end", refund=refund, status="succeeded")
    till.tell_all()
    till.work()
    assert (claire.credit(account), till.owed(account)) == (0, 1300)
    assert [(r.credit_cents, r.beyond_cents) for r in till.refunds(account)] == [(3800, 0)]
    till.check()


def test_credit_that_staff_have_asked_back_settles_nothing_meanwhile(till: Till):
    with till.world.database.unit_of_work(till.world.practice_id) as work:
        get_practice(work.session, till.world.practice_id).four_eyes_cents = 1000
        work.commit()
    account = till.world.account(owes=(1000,))
    desk = RefundDesk.of(till)
    claire = Secretary(till.world, desk.people["secretary"])
    payment = claire.receives(account, 3500)
    order = desk.ask(account, 2500, method="cash", payment=payment)
    till.world.bill_more(account, 2000)
    claire.uses_credit(account)
    claire.work()
    assert till.owed(account) == 2000, "a second person has not looked yet"
    desk.decide(order, "approve", by="manager")
    claire.uses_credit(account)
    claire.work()
    assert till.owed(account) == 2000, "nor is what waits to be handed over there to be used"
    desk.decide(order, "hand_over")
    claire.work()
    assert (claire.credit(account), till.owed(account)) == (0, 2000)
    till.world.check()


@pytest.mark.parametrize(("kind", "of_invoice"), [("absent", True), ("dispute", False)])
def test_credit_leaves_alone_what_is_held_or_disputed(
    world: World, claire: Secretary, kind: str, of_invoice: bool
):
    account = world.account(owes=(1000,))
    claire.receives(account, 3500)
    world.bill_more(account, 2000)
    with world.database.unit_of_work(account.practice_id) as work:
        held = get_account(work.session, practice_id=account.practice_id, account_id=account.id)
        place_hold(
            work.session,
            account=held,
            kind=kind,
            actor=SYSTEM,
            at=world.clock.now(),
            review_on=claire.today,
            invoice_id=world.invoices(account)[1].id if of_invoice else None,
        )
        work.commit()
    window = claire.window
    window.send(account, "credit")
    assert "Rien ne peut être réglé avec ce trop-perçu pour l’instant" in window.says(account)
    claire.uses_credit(account)
    claire.work()
    assert claire.credit(account) == 2500
    assert world.reload(account).balance_cents == 2000


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "Vous avez payé 12,00 € de trop. Ce trop-perçu est à vous."),
        ("en", "You have paid €12.00 too much."),
    ],
)
def test_the_patient_reads_what_is_in_hand_and_what_can_be_done(
    world: World, claire: Secretary, language: str, told: str
):
    account = world.account(owes=(3000,), language=language)
    payment = claire.receives(account, 4200)
    browser = visitor(portal_app(world), world.token(account))
    page = browser.get("/statement").text
    assert told in says(page)
    assert 'href="/messages"' in page
    world.bill_more(account, 5000)
    claire.uses_credit(account)
    claire.work()
    assert told not in says(browser.get("/statement").text)
    receipt = says(browser.get(f"/receipt/{payment.id}").text)
    assert ("Utilisé depuis" if language == "fr" else "Used since") in receipt
    invoice = world.invoices(account)[1]
    shown = says(browser.get(f"/invoice/{invoice.id}").text)
    assert payment.number in shown
    assert browser.get(f"/receipt/{payment.id}.pdf").data.startswith(b"%PDF")
    world.check()


def test_the_receipt_of_a_cancelled_payment_says_so_on_page_and_in_lists(
    world: World, claire: Secretary
):
    account = world.account(owes=(3000,))
    payment = claire.receives(account, 2000, "cheque")
    browser = visitor(portal_app(world), world.token(account))
    before = says(browser.get(f"/receipt/{payment.id}").text)
    assert "par chèque" in before
    assert "24 novembre 2026" in before
    assert "10 h 40" not in before  # nobody wrote down the hour
    kept = browser.get(f"/receipt/{payment.id}.pdf").data
    claire.cancels(account, payment)
    claire.work()
    for address in (f"/receipt/{payment.id}", "/payments", "/statement"):
        assert "Annulé le 24 novembre 2026" in says(browser.get(address).text), address
    assert payment.number in says(browser.get(f"/receipt/{payment.id}").text)
    assert browser.get(f"/receipt/{payment.id}.pdf").data != kept
    assert "30,00 €" in says(browser.get("/statement").text)
    assert payment.number not in says(browser.get(f"/invoice/{world.invoices(account)[0].id}").text)


def test_whoever_paid_twice_reads_it_and_has_it_used(database_url: str, processor: Sandbox):
    till = Till.open(database_url, processor)
    claire = Secretary.of(till.world)
    account = till.world.account(owes=(4250,))
    page = till.begin(account)
    claire.receives(account, 1000)  # closes the page
    assert till.attempt(account).status == "expired"
    page = till.begin(account)
    till.paid_elsewhere(account, 3250)
    till.press(page)
    till.tell_all()
    till.work()
    assert claire.credit(account) == 3250
    assert "Vous avez payé 32,50 € de trop" in says(till.patient(account).get("/statement").text)
    assert "Trop-perçu : 32,50 €" in claire.window.says(account)
    till.world.bill_more(account, 5000)
    claire.uses_credit(account)
    claire.work()
    assert till.owed(account) == 1750
    till.check()
    till.close()


def test_a_refund_takes_what_is_in_hand_first_then_what_it_settled(
    database_url: str, processor: Sandbox
):
    till = Till.open(database_url, processor)
    claire = Secretary.of(till.world)
    account = till.world.account(owes=(4250,))
    page = till.begin(account)
    till.paid_elsewhere(account, 3000)
    till.press(page)
    till.tell_all()
    till.work()
    assert claire.credit(account) == 3000
    till.world.bill_more(account, 2000)
    claire.uses_credit(account)
    claire.work()
    assert (claire.credit(account), till.owed(account)) == (1000, 0)
    till.give_back(account, 2500)
    till.tell_all()
    till.work()
    assert claire.credit(account) == 0
    assert [i.open_cents for i in till.world.invoices(account)] == [0, 1500]
    till.give_back(account, 1750)
    till.later(minutes=5)
    till.tell_all()
    till.work()
    assert [i.open_cents for i in till.world.invoices(account)] == [1250, 2000]
    till.check()
    till.close()


def test_a_refund_that_comes_back_after_its_credit_was_used_is_in_hand_again(
    database_url: str, processor: Sandbox
):
    till = Till.open(database_url, processor)
    claire = Secretary.of(till.world)
    account = till.world.account(owes=(4250,))
    page = till.begin(account)
    till.paid_elsewhere(account, 3000)
    till.press(page)
    till.tell_all()
    till.work()
    refund = till.give_back(account, 1000)
    till.tell_all()
    till.work()
    till.world.bill_more(account, 5000)
    claire.uses_credit(account)
    claire.work()
    assert (claire.credit(account), till.owed(account)) == (0, 3000)
    till.processor.control("refund/end", refund=refund, status="failed")
    till.later(minutes=5)
    till.tell_all()
    till.work()
    assert (claire.credit(account), till.owed(account)) == (1000, 3000)
    assert "overpaid" in claire.tasks(account)
    till.check()
    till.close()


def overpaid(house: ImportWorld) -> list[str]:
    """How the tasks about what is in hand stand, the oldest first."""
    with house.database.reading(PRACTICE) as session:
        query = select(Task.status).where(Task.kind == OVERPAID.name).order_by(Task.id)
        return list(session.scalars(query))


def test_an_invoice_that_comes_reminds_of_what_is_in_hand(database_url: str):
    house = open_import_world(database_url)
    with house.database.unit_of_work(PRACTICE) as work:
        get_practice(work.session, PRACTICE).credit_by_itself = False
        work.commit()
    house.export(row("F-1"))
    house.pay_here("F-1", 4000)
    assert overpaid(house) == ["open"]
    with house.database.unit_of_work(PRACTICE) as work:
        [task] = work.session.scalars(select(Task).where(Task.kind == OVERPAID.name))
        close_tasks(
            work.session,
            OVERPAID,
            practice_id=PRACTICE,
            key=task.key,
            event="done",
            actor=SYSTEM,
            at=house.clock.now(),
        )
        work.commit()
    house.a_week_later()
    house.export(row("F-1", left="0,00"))
    assert overpaid(house) == ["done"]
    house.a_week_later()
    house.export(row("F-1", left="0,00"), row("F-2", left="12,50"))
    assert overpaid(house) == ["done", "open"]
    house.a_week_later()
    house.export(row("F-1", left="0,00"), row("F-2", left="12,50"), row("F-3", left="9,00"))
    assert overpaid(house) == ["done", "open"]
    house.assert_sound()


@on_postgres
def test_using_credit_while_it_is_given_back_takes_no_cent_twice(
    database_url: str, processor: Sandbox
):
    till = Till.open(database_url, processor)
    claire = Secretary.of(till.world)
    accounts = [till.world.account(owes=(4250,)) for _ in range(4)]
    for account in accounts:
        page = till.begin(account)
        till.paid_elsewhere(account, 4250)
        till.press(page)
    till.tell_all()
    till.work()
    for account in accounts:
        assert claire.credit(account) == 4250
        till.world.bill_more(account, 9000)
        claire.uses_credit(account)
        till.give_back(account, 4000)
    till.tell_all()
    at_once(claire.work, till.work, claire.work)
    till.later(minutes=5)
    till.work()
    for account in accounts:
        assert claire.credit(account) + (9000 - till.owed(account)) == 250
    assert claire.booked(CREDIT) <= 0
    till.check()
    till.close()
