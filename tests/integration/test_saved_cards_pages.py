"""Giving, changing and removing the card of a plan in the browser."""

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from portal.views import paying
from shared import plans
from shared.payments import Choice, SavedCard, begin_charge
from shared.plans import Plan
from tests.integration.card_world import ASKS_ALWAYS, FAILS_LATER, FIRST, NEAR, Cards
from tests.integration.plan_world import BY_SUM, OUTSIDE, fields_of
from tests.integration.till import Till, on_sqlite
from tests.security.portal_house import Browser
from tests.servers.process import free_port
from tests.servers.sandbox import Sandbox

SOON = "/plan?card="


@pytest.fixture
def cards(till: Till) -> Cards:
    return Cards.of(till)


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page after the processor's asks once; no worker runs beside it."""
    monkeypatch.setattr(paying, "WAIT_SECONDS", 0.0)


def said(answer: TestResponse) -> str:
    return unescape(re.sub("<[^>]*>", "", answer.text)).replace("\u00a0", " ")


def back(cards: Cards, browser: Browser, address: str) -> TestResponse:
    """Come back from the processor: the page waits for the worker, which then looks."""
    path = "/" + address.split("/", 3)[3]
    first = browser.get(path)
    cards.till.work()
    return browser.get(path) if first.status_code == 200 else first


def test_who_agrees_gives_a_card_and_nothing_is_taken_today(cards: Cards) -> None:
    account = cards.world.account()
    browser = cards.till.patient(account)
    shown = browser.get("/spread?how=sum&sum=15&day=5")
    assert "nous prenons la somme sur votre carte" in said(shown)
    assert "Ensuite, vous donnez votre carte. Rien n’est pris aujourd’hui." in said(shown)
    assert "changer de carte, la retirer ou arrêter à tout moment" in said(shown)
    answer = cards.world.propose(browser, BY_SUM)
    [page] = cards.till.sessions()
    assert (answer.status_code, answer.location) == (303, page["url"])
    assert (page["mode"], page["amount_total"]) == ("setup", None)
    done = back(cards, browser, cards.type_card(page["url"]))
    assert done.location == "/plan?card=kept"
    text = said(browser.get(done.location))
    assert "Votre carte est enregistrée." in text
    assert "Visa qui finit par 4242, valable jusqu’au 31 décembre 2034." in text
    assert "Changer de carte" in text
    assert "Retirer la carte" in text
    assert cards.till.charged() == {}
    cards.till.check()


@on_sqlite
def test_who_wants_no_card_kept_chooses_so_and_is_not_asked_for_one(cards: Cards) -> None:
    account = cards.world.account()
    browser = cards.till.patient(account)
    both = said(browser.get("/spread"))
    assert "Par une carte que je donne une fois" in both
    assert "Sans carte gardée" in both
    address = "/spread?how=sum&sum=15&day=5&way=link"
    shown = said(browser.get(address))
    assert "nous vous envoyons un lien pour payer" in shown
    assert "prenons la somme sur votre carte" not in shown
    fields = fields_of(browser.get(address).text, "/spread/agree")
    assert browser.post("/spread/agree", fields | {"ok": "1"}).location == "/plan?fresh=1"
    assert cards.till.sessions() == []
    assert cards.plan(account).plan.way == "link"
    assert "Votre carte" not in said(browser.get("/plan"))


def test_what_was_agreed_for_the_card_is_kept_with_it(cards: Cards) -> None:
    account = cards.world.account()
    browser = cards.till.patient(account)
    cards.type_card(cards.world.propose(browser, BY_SUM).location)
    cards.till.later(minutes=1)
    cards.till.work()
    [card], plan = cards.cards(account), cards.plan(account).plan
    assert (card.text_version, card.text_hash) == (plan.text_version, plan.text_hash)
    assert card.agreed_at == plan.agreed_at
    assert str(card.processor_customer).startswith("cus_")
    assert str(card.processor_method).startswith("pm_")


def test_a_first_part_today_is_paid_on_the_page_that_keeps_the_card(cards: Cards) -> None:
    cards.world.settle_rules(plan_first_now=True)
    account = cards.world.account()
    browser = cards.till.patient(account)
    answer = cards.world.propose(browser, BY_SUM)
    [page] = cards.till.sessions()
    assert (page["mode"], page["amount_total"]) == ("payment", 1500)
    done = back(cards, browser, cards.type_card(answer.location))
    assert done.location.startswith("/receipt/")
    assert cards.till.owed(account) == 2750
    assert cards.states(account) == ["kept"]
    cards.till.check()


@on_sqlite
def test_pressing_twice_or_in_two_tabs_makes_one_page(cards: Cards) -> None:
    account = cards.world.account()
    browser = cards.till.patient(account)
    first = cards.world.propose(browser, BY_SUM).location
    assert browser.post("/plan/card").location == first
    assert cards.till.second_tab(browser).get("/plan").status_code == 200
    assert len(cards.till.sessions()) == 1
    assert cards.world.count(SavedCard) == 1


@on_sqlite
def test_who_turns_back_has_a_plan_without_a_card_and_is_told_so(cards: Cards) -> None:
    account = cards.world.account()
    browser = cards.till.patient(account)
    cards.world.propose(browser, BY_SUM)
    [page] = cards.till.sessions()
    assert page["cancel_url"].endswith("/plan?cancelled=1")
    text = said(browser.get("/plan?cancelled=1"))
    assert "Nous n’avons pas de carte pour cet accord." in text
    assert "Tant que vous n’en donnez pas, vous recevez un lien pour payer à chaque date" in text
    assert "Ce que l’accord dit de votre carte vaut quand vous l’avez donnée." in text
    assert "Votre accord est noté, sans carte pour le moment." in text
    assert "D’ici là, vous payez chaque date par un lien" in text
    assert "Donner ma carte" in text
    assert "Retirer la carte" not in text
    cards.till.later(hours=2)
    cards.till.processor.control("expire", session=page["id"])
    cards.till.work()
    assert cards.states(account) == ["lapsed"]
    cards.till.check()


@on_sqlite
def test_paying_something_else_meanwhile_keeps_no_card(cards: Cards) -> None:
    account = cards.world.account()
    browser = cards.till.patient(account)
    kept = cards.world.propose(browser, BY_SUM).location
    other = browser.post("/pay", {"choice": "other", "amount": "20"}).location
    assert [s["status"] for s in cards.till.sessions()] == ["expired", "open"]
    assert cards.states(account) == ["lapsed"]
    cards.type_card(other)
    cards.settle_pages(account)
    assert other != kept
    assert cards.states(account) == ["lapsed"]
    cards.till.check()


def test_another_card_takes_the_place_of_the_one_before(cards: Cards) -> None:
    account = cards.with_card()
    browser = cards.till.patient(account)
    answer = browser.post("/plan/card")
    cards.type_card(answer.location, ASKS_ALWAYS)
    assert "4242" in browser.get("/plan").text, "the old one holds until the new one is there"
    cards.settle_pages(account)
    assert "3184" in browser.get("/plan").text
    cards.look()
    assert cards.states(account) == ["removed", "kept"]
    [old, new] = cards.cards(account)
    assert old.processor_customer == new.processor_customer
    assert [m["id"] for m in cards.kept_for(new)] == [new.processor_method]
    cards.till.check()


def test_a_card_is_removed_at_once_and_twice_does_no_harm(cards: Cards) -> None:
    account = cards.with_card()
    browser = cards.till.patient(account)
    for _ in range(2):
        assert browser.post("/plan/card/remove").location == "/plan?card=removed"
    text = said(browser.get("/plan?card=removed"))
    assert "Votre carte est retirée." in text
    assert "vous recevez un lien pour payer" in text
    assert cards.states(account) == ["removing"]
    cards.look()
    assert cards.states(account) == ["removed"]
    cards.till.check()


@on_sqlite
def test_nobody_sees_or_removes_the_card_of_another(cards: Cards) -> None:
    mine, other = cards.with_card(), cards.world.account()
    cards.world.plan(other)
    browser = cards.till.patient(other)
    assert "4242" not in browser.get("/plan").text
    browser.post("/plan/card/remove")
    assert cards.states(mine) == ["kept"]
    attempt = cards.till.attempts(mine)[0]
    assert browser.get(f"/payment/{attempt.id}").status_code == 404


@on_sqlite
def test_a_refused_date_is_paid_and_the_card_changed_in_one_go(cards: Cards) -> None:
    account = cards.with_card(FAILS_LATER)
    cards.look_on(NEAR, FIRST)
    browser = cards.till.patient(account)
    text = said(browser.get("/plan"))
    assert "Payer 15,00 € et garder cette carte" in text
    answer = browser.post("/plan/card")
    assert cards.till.sessions()[-1]["amount_total"] == 1500
    done = back(cards, browser, cards.type_card(answer.location))
    assert done.location.startswith("/receipt/")
    assert "4242" in browser.get("/plan").text
    cards.till.check()


@on_sqlite
def test_a_charge_under_way_can_not_be_paid_a_second_time(cards: Cards) -> None:
    account = cards.with_card()
    cards.look_on(NEAR)
    cards.on(FIRST)
    browser = cards.till.patient(account)
    [due] = cards.due()
    covers = frozenset(invoice.id for invoice in cards.world.invoices(account))
    part = Choice("part", covers, due.cents)
    begin_charge(
        cards.till.desk(),
        account_id=account.id,
        agreement_id=due.plan_id,
        cause=due.cause,
        meant=lambda _session: part,
    )
    assert "en cours" in browser.get("/plan").text
    browser.post("/pay", {"choice": "all"})
    assert cards.till.sessions()[-1]["amount_total"] == 2750
    cards.till.check()


@on_sqlite
def test_a_card_that_ends_before_the_last_date_is_told_on_the_page(cards: Cards) -> None:
    ends, lasts = cards.with_card(expiry="01/27"), cards.with_card(expiry="02/27")
    sentence = "Cette carte s’arrête avant la dernière date."
    assert sentence in said(cards.till.patient(ends).get("/plan"))
    assert sentence not in said(cards.till.patient(lasts).get("/plan"))


@on_sqlite
def test_a_proposal_is_answered_first_and_then_the_card_is_asked_for(cards: Cards) -> None:
    account = cards.world.account()
    browser = cards.till.patient(account)
    assert cards.world.propose(browser, OUTSIDE).location == "/plan?fresh=1"
    assert "Donner ma carte" not in said(browser.get("/plan"))
    assert browser.post("/plan/card").location == "/plan", "nothing to keep a card for"
    cards.world.at_desk(cards.plan(account).plan, plans.accept)
    assert "Donner ma carte" in said(browser.get("/plan"))
    assert browser.post("/plan/card").location == cards.till.sessions()[-1]["url"]


@on_sqlite
def test_our_offer_by_card_leads_to_the_card_as_well(cards: Cards) -> None:
    account = cards.world.account()
    offer = cards.world.offer(account, [(FIRST, 4250)])
    with cards.world.database.unit_of_work(account.practice_id) as work:
        work.session.get_one(Plan, (account.practice_id, offer.id)).way = "card"
        work.commit()
    browser = cards.till.patient(account)
    fields = fields_of(browser.get("/plan").text, "/plan/agree")
    answer = browser.post("/plan/agree", fields | {"ok": "1"})
    assert answer.location == cards.till.sessions()[-1]["url"]


@on_sqlite
def test_a_plan_by_link_knows_of_no_card(cards: Cards) -> None:
    cards.world.settle_rules(card_plans=False)
    account = cards.world.account()
    browser = cards.till.patient(account)
    assert cards.world.propose(browser, BY_SUM).location == "/plan?fresh=1"
    assert "Votre carte" not in browser.get("/plan").text
    assert browser.post("/plan/card").location == "/plan"
    assert cards.till.sessions() == []


def test_a_processor_that_does_not_answer_leaves_the_plan_as_it_is(
    sqlite_url: str, processor: Sandbox
) -> None:
    till = Till.open(sqlite_url, processor, address=f"http://127.0.0.1:{free_port()}")
    cards = Cards.of(till)
    account = cards.world.account()
    browser = till.patient(account)
    assert cards.world.propose(browser, BY_SUM).location == f"{SOON}later"
    assert cards.plan(account).plan.status == "active"
    assert "La page de paiement ne répond pas." in said(browser.get(f"{SOON}later"))
    till.set_key(till.world.practice_id, "sk_test_no", till.secret)
    till.check()
    till.close()


@on_sqlite
def test_a_key_that_the_processor_refuses_is_told_as_our_fault(cards: Cards) -> None:
    cards.till.set_key(cards.world.practice_id, "sk_test_no", cards.till.secret)
    account = cards.world.account()
    browser = cards.till.patient(account)
    assert cards.world.propose(browser, BY_SUM).location == f"{SOON}refused"
    assert "Appelez-nous." in said(browser.get(f"{SOON}refused"))


@on_sqlite
def test_english_speaks_of_the_card_too(cards: Cards) -> None:
    account = cards.world.account(language="en")
    browser = cards.till.patient(account)
    shown = said(browser.get("/spread?how=sum&sum=15&day=5"))
    assert "change the card, remove it or stop at any time" in shown
    cards.type_card(cards.world.propose(browser, BY_SUM).location)
    cards.settle_pages(account)
    text = said(browser.get("/plan"))
    assert "Visa ending in 4242, valid until 31 December 2034." in text
