"""What is paid already by another way is told where one pays, and settled invoices are not lost."""

import re
from datetime import timedelta
from html import unescape

from sqlalchemy import update

from shared.accounts import Account
from shared.billing import Invoice
from shared.messages import Thread
from shared.payments import Choice
from tests.integration.payer_world import pay_link
from tests.integration.talks import Talks, words
from tests.integration.test_statement_cost import MOST_STATEMENTS, reminded
from tests.integration.test_statement_parts import said
from tests.integration.till import Till, on_sqlite
from tests.security.portal_house import Browser, portal_app, visitor
from tests.statements import counting
from tests.world import World

PLACES = ("/statement", "/pay")
EURO = re.compile(r"(\d+),(\d\d)\s€")


def both(browser: Browser) -> list[str]:
    """What the statement and the page to pay say."""
    return [said(browser, place) for place in PLACES]


def patient(world: World, account: Account) -> Browser:
    return visitor(portal_app(world), world.token(account))


def test_a_payment_that_was_announced_is_told_until_we_answered(database_url: str) -> None:
    world = World(database_url)
    account, talks = world.account(owes=(2750, 1500)), Talks(world)
    browser = patient(world, account)
    assert not any("annoncé" in page for page in both(browser))
    thread = talks.open(account, "paid", words("J’ai fait un virement de 27,50 €."))
    for page in both(browser):
        assert "Vous avez annoncé un paiement le 24 novembre 2026." in page
        assert "Ne payez pas une seconde fois ce que vous avez déjà envoyé." in page
        assert "27,50 € le" not in page
    with world.database.unit_of_work(account.practice_id) as work:
        answered = update(Thread).where(Thread.id == thread.id)
        work.session.execute(answered.values(status="answered", keeps_hold=True))
        work.commit()
    assert all("annoncé" in page for page in both(browser)), "we still look for it"
    with world.database.unit_of_work(account.practice_id) as work:
        work.session.execute(answered.values(keeps_hold=False))
        work.commit()
    assert not any("annoncé" in page for page in both(browser))


def test_links_for_someone_else_are_told_while_they_are_open(database_url: str) -> None:
    world = World(database_url)
    account, other = world.account(owes=(2750, 1500)), world.account(owes=(9000,))
    pay_link(world, other)
    browser = patient(world, account)
    assert not any("Quelqu’un d’autre peut payer." in page for page in both(browser))
    pay_link(world, account, Choice("other", amount=1000))
    for page in both(browser):
        assert "Votre lien de 10,00 € est ouvert jusqu’au 1 décembre 2026." in page.replace(
            "1er", "1"
        )
        assert "Voir ou couper le lien" in page
    pay_link(world, account, Choice("other", amount=500))
    for page in both(browser):
        assert "Vos 2 liens sont ouverts au plus tard jusqu’au" in page
    world.later(days=7, seconds=1)
    assert "peut payer." not in said(patient(world, account), "/statement")


@on_sqlite
def test_a_link_that_was_paid_is_no_longer_one_to_wait_for(till: Till) -> None:
    account = till.world.account(owes=(4250,))
    _, token = pay_link(till.world, account, Choice("other", amount=1000))
    till.press(Browser(till.app).post(f"/p/{token}").location)
    till.tell_all()
    till.work()
    page = said(till.patient(account), "/statement")
    assert "Quelqu’un d’autre peut payer." not in page
    assert "Vous avez déjà payé 10,00 €" in page


def test_all_of_it_takes_no_more_statements(database_url: str) -> None:
    world = World(database_url)
    account, talks = world.account(owes=(2750, 1500)), Talks(world)
    talks.open(account, "paid", words("C’est payé."))
    pay_link(world, account)
    browser = patient(world, account)
    browser.get("/statement")
    with counting(world.database.engine) as statements:
        assert "annoncé" in browser.get("/statement").text
    assert len(statements) <= MOST_STATEMENTS


@on_sqlite
def test_sums_add_up_beside_settled_invoices_which_stay_readable(till: Till) -> None:
    account = till.world.account(owes=(2000, 4250))
    browser = till.patient(account)
    till.press(browser.post("/pay", {"choice": "other", "amount": "30"}).location)
    till.tell_all()
    till.work()
    told = said(browser, "/statement").split("Vos paiements")[1]
    sums = [int(euros) * 100 + int(cents) for euros, cents in EURO.findall(told)]
    assert sums == [3000, 3000, 1000, 2000], (
        "the receipt; all payments: these invoices, settled ones"
    )
    assert "Tous vos paiements et factures réglées" in told
    page = browser.get("/payments").text
    [settled] = re.findall(r'href="(/invoice/[^"]+)"', page.split("Vos factures réglées")[1])
    invoice = said(browser, settled)
    assert "Il ne reste rien à payer." in invoice
    assert "Ce que vous avez payé ici" in invoice
    assert "20,00 €" in invoice
    assert "sur 30,00 € en tout" in invoice
    [receipt] = re.findall(r'href="(/receipt/[^"]+)"', browser.get(settled).text)
    assert "30,00" in unescape(browser.get(receipt).text)


def test_a_message_older_than_what_is_open_says_that_it_was_about_something_else(
    sqlite_url: str,
) -> None:
    world = World(sqlite_url)
    account = reminded(world)
    assert "réglée depuis" not in said(patient(world, account), "/statement")
    with world.database.unit_of_work(account.practice_id) as work:
        later = world.clock.now().date() + timedelta(days=2)
        ours = update(Invoice).where(Invoice.account_id == account.id)
        work.session.execute(ours.values(issued_on=later, due_on=later + timedelta(days=30)))
        work.commit()
    page = said(patient(world, account), "/statement")
    assert re.search(
        r"Le \d+ novembre[^,]*, pour une facture réglée depuis\. Vous êtes ici\.", page
    )
    assert "Envoyé le" not in page
