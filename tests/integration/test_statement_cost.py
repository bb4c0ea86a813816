"""What one view of the statement page costs the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, select

from ardoise import jobs
from shared.accounts import Account
from shared.links import PortalSession
from tests.bench.measuring.crowd import Crowd, fill
from tests.security.portal_house import Browser, portal_app, visitor
from tests.statements import counting
from tests.world import World

MOST_STATEMENTS = 6
WRITES = ("INSERT", "UPDATE", "DELETE")
STEPS_AT_ONCE = 10
OTHERS = 600


@contextmanager
def counting_steps(engine: Engine) -> Iterator[list[int]]:
    """SQLite's own measure of work done meanwhile: steps of its virtual machine, in tens."""
    steps = [0]

    def one() -> int:
        steps[0] += 1
        return 0

    def watch(connection: object, *_more: object) -> None:
        connection.set_progress_handler(one, STEPS_AT_ONCE)  # type: ignore[attr-defined]

    event.listen(engine, "checkout", watch)
    try:
        yield steps
    finally:
        event.remove(engine, "checkout", watch)


def reminded(world: World) -> Account:
    """A patient with two invoices, a payable rest and a first message behind them."""
    account = world.account(owes=(4250, 1800))
    world.night()
    jobs.send_reminders(world.house, world.office, world.practice_id)
    jobs.follow_ladder(world.house, world.practice_id)
    return account


def entered(world: World, account: Account) -> Browser:
    """A browser behind the identity check, with the statement seen once."""
    browser = visitor(portal_app(world), world.token(account))
    page = browser.get("/statement")
    assert page.text.count('class="inv"') == 2
    assert 'aria-current="step"' in page.text
    return browser


def seen_at(world: World) -> list[object]:
    with world.database.reading(world.practice_id) as session:
        return list(session.scalars(select(PortalSession.seen_at)))


def test_the_statement_takes_six_statements_at_most(database_url: str) -> None:
    world = World(database_url)
    browser = entered(world, reminded(world))
    with counting(world.database.engine) as statements:
        assert browser.get("/statement").status_code == 200
    assert 0 < len(statements) <= MOST_STATEMENTS, statements
    assert not [s for s in statements if s.startswith(WRITES)]


def test_more_invoices_take_no_more_statements(database_url: str) -> None:
    world = World(database_url)
    account = world.account(owes=tuple(range(2000, 2020)))
    browser = visitor(portal_app(world), world.token(account))
    with counting(world.database.engine) as statements:
        assert browser.get("/statement").text.count('class="inv"') == 20
    assert len(statements) <= MOST_STATEMENTS, statements


def test_the_last_use_is_written_once_a_minute_at_most(database_url: str) -> None:
    world = World(database_url)
    browser = entered(world, reminded(world))
    entered_at = seen_at(world)
    world.later(seconds=59)
    with counting(world.database.engine) as within_the_minute:
        browser.get("/statement")
    assert not [s for s in within_the_minute if s.startswith(WRITES)]
    assert seen_at(world) == entered_at
    world.later(seconds=2)
    with counting(world.database.engine) as after_it:
        browser.get("/statement")
    assert len([s for s in after_it if s.startswith(WRITES)]) == 1
    assert seen_at(world) == [world.clock.now()]
    with counting(world.database.engine) as at_once_again:
        browser.get("/statement")
    assert not [s for s in at_once_again if s.startswith(WRITES)]


@pytest.mark.broken_books("a crowd is put into the tables without its journal")
def test_other_peoples_invoices_make_it_no_dearer(sqlite_url: str) -> None:
    """Each statement must find the account's own rows by an index, never by reading the practice."""
    world = World(sqlite_url)
    browser = entered(world, reminded(world))
    with counting_steps(world.database.engine) as alone:
        browser.get("/statement")
    fill(world, Crowd(OTHERS, due=10))
    with counting_steps(world.database.engine) as among_others:
        browser.get("/statement")
    assert 0 < among_others[0] <= alone[0] * 1.1
