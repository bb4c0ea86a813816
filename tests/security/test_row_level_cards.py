"""On PostgreSQL the portal asks for cards and gives them up; it neither learns nor charges one."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from portal.app import create_app
from shared.accounts import Account
from shared.base.database import Database
from shared.base.ids import new_id
from shared.payments import Choice, begin_charge
from tests.integration.card_world import FIRST, NEAR, Cards
from tests.integration.plan_world import BY_SUM
from tests.security.captured import Captured
from tests.security.portal_house import portal_settings, visitor
from tests.security.secured import Secured
from tests.security.test_row_level_security import name


@pytest.fixture
def cards(secured: Secured) -> Cards:
    return Cards.of(secured.stories.till)


@pytest.fixture
def door(secured: Secured) -> Iterator[Database]:
    database = Database(secured.log_in("ardoise_portal"))
    yield database
    database.dispose()


def test_a_patient_gives_changes_and_removes_a_card(cards: Cards, door: Database):
    settings = portal_settings(cards.world, database_url=door.url)
    account = cards.world.account()
    app = create_app(settings, door, clock=cards.world.clock)
    browser = visitor(app, cards.world.token(account))
    page = cards.world.propose(browser, BY_SUM).location
    browser.post("/pay", {"choice": "other", "amount": "20"})  # the page is closed for another
    assert cards.states(account) == ["lapsed"]
    page = browser.post("/plan/card").location
    cards.type_card(page)
    cards.settle_pages(account)
    assert "4242" in browser.get("/plan").text
    assert browser.post("/plan/card/remove").location == "/plan?card=removed"
    assert cards.states(account) == ["lapsed", "removing"]


def refused(url: str, practice_id: int, statement: str, values: dict[str, Any]) -> None:
    """The role may not do this."""
    with psycopg.connect(url) as connection:
        name(connection, practice_id)
        with pytest.raises(InsufficientPrivilege):
            connection.execute(sql.SQL(statement), values)  # type: ignore[arg-type]


def test_a_captured_portal_makes_no_card_another_accounts(cards: Cards, secured: Secured):
    """A page just opened tells whose card it is to be: not somebody's who gave one before."""
    [theirs] = cards.cards(cards.with_card())
    account = cards.world.account(owes=(4250,))
    cards.world.plan(account)
    cards.page(account)
    [asked] = cards.cards(account)
    with psycopg.connect(secured.owner, autocommit=True) as connection:
        connection.execute(
            "UPDATE saved_card SET processor_customer = NULL WHERE id = %s", (asked.id,)
        )
    portal = Captured(secured, "ardoise_portal")
    note = "saved_card SET processor_customer = %(whose)s WHERE id = %(card)s"
    assert not portal.lets_through(note, whose=theirs.processor_customer, card=asked.id)
    assert portal.lets_through(note, whose="cus_of_the_new_page", card=asked.id)


def a_charge(cards: Cards, account: Account) -> None:
    """The worker begins to charge the account's card; nobody was asked yet."""
    cards.look_on(NEAR)
    cards.on(FIRST)
    covers = frozenset(invoice.id for invoice in cards.world.invoices(account))
    part = Choice("part", covers, 1500)
    begin_charge(
        cards.till.desk(),
        account_id=account.id,
        agreement_id=cards.plan(account).plan.id,
        cause="x",
        meant=lambda _session: part,
    )


def test_a_captured_portal_neither_makes_up_a_card_nor_charges_one(cards: Cards, secured: Secured):
    account = cards.with_card()
    [card] = cards.cards(account)
    a_charge(cards, account)
    url, number = secured.log_in("ardoise_portal"), account.practice_id
    known: dict[str, Any] = {
        **{"practice_id": number, "id": new_id(), "account_id": account.id},
        **{"at": cards.world.clock.now(), "card": card.id, "hash": "0" * 64},
    }
    made = (
        "INSERT INTO saved_card (practice_id, id, account_id, status, text_version, text_hash, "
        "agreed_at, processor_method) VALUES (%(practice_id)s, %(id)s, %(account_id)s, "
        "{}, '1', %(hash)s, %(at)s, {})"
    )
    attempt = (
        "INSERT INTO payment_attempt (practice_id, id, account_id, status, amount_cents, choice, "
        "language, idempotency_key, created_at, checks, card_id, cause) VALUES (%(practice_id)s, "
        "%(id)s, %(account_id)s, {}, 100, 'charge', 'fr', 'k', %(at)s, 0, %(card)s, {})"
    )
    for statement in (
        made.format("'kept'", "NULL"),
        made.format("'asked'", "'pm_stolen'"),
        attempt.format("'processing'", "NULL"),
        attempt.format("'created'", "'made up'"),
        "UPDATE saved_card SET status = 'removed' WHERE id = %(card)s",
        "UPDATE saved_card SET processor_method = 'pm_other' WHERE id = %(card)s",
        "UPDATE saved_card SET last4 = '0000' WHERE id = %(card)s",
        "DELETE FROM saved_card WHERE id = %(card)s",
        "UPDATE payment_attempt SET cause = NULL WHERE card_id = %(card)s",
    ):
        refused(url, number, statement, known)
    with psycopg.connect(url) as connection:
        name(connection, number)
        done = connection.execute(
            "UPDATE payment_attempt SET status = 'failed' WHERE cause IS NOT NULL"
        )
        assert done.rowcount == 0, "a charge under way is out of its reach"
    assert cards.states(account) == ["kept"]
    assert cards.outcomes(account) == [("processing", None)]
