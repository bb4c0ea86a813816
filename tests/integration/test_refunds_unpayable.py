"""While somebody looks at what a refund opened again, no door takes it: it may not be owed at all."""

import pytest

from shared.accounts import Account
from tests.integration.card_world import FIRST, NEAR, Cards
from tests.integration.payer_world import pay_link
from tests.integration.test_refunds import explained, paid, told
from tests.integration.test_transfer_pages import ALL_WAYS, said, takes
from tests.integration.till import Till, on_sqlite
from tests.security.portal_house import Browser

WHY = (
    "Nous vérifions cette somme. Elle est de nouveau due depuis un remboursement "
    "ou une reprise par la banque. Ne payez rien"
)


def given_back(till: Till, cents: int | None = None, owes: tuple[int, ...] = (4250,)) -> Account:
    account = paid(till, owes)
    till.give_back(account, cents)
    told(till)
    return account


@pytest.mark.parametrize("path", ["/pay", "/transfer"])
def test_a_page_to_pay_on_leads_back_to_why_nothing_is_to_be_paid(till: Till, path: str) -> None:
    takes(till.world, ALL_WAYS)
    account = given_back(till)
    browser = till.patient(account)
    page = browser.get("/statement")
    assert WHY in said(page)
    assert not any(f'href="{door}' in page.text for door in ('/pay"', "/spread"))
    answer = browser.get(path)
    assert (answer.status_code, answer.location) == (303, "/statement")


def test_the_page_to_spread_on_says_why_nothing_is_to_be_spread(till: Till) -> None:
    account = given_back(till)
    answer = till.patient(account).get("/spread")
    assert "après un remboursement" in said(answer)
    assert "trop petite" not in said(answer)


def test_who_posts_the_form_of_before_pays_nothing_and_reads_why(till: Till) -> None:
    account = paid(till)
    browser = till.patient(account)
    till.give_back(account)
    told(till)
    opened = len(till.sessions())
    for choice in ({"choice": "all"}, {"choice": "other", "amount": "10"}):
        answer = browser.post("/pay", choice)
        assert (answer.status_code, answer.location) == (303, "/statement")
    assert len(till.sessions()) == opened
    answer = browser.post("/share", {"choice": "all"})
    assert WHY in said(answer)
    assert "Il ne reste rien à payer" not in said(browser.get("/share"))


def test_an_older_link_for_someone_else_does_not_live_again(till: Till) -> None:
    account = till.world.account()
    _, token = pay_link(till.world, account)
    till.pay(account)
    told(till)
    till.give_back(account)
    told(till)
    page = Browser(till.app).get(f"/p/{token}")
    assert "Ce lien a changé" in said(page)


def test_what_no_refund_opened_is_paid_as_always(till: Till) -> None:
    account = given_back(till, 1000, owes=(4000, 3000))
    till.paid_elsewhere(account, -500, place=0)
    browser = till.patient(account)
    page = said(browser.get("/statement"))
    assert "Il reste à payer 15,00 €" in page
    assert "Nous vérifions 10,00 €. Cette somme est de nouveau due" in page
    form = said(browser.get("/pay"))
    assert "Tout 5,00 €" in form
    assert "Nous vérifions 10,00 €." in form
    answer = browser.post("/pay", {"choice": "all"})
    till.press(answer.location)
    told(till)
    assert till.owed(account) == 1000
    assert WHY in said(browser.get("/statement"))
    till.check()


@on_sqlite
def test_once_somebody_has_looked_it_is_paid_as_always(till: Till) -> None:
    account = given_back(till)
    explained(till, account)
    browser = till.patient(account)
    assert "Nous vérifions" not in said(browser.get("/statement"))
    till.press(browser.post("/pay", {"choice": "all"}).location)
    told(till)
    assert till.owed(account) == 0
    till.check()


@on_sqlite
def test_what_was_looked_at_before_a_second_refund_stays_payable(till: Till) -> None:
    account = given_back(till, 1000)
    explained(till, account)
    till.later(days=1)
    till.give_back(account, 700)
    told(till)
    assert "Tout 10,00 €" in said(till.patient(account).get("/pay"))


@on_sqlite
def test_a_date_of_a_plan_is_not_offered_while_somebody_looks(till: Till) -> None:
    cards = Cards.of(till)
    account = cards.with_card()
    cards.look_on(NEAR, FIRST)
    assert cards.taken() == [1500]
    till.give_back(account)
    told(till)
    form = said(till.patient(account).get("/pay"))
    assert "Tout 27,50 €" in form
    assert "Ce que prévoit votre accord" not in form
