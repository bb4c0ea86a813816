"""An address that comes back out of the browser's history says nothing that has become untrue."""

import re
from html import unescape

import pytest
from sqlalchemy import update

from shared.accounts import place_hold
from shared.audit import SYSTEM
from shared.billing import Invoice
from shared.payments import Choice
from tests.integration.card_world import Cards
from tests.integration.payer_world import pay_link
from tests.integration.test_statement_parts import said
from tests.integration.till import Till, on_sqlite
from tests.security.portal_house import Browser, portal_app, visitor
from tests.world import World

NOTHING_TAKEN = "Rien n’a été débité."
PAY_SIX = {"choice": "other", "amount": "6"}


@pytest.fixture
def cards(till: Till) -> Cards:
    return Cards.of(till)


@on_sqlite
def test_that_nothing_was_taken_is_said_only_while_it_is_so(till: Till) -> None:
    account = till.world.account(owes=(4250,))
    browser = till.patient(account)
    assert NOTHING_TAKEN not in said(browser, "/pay?cancelled=1"), "nothing was begun"
    page = browser.post("/pay", PAY_SIX).location
    assert NOTHING_TAKEN in said(browser, "/pay?cancelled=1")
    till.press(page)
    till.tell_all()
    till.work()
    assert NOTHING_TAKEN not in said(browser, "/pay?cancelled=1"), "6 € were"


@on_sqlite
def test_a_receipt_says_what_is_left_now_only_while_it_is_the_last_one(till: Till) -> None:
    account = till.world.account(owes=(4250,))
    browser = till.patient(account)
    receipts = []
    for choice in (Choice("other", amount=600), Choice("all")):
        till.pay(account, choice)
        till.tell_all()
        till.work()
        receipts.append(f"/receipt/{till.payments(account)[-1].id}?fresh=1")
    assert "Il reste 36,50 € à payer." not in said(browser, receipts[0])
    assert "Restait à payer ce jour-là" in said(browser, receipts[0])
    assert "Merci, c’est payé." in said(browser, receipts[1])


def test_a_cards_page_believes_what_is_there(cards: Cards) -> None:
    account = cards.with_card()
    browser = cards.till.patient(account)
    assert "Votre carte est retirée." not in said(browser, "/plan?card=removed")
    assert "Votre carte est enregistrée." in said(browser, "/plan?card=kept")
    browser.post("/plan/card/remove")
    assert "Votre carte est enregistrée." not in said(browser, "/plan?card=kept")
    assert "Votre carte est retirée." in said(browser, "/plan?card=removed")


@pytest.mark.broken_books("what is open is set by hand, as if it had been paid elsewhere")
def test_a_link_of_more_than_is_left_is_none_to_wait_for(database_url: str) -> None:
    world = World(database_url)
    account = world.account(owes=(2750,))
    browser = visitor(portal_app(world), world.token(account))
    pay_link(world, account)
    assert "Votre lien de 27,50 € est ouvert" in said(browser, "/statement")
    with world.database.unit_of_work(account.practice_id) as work:
        mine = update(Invoice).where(Invoice.account_id == account.id)
        work.session.execute(mine.values(open_cents=2000))
        work.commit()
    for place in ("/statement", "/pay"):
        assert "Quelqu’un d’autre peut payer." not in said(browser, place)


def test_where_nothing_is_asked_for_the_reason_is_told(database_url: str) -> None:
    world = World(database_url)
    account = world.account(owes=(2750,))
    browser = visitor(portal_app(world), world.token(account))
    assert "en pause" not in said(browser, "/statement")
    with world.database.unit_of_work(account.practice_id) as work:
        place_hold(
            work.session,
            account=account,
            kind="staff",
            actor=SYSTEM,
            at=world.clock.now(),
            review_on=world.clock.now().date(),
            invoice_id=world.invoices(account)[0].id,
        )
        work.commit()
    page = said(browser, "/statement")
    assert "Nos messages sont en pause. Nous vérifions ce qui est à payer." in page


def test_dates_that_cannot_be_shown_leave_the_browser_at_the_top(database_url: str) -> None:
    world = World(database_url)
    browser = visitor(portal_app(world), world.token(world.account(owes=(9000,))))
    form = browser.get("/spread").text
    place = re.findall(r'formaction="/spread#(\w+)"', form)
    [wrong, right] = (
        browser.get(f"/spread?how=sum&sum={sum_}&day=5&way=link") for sum_ in ("", "30")
    )
    assert (wrong.status_code, right.status_code) == (422, 200)
    assert f'id="{place[0]}"' not in wrong.text
    assert f'id="{place[0]}"' in right.text


def test_what_stood_behind_a_link_in_its_message_is_left_away(database_url: str) -> None:
    world = World(database_url)
    token = world.token(world.account())
    browser = Browser(portal_app(world))
    for behind in (".", ">", "%22", "%20", ").", "%C2%A0%C2%BB"):
        answer = browser.get(f"/l/{token}{behind}")
        assert (answer.status_code, answer.location) == (303, f"/l/{token}"), behind
    assert browser.get(f"/l/{token}").status_code == 200


def test_an_empty_birth_date_is_asked_for(database_url: str) -> None:
    world = World(database_url)
    browser = Browser(portal_app(world))
    address = f"/l/{world.token(world.account())}"
    answer = browser.post(address, {"day": "", "month": "", "year": ""})
    assert "Écrivez la date de naissance" in unescape(answer.text)
