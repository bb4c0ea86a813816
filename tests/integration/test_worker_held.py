"""Somebody keeps a row locked, as a captured front door can: the worker waits a while, and does the rest."""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from ardoise import jobs, ordering, settling
from ardoise.office import House
from ardoise.patience import LOCK_SECONDS, Patience
from ardoise.worker import Worker
from tests.integration.ladder_world import LadderWorld
from tests.integration.refund_desk import RefundDesk
from tests.integration.test_refunds import paid
from tests.integration.till import Till
from tests.servers.sandbox import Sandbox
from tests.world import World


@pytest.fixture
def till(postgres_url: str, processor: Sandbox) -> Iterator[Till]:
    """SQLite locks no rows."""
    opened = Till.open(postgres_url, processor)
    yield opened
    opened.close()


@pytest.fixture
def house(till: Till) -> Iterator[House]:
    """As the worker opens it, but that it waits less."""
    opened = House.of(till.world.settings, till.world.clock, lock_seconds=1)
    yield opened
    opened.database.dispose()


@contextmanager
def kept_locked(world: World, table: str, row: UUID) -> Iterator[None]:
    with psycopg.connect(world.settings.database_url) as connection:
        held = sql.SQL("SELECT FROM {} WHERE id = %s FOR UPDATE").format(sql.Identifier(table))
        connection.execute(held, (row,))
        yield
        connection.rollback()


def events(lines: list[MutableMapping[str, Any]], name: str) -> int:
    return [line["event"] for line in lines].count(name)


def test_the_worker_waits_ten_seconds_and_no_longer(till: Till) -> None:
    worker = Worker(till.world.settings, till.world.clock)
    database = worker._house.database
    for _ in range(2):  # what was set stays with the connection
        with database.unit_of_work() as work:
            assert work.session.scalar(text("SHOW lock_timeout")) == f"{LOCK_SECONDS}s"
    database.dispose()
    with till.world.database.reading() as session:
        assert session.scalar(text("SHOW lock_timeout")) == "0", "the doors and commands wait"


def test_refunds_go_on_where_one_is_kept_locked(
    till: Till, house: House, lines: list[MutableMapping[str, Any]]
) -> None:
    desk, patience = RefundDesk.of(till), Patience()
    accounts = [paid(till, owes=(9000,)) for _ in range(4)]
    held, *others = [desk.ask(account, 100) for account in accounts[:3]]
    with kept_locked(till.world, "money_order", held):
        ordering.carry_out_orders(house, till.world.practice_id, patience)
        assert [desk.order(one).status for one in others] == ["done", "done"]
        assert events(lines, "order.failed") == 1
        last = desk.ask(accounts[3], 100)
        patience.begin()
        ordering.carry_out_orders(house, till.world.practice_id, patience)
        assert desk.order(last).status == "done"
    assert desk.order(held).tries == 0
    patience.begin()
    ordering.carry_out_orders(house, till.world.practice_id, patience)
    assert desk.order(held).status == "done", "as soon as it is let go"


@pytest.mark.parametrize("table", ["account", "payment_attempt"])
def test_payments_go_on_where_ones_rows_are_kept_locked(
    till: Till, house: House, lines: list[MutableMapping[str, Any]], table: str
) -> None:
    patience, accounts = Patience(), [till.world.account(owes=(9000,)) for _ in range(4)]
    for account in accounts:
        till.press(till.begin(account))
    till.later(hours=1)
    first, second = (till.attempt(account) for account in accounts[:2])
    rows = [first.id, second.id] if table == "payment_attempt" else [a.id for a in accounts[:2]]
    with kept_locked(till.world, table, rows[0]), kept_locked(till.world, table, rows[1]):
        settling.sweep_attempts(house, till.world.practice_id, patience)
        assert [till.attempt(a).status for a in accounts[2:]] == ["succeeded", "succeeded"]
        assert not patience.is_over, "waiting for them took nothing from what comes after"
        before = events(lines, "settle.failed")
        patience.begin()
        settling.sweep_attempts(house, till.world.practice_id, patience)
        assert events(lines, "settle.failed") == before + 1, "it waits for one of them a look"
    for _ in range(2):
        patience.begin()
        settling.sweep_attempts(house, till.world.practice_id, patience)
    assert {till.attempt(a).status for a in accounts} == {"succeeded"}


def test_reminders_go_on_where_ones_account_is_kept_locked(postgres_url: str) -> None:
    world = LadderWorld(postgres_url)
    accounts = [world.account(owes=(9000,)) for _ in range(3)]
    world.night()
    with kept_locked(world, "account", accounts[0].id):
        jobs.send_reminders(world.house, world.office, world.practice_id)
        sent = [[n.status for n in world.notices(account)] for account in accounts]
        assert sent == [["planned"], ["sent"], ["sent"]]
    jobs.send_reminders(world.house, world.office, world.practice_id)
    assert [n.status for n in world.notices(accounts[0])] == ["sent"]
    world.database.dispose()
