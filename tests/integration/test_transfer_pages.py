"""Paying otherwise: by transfer, by cheque, at the desk; each practice shows what it takes."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from backoffice.desks.search import search
from shared.accounts import Account, Practice, WaysToPay, get_practice, set_ways_to_pay
from shared.base.transfers import in_fours, transfer_qr
from shared.payments import Choice, PaymentAttempt
from tests.integration.talks import Talks
from tests.integration.till import Till, on_sqlite
from tests.security.portal_house import Browser, portal_app, visitor
from tests.world import World

IBAN = "FR7630006000011234567890189"
ALL_WAYS = WaysToPay(IBAN, "", "Secretariat R12", "Secrétariat R12", ("card", "cash", "cheque"))
PATH = re.compile(r'<path stroke="#000" d="([^"]+)"')


def said(page: TestResponse) -> str:
    """What a page says, without markup and with plain spaces."""
    whole = re.sub(r"</?(?:b|span)\b[^>]*>", "", page.text)
    bare = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", whole, flags=re.S)
    return " ".join(unescape(bare).split())


def takes(world: World, ways: WaysToPay) -> None:
    with world.database.unit_of_work(world.practice_id) as work:
        set_ways_to_pay(get_practice(work.session, world.practice_id), ways)
        work.commit()


def code_for(account: Account, cents: int) -> str:
    return transfer_qr(
        holder="Secretariat R12",
        iban=IBAN,
        bic="",
        cents=cents,
        reference=account.transfer_reference,
    ).path


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    made = World(database_url)
    takes(made, ALL_WAYS)
    yield made
    made.check()
    made.database.dispose()


@pytest.fixture
def account(world: World) -> Account:
    return world.account(owes=(2750, 1500))


@pytest.fixture
def browser(world: World, account: Account) -> Browser:
    return visitor(portal_app(world), world.token(account))


def test_each_account_has_a_reference_of_its_own_that_stays(world: World, account: Account) -> None:
    others = [world.account().transfer_reference for _ in range(3)]
    assert len({account.transfer_reference, *others}) == 4
    assert world.reload(account).transfer_reference == account.transfer_reference
    assert account.number not in account.transfer_reference


def test_staff_find_the_account_by_the_reference_on_the_back_of_a_cheque(
    world: World, account: Account
) -> None:
    world.account()
    with world.database.reading(world.practice_id) as session:
        for typed in (account.transfer_reference, in_fours(account.transfer_reference).lower()):
            [row] = search(
                session,
                practice_id=world.practice_id,
                term=typed,
                steps=(),
                keys=None,
                index=world.house.index,
            )
            assert row.number == account.number


def test_the_pay_page_of_a_practice_without_cards_shows_what_it_takes_and_no_dead_button(
    browser: Browser, account: Account
) -> None:
    page = browser.get("/pay")
    text = said(page)
    assert "42,50 €" in text
    assert "Comment payer ?" in text
    assert 'href="/transfer"' in page.text
    assert "À l’ordre de Secrétariat R12, à envoyer à : BP 12, 44200 Nantes." in text
    assert f"référence au dos : {in_fours(account.transfer_reference)}" in text
    assert "payer par carte, en espèces ou par chèque, aux heures d’ouverture : du lundi" in text
    main = page.text.partition("<main")[2].partition("</main>")[0]
    assert "<button" not in main
    assert "/share" not in main
    assert browser.get("/share").location == "/pay"
    assert browser.post("/share", {"choice": "all"}).location == "/pay"
    assert browser.post("/pay", {"choice": "all"}).status_code == 422


@pytest.mark.parametrize(
    ("ways", "shown"),
    [
        (WaysToPay(iban=IBAN, holder="R12"), {"Par virement"}),
        (WaysToPay(cheque_order="R12"), {"Par chèque"}),
        (WaysToPay(at_desk=("cash",)), {"À l’accueil"}),
        (WaysToPay(), {"Appelez le"}),
    ],
)
def test_each_practice_shows_only_what_it_takes(
    world: World, browser: Browser, ways: WaysToPay, shown: set[str]
) -> None:
    takes(world, ways)
    text = said(browser.get("/pay"))
    possible = {"Par virement", "Par chèque", "À l’accueil", "Appelez le"}
    assert {words for words in possible if words in text} == shown
    if not ways.iban:
        assert browser.get("/transfer").location == "/pay"
        assert browser.post("/transfer", {"amount": "5"}).location == "/pay"


def test_what_is_to_be_copied_stands_there_with_its_code(
    browser: Browser, account: Account
) -> None:
    page = browser.get("/transfer")
    text = said(page)
    for told in (
        "42,50 €",
        "Secretariat R12",
        in_fours(IBAN),
        in_fours(account.transfer_reference),
    ):
        assert told in text
    for copied in ("42,50", "Secretariat R12", IBAN, account.transfer_reference):
        assert f'data-copy="{copied}"' in page.text
    assert PATH.findall(page.text) == [code_for(account, 4250)]
    assert 'role="img" aria-label="Code du virement' in page.text
    assert "BIC" not in text
    assert "Ferhat" not in text


def test_another_sum_has_another_code(browser: Browser, account: Account) -> None:
    page = browser.get("/transfer?amount=12,5")
    assert "12,50 €" in said(page)
    assert PATH.findall(page.text) == [code_for(account, 1250)]
    assert 'name="amount" value="12,50"' in page.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("4,99", "Écrivez une somme entre 5,00 € et 42,50 €."),
        ("42,51", "Écrivez une somme entre 5,00 € et 42,50 €."),
        ("0", "Écrivez une somme entre 5,00 € et 42,50 €."),
        ("-5", "Écrivez une somme en euros, par exemple 12,50."),
        ("beaucoup", "Écrivez une somme en euros, par exemple 12,50."),
        ("9" * 40, "Cette somme est trop grande : vérifiez-la."),
        ("٣", "Écrivez une somme en euros, par exemple 12,50."),
    ],
)
def test_a_sum_that_can_not_be_is_told_and_has_no_code(
    browser: Browser, typed: str, told: str
) -> None:
    for page in (
        browser.get(f"/transfer?amount={typed}"),
        browser.post("/transfer", {"amount": typed}),
    ):
        assert page.status_code == 422
        assert said(page).count(told) == 2
        assert not PATH.search(page.text)
        assert "J’ai fait ce virement" not in said(page)


def test_saying_that_it_is_done_opens_one_thread_with_its_pause_and_its_search(
    world: World, browser: Browser, account: Account
) -> None:
    talks = Talks(world)
    page = browser.get("/transfer?amount=12,50")
    once = re.findall(r'name="once" value="([0-9a-f]{32})"', page.text)[-1]
    first, again = (browser.post("/transfer", {"amount": "12,50", "once": once}) for _ in range(2))
    assert first.location == again.location
    assert re.fullmatch(r"/messages/[0-9a-f-]{36}\?fresh=1", first.location)
    [text] = talks.said(account)
    assert " ".join(text.split()) == (
        f"J’ai fait un virement de 12,50 €. Référence : {account.transfer_reference}."
    )
    assert talks.holds(account) == ["message"]
    [thread] = talks.threads(account)
    assert thread.subject == "paid"
    assert "Votre message est parti." in said(browser.get(first.location))


def test_nothing_left_is_nothing_to_transfer(world: World, browser: Browser) -> None:
    clear = world.account(owes=())
    assert visitor(browser.app, world.token(clear)).get("/transfer").location == "/statement"


@on_sqlite
def test_what_is_being_paid_is_not_asked_for_again(till: Till) -> None:
    takes(till.world, ALL_WAYS)
    account = till.world.account(owes=(2750, 1500))
    till.begin(account, Choice("other", amount=3000))
    with till.world.database.unit_of_work() as work:
        work.session.execute(update(PaymentAttempt).values(status="processing"))
        work.commit()
    page = till.patient(account).get("/transfer")
    assert PATH.findall(page.text) == [code_for(account, 1250)]


def test_an_english_page_speaks_english_and_copies_an_english_sum(
    world: World, browser: Browser
) -> None:
    english = world.account(language="en", owes=(4250,))
    page = visitor(browser.app, world.token(english)).get("/transfer")
    assert "Pay by bank transfer" in said(page)
    assert 'data-copy="42.50"' in page.text


def test_the_practices_other_rows_are_untouched(world: World) -> None:
    with world.database.reading() as session:
        practice = session.scalars(select(Practice)).one()
    assert (practice.iban, practice.bic) == (IBAN, None)
    assert practice.desk_takes == "card,cash,cheque"
