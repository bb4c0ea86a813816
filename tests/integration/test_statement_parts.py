"""What a patient is told of who paid what, what is kept of them, and whose receipt it is."""

import re
from html import unescape

from tests.integration.ladder_world import LadderWorld
from tests.integration.till import Till, on_sqlite
from tests.security.portal_house import Browser, portal_app, visitor

EURO = re.compile(r"(\d+),(\d\d)\s€")


def said(browser: Browser, address: str) -> str:
    """The page's words, runs of spaces made one."""
    bare = re.sub(r"<style>.*?</style>|<[^>]+>", " ", browser.get(address).text, flags=re.S)
    return " ".join(unescape(bare).split())


def parts(page: str) -> list[int]:
    """The sums in cents under « Qui a payé quoi »: the total, what is taken off it, the rest."""
    told = page.split("Qui a payé quoi")[1].split("Le détail n’est pas montré")[0]
    return [int(euros) * 100 + int(cents) for euros, cents in EURO.findall(told)]


@on_sqlite
def test_after_a_part_was_paid_the_parts_still_add_up(till: Till) -> None:
    account = till.world.account(owes=(4250,))
    browser = till.patient(account)
    answer = browser.post("/pay", {"choice": "other", "amount": "12,50"})
    till.press(answer.location)
    till.tell_all()
    till.work()
    page = said(browser, "/statement")
    summary = page.split("Payer")[0]
    assert "Votre caisse a payé 5,00 €" in summary
    assert "Vous avez déjà payé 12,50 €" in summary
    assert browser.get("/statement").text.count('<path class="c" d="M') == 2, "in bar and key"
    total, *taken_off, rest = parts(page)
    assert (total, taken_off, rest) == (4850, [500, 100, 1250], 3000)


@on_sqlite
def test_a_receipt_names_who_owes_and_says_whose_the_reference_is(till: Till) -> None:
    account = till.world.account(owes=(4250, 2000))
    browser = till.patient(account)
    till.press(browser.post("/pay", {"choice": "other", "amount": "20"}).location)
    till.tell_all()
    till.work()
    [receipt] = set(re.findall(r'href="(/receipt/[^"]+)"', browser.get("/statement").text))
    page = said(browser, receipt)
    assert "Au nom de Nadia Ferhat" in page
    assert f"Référence du compte {account.number}" in page
    fresh = said(browser, f"{receipt}?fresh=1")
    assert "Votre paiement est reçu. Il reste 42,50 € à payer." in fresh
    assert "Merci, c’est payé." not in fresh


def test_a_correction_of_the_software_is_not_told_as_a_payment(sqlite_url: str) -> None:
    world = LadderWorld(sqlite_url)
    down, up = world.account(owes=(4250,)), world.account(owes=(4250,))
    world.adjust(down, -1000)
    world.adjust(up, 1000)
    lower = said(visitor(portal_app(world), world.token(down)), "/statement")
    assert "Payé autrement ou corrigé 10,00 €" in lower
    assert parts(lower) == [4850, 500, 100, 1000, 3250]
    higher = said(visitor(portal_app(world), world.token(up)), "/statement")
    assert "Ajouté par une correction 10,00 €" in higher
    assert parts(higher) == [4850, 500, 100, 1000, 5250]
    for page in (lower, higher):
        assert "Vous avez déjà payé" not in page


def test_within_a_visit_the_page_on_data_names_the_practice_and_says_more(sqlite_url: str) -> None:
    world = LadderWorld(sqlite_url)
    browser = visitor(portal_app(world), world.token(world.account()))
    inside, outside = said(browser, "/privacy"), said(Browser(portal_app(world)), "/privacy")
    for words in ("Secrétariat R12", "04 65 71 20 12", "BP 12, 44200 Nantes", "marche 14 jours"):
        assert words in inside
        assert words not in outside
    for words in ("9-2-h", "paiement par carte", "10 ans"):
        assert words in inside
        assert words not in outside
    for words in ("Qui les reçoit", "demandez-nous", "CNIL"):
        assert words in inside
        assert words in outside
