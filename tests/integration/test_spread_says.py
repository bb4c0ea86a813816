"""What spreading and paying say: why not, what one payment would do, what was chosen before."""

import re

import pytest

from tests.integration.card_world import Cards
from tests.integration.plan_world import BY_SUM, PlanWorld
from tests.integration.test_statement_parts import said
from tests.integration.till import Till, on_sqlite
from tests.security.portal_house import Browser

CHOSEN = re.compile(r'value="([^"]+)" checked')


@pytest.fixture
def world(database_url: str) -> PlanWorld:
    return PlanWorld(database_url)


@pytest.fixture
def cards(till: Till) -> Cards:
    return Cards.of(till)


def chosen(browser: Browser, address: str) -> list[str]:
    """What is ticked on the page."""
    return CHOSEN.findall(browser.get(address).text)


@on_sqlite
def test_who_can_pay_all_but_a_cent_is_told_that_one_payment_settles_it(world: PlanWorld) -> None:
    browser = world.visitor(world.account(owes=(8100,)))
    page = said(browser, "/spread?how=sum&sum=80,99&day=5")
    assert "Un seul paiement règle tout." in page
    assert "Il resterait 0,01 € , trop peu pour une carte" in page
    assert 'href="/pay">Payer maintenant' in browser.get("/spread?how=sum&sum=80,99&day=5").text
    more = said(browser, "/spread?how=sum&sum=500&day=5")
    assert "Un seul paiement règle tout." in more
    assert "trop peu pour une carte" not in more


@on_sqlite
def test_a_rest_that_no_card_takes_is_told_where_it_went(world: PlanWorld) -> None:
    browser = world.visitor(world.account(owes=(4540,)))
    page = said(browser, "/spread?how=sum&sum=15&day=5")
    assert "Il resterait 0,40 € , trop peu pour une carte" in page
    assert "Un seul paiement" not in page
    assert "trop peu pour une carte" not in said(browser, "/spread?how=sum&sum=20&day=5")
    assert "trop peu pour une carte" not in said(browser, "/spread?how=months&months=3&day=5")


@on_sqlite
def test_a_day_left_empty_is_asked_for_and_not_made_up(world: PlanWorld) -> None:
    browser = world.visitor(world.account())
    assert 'name="day" inputmode="numeric" maxlength="2" autocomplete="off" value="5"' in (
        browser.get("/spread").text
    ), "the day that is meant stands there before"
    answer = browser.get("/spread?how=sum&sum=15&day=")
    assert answer.status_code == 422
    assert "Choisissez le jour du mois, de 1 à 28." in answer.text
    assert "/spread/agree" not in answer.text


@on_sqlite
def test_who_cannot_spread_is_told_why(cards: Cards) -> None:
    world, till = cards.world, cards.till
    paid = world.account(owes=(4250,))
    browser = till.patient(paid)
    till.paid_elsewhere(paid, 4250)
    assert "Il ne reste rien à payer : il n’y a rien à étaler." in said(browser, "/spread")
    checked = world.account(owes=(4250,))
    world.hold(checked, "absent", till.invoice_id(checked, 0))
    assert "Nous vérifions vos factures" in said(till.patient(checked), "/spread")


@on_sqlite
def test_with_an_agreement_its_part_is_chosen_already(cards: Cards) -> None:
    account = cards.world.account()
    browser = cards.till.patient(account)
    assert chosen(browser, "/pay") == ["all"]
    cards.world.propose(browser, BY_SUM | {"way": "link"})
    assert chosen(browser, "/pay") == ["part"]


@on_sqlite
def test_who_comes_back_from_the_card_page_finds_the_choice_again(cards: Cards) -> None:
    account = cards.world.account(owes=(2750, 1500))
    browser = cards.till.patient(account)
    second = str(cards.till.invoice_id(account, 1))
    browser.post("/pay", {"choice": "some", "invoice": second})
    [page] = cards.till.sessions()
    assert page["cancel_url"].endswith("/pay?cancelled=1")
    assert chosen(browser, "/pay?cancelled=1") == ["some", second]
    assert "Rien n’a été débité." in said(browser, "/pay?cancelled=1")
    assert chosen(browser, "/pay") == ["all"], "who comes anew begins anew"
    browser.post("/pay", {"choice": "other", "amount": "12,50"})
    assert chosen(browser, "/pay?cancelled=1") == ["other"]
    assert 'value="12,50"' in browser.get("/pay?cancelled=1").text
    browser.post("/pay", {"choice": "some", "invoice": second})
    cards.till.paid_elsewhere(account, 2750)
    assert chosen(browser, "/pay?cancelled=1") == ["all"], "one invoice is left"
