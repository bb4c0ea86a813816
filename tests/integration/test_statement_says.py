"""What the statement says of an agreement and of pauses is what is so."""

from datetime import timedelta

import pytest

from shared.accounts import Account
from shared.audit import SYSTEM
from shared.base.ids import new_id
from shared.billing import Invoice
from shared.ledger import Entry, invoice_lines, post
from tests.integration.plan_world import BY_SUM, PlanWorld
from tests.integration.talks import Talks, words
from tests.integration.test_statement_parts import said
from tests.integration.till import on_sqlite

DUE = "à payer au plus tard le"


@pytest.fixture
def world(database_url: str) -> PlanWorld:
    return PlanWorld(database_url)


def bill_again(world: PlanWorld, account: Account, cents: int) -> None:
    """Another invoice comes from the practice's software."""
    with world.database.unit_of_work(account.practice_id) as work:
        first = world.invoices(account)[0]
        columns = {c.key: getattr(first, c.key) for c in Invoice.__table__.columns}
        more = {"id": new_id(), "number": "F-9999", "open_cents": 0, "lines": None}
        later = Invoice(**columns | more | {"patient_cents": cents, "source_left_cents": cents})
        later.total_cents = cents + later.amo_cents + later.amc_cents
        work.session.add(later)
        work.session.flush()
        sums = {"patient": cents, "amo": later.amo_cents, "amc": later.amc_cents}
        lines = invoice_lines(account.id, later.id, **sums)
        entry = Entry("invoice", f"invoice:{later.id}", later.issued_on, lines)
        post(
            work.session,
            [entry],
            practice_id=account.practice_id,
            actor=SYSTEM,
            at=world.clock.now(),
        )
        work.commit()


def test_an_invoice_of_an_agreement_is_to_be_paid_as_agreed_and_by_no_other_day(
    world: PlanWorld,
) -> None:
    account = world.account(owes=(2750, 1500))
    browser = world.visitor(account)
    assert said(browser, "/statement").count(DUE) == 2
    world.propose(browser, BY_SUM)
    page = said(browser, "/statement")
    assert DUE not in page
    assert page.count("à payer selon votre accord") == 2
    link = browser.get("/statement").text.split('href="/invoice/')[1].split('"')[0]
    alone = said(browser, f"/invoice/{link}")
    assert "selon votre accord" in alone
    assert "au plus tard" not in alone
    bill_again(world, account, 900)
    assert said(browser, "/statement").count(DUE) == 1, "what came later is due on its own day"


@on_sqlite
def test_what_is_only_proposed_changes_no_due_date(world: PlanWorld) -> None:
    browser = world.visitor(world.account())
    world.propose(browser, BY_SUM | {"sum": "5"})
    assert DUE in said(browser, "/statement")


@on_sqlite
def test_during_an_agreement_reminders_rest_and_dates_are_announced(world: PlanWorld) -> None:
    account = world.account()
    browser = world.visitor(account)
    world.propose(browser, BY_SUM)
    page = said(browser, "/statement")
    assert "Nos rappels sont en pause." in page
    assert "Nous vous prévenons avant chaque date." in page
    assert "Nos messages sont en pause." not in page
    [view] = world.views(account)
    browser.post("/plan/ask", {"plan": str(view.plan.id), "what": "pause"})
    asked = said(browser, "/statement")
    assert "Nos messages sont en pause." in asked
    assert "Nous vous prévenons avant chaque date." not in asked


@on_sqlite
def test_each_reason_of_a_pause_is_named(world: PlanWorld) -> None:
    account, talks = world.account(), Talks(world)
    browser = world.visitor(account)
    talks.open(account, "payer", words("Ma mutuelle doit payer."))
    page = said(browser, "/statement")
    assert "Nous regardons si votre caisse ou votre complémentaire doit encore payer." in page
    assert "Nous attendons une réponse" not in page
    world.propose(browser, BY_SUM)
    talks.open(account, "other", words("Une question."))
    page = said(browser, "/statement")
    assert "Nous regardons si votre caisse" in page
    assert "Votre accord est en cours." in page
    assert "Nous vous devons une réponse." in page


@on_sqlite
def test_the_answer_opens_and_where_there_are_several_the_list(world: PlanWorld) -> None:
    account, talks = world.account(), Talks(world)
    browser = world.visitor(account)
    first = talks.open(account, "paid", words("J’ai payé."))
    talks.answer(first, words("Merci, trouvé."))
    assert 'href="/messages/unread">Lire la réponse' in browser.get("/statement").text
    assert browser.get("/messages/unread").location == f"/messages/{first.id}"
    second = talks.open(account, "other", words("Une question."))
    talks.answer(second, words("Oui."))
    assert browser.get("/messages/unread").location == "/messages"
    browser.get(f"/messages/{first.id}")
    assert browser.get("/messages/unread").location == f"/messages/{second.id}"
    browser.get(f"/messages/{second.id}")
    assert browser.get("/messages/unread").location == "/messages"


def test_the_home_says_that_other_dates_of_ours_wait_until_they_are_answered(
    world: PlanWorld,
) -> None:
    account = world.account(owes=(9000,))
    browser = world.visitor(account)
    assert "d’autres dates" not in said(browser, "/statement")
    today = world.clock.now().date()
    offer = world.offer(account, [(today + timedelta(days=30 * n), 3000) for n in (1, 2, 3)])
    home = browser.get("/statement").text
    assert "Nous vous proposons d’autres dates" in home
    assert 'href="/plan"' in home.split("Nous vous proposons d’autres dates")[1][:300]
    world.answer(offer, agrees=True)
    assert "Nous vous proposons d’autres dates" not in browser.get("/statement").text
