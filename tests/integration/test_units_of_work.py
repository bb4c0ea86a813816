"""A unit of work is kept whole or not at all, and whoever only reads changes nothing."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from shared.accounts import Account, get_account, get_practice
from shared.base.database import Database
from shared.ladder import run_night
from tests.integration.ladder_world import LadderWorld
from tests.world import NOON

PATIENCE = 20


@pytest.fixture
def world(database_url: str) -> Iterator[LadderWorld]:
    opened = LadderWorld(database_url)
    yield opened
    opened.database.dispose()


def phone(world: LadderWorld) -> str:
    with world.database.reading(world.practice_id) as session:
        return get_practice(session, world.practice_id).phone


def lock(session: Session, account: Account) -> Account:
    return get_account(session, practice_id=account.practice_id, account_id=account.id, lock=True)


# Writing


def test_what_is_committed_is_kept(world: LadderWorld) -> None:
    with world.database.unit_of_work(world.practice_id) as work:
        get_practice(work.session, world.practice_id).phone = "01 99 00 00 01"
        work.commit()
    assert phone(world) == "01 99 00 00 01"


def test_what_is_not_committed_is_gone(world: LadderWorld) -> None:
    before = phone(world)
    with world.database.unit_of_work(world.practice_id) as work:
        get_practice(work.session, world.practice_id).phone = "01 99 00 00 01"
        work.session.flush()
    assert phone(world) == before


def test_a_failure_in_the_middle_takes_everything_back(world: LadderWorld) -> None:
    before = phone(world)

    def fail() -> None:
        with world.database.unit_of_work(world.practice_id) as work:
            get_practice(work.session, world.practice_id).phone = "01 99 00 00 01"
            work.session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert phone(world) == before


def test_what_comes_after_the_commit_is_gone(world: LadderWorld) -> None:
    with world.database.unit_of_work(world.practice_id) as work:
        practice = get_practice(work.session, world.practice_id)
        practice.phone = "01 99 00 00 01"
        work.commit()
        practice.phone = "01 99 00 00 02"
        work.session.flush()
    assert phone(world) == "01 99 00 00 01"


def test_half_of_two_accounts_is_never_seen(world: LadderWorld) -> None:
    accounts = [world.account(), world.account()]
    with world.database.unit_of_work(world.practice_id) as work:
        for account in accounts:
            lock(work.session, account).language = "en"
            work.session.flush()
            assert {world.reload(one).language for one in accounts} == {"fr"}
        work.commit()
    assert {world.reload(one).language for one in accounts} == {"en"}


# Reading


def test_whoever_reads_can_change_nothing(world: LadderWorld) -> None:
    before = phone(world)
    with world.database.reading(world.practice_id) as session:
        get_practice(session, world.practice_id).phone = "01 99 00 00 01"
        with pytest.raises(DBAPIError):
            session.commit()
    with (
        world.database.reading(world.practice_id) as session,
        pytest.raises(DBAPIError),
    ):
        session.execute(text("DELETE FROM ladder_step"))
    assert phone(world) == before
    assert world.night().seen == 0


def test_who_reads_first_can_write_afterwards(world: LadderWorld) -> None:
    for _ in range(20):
        phone(world)
        with world.database.unit_of_work(world.practice_id) as work:
            get_practice(work.session, world.practice_id).phone = "01 99 00 00 01"
            work.commit()
    assert phone(world) == "01 99 00 00 01"


def test_a_reader_waits_for_no_writer(world: LadderWorld) -> None:
    account = world.account()
    with world.database.unit_of_work(world.practice_id) as work:
        lock(work.session, account)
        started = time.monotonic()
        assert world.reload(account).number == account.number
        assert time.monotonic() - started < PATIENCE


# Locks


def test_two_who_lock_one_account_go_one_after_the_other(world: LadderWorld) -> None:
    account, order = world.account(), []
    inside, may_go = threading.Event(), threading.Event()

    def first() -> None:
        with world.database.unit_of_work(world.practice_id) as work:
            lock(work.session, account)
            inside.set()
            may_go.wait(PATIENCE)
            order.append("first")
            work.commit()

    def second() -> None:
        inside.wait(PATIENCE)
        with world.database.unit_of_work(world.practice_id) as work:
            lock(work.session, account)
            order.append("second")

    threads = [threading.Thread(target=one) for one in (first, second)]
    for thread in threads:
        thread.start()
    inside.wait(PATIENCE)
    time.sleep(0.3)
    assert order == []
    may_go.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert order == ["first", "second"]


def test_what_is_read_under_the_lock_is_what_the_last_one_left(world: LadderWorld) -> None:
    account = world.account()

    def write_ten() -> None:
        for _ in range(10):
            with world.database.unit_of_work(world.practice_id) as work:
                row = lock(work.session, account)
                row.external_key = str(int(row.external_key.rpartition(":")[2] or 0) + 1)
                work.commit()

    world.change(account, external_key="0")
    threads = [threading.Thread(target=write_ten) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE * 3)
    assert world.reload(account).external_key == "30", "no one's count is lost"


def test_on_sqlite_a_writer_holds_the_pen_from_its_first_word(sqlite_url: str) -> None:
    world = LadderWorld(sqlite_url)
    entered = threading.Event()

    def another() -> None:
        with Database(sqlite_url).unit_of_work() as work:
            work.session.execute(text("SELECT 1"))
            entered.set()

    waiting = threading.Thread(target=another)
    with world.database.unit_of_work() as work:
        work.session.execute(text("SELECT 1"))
        waiting.start()
        assert not entered.wait(0.5)
    assert entered.wait(PATIENCE)
    waiting.join(PATIENCE)


def test_a_long_night_holds_nobody_up(postgres_url: str) -> None:
    world = LadderWorld(postgres_url)
    account = world.account()
    with world.database.unit_of_work(world.practice_id) as night:
        practice = get_practice(night.session, world.practice_id)
        run = run_night(night.session, practice=practice, today=world.today, at=NOON)
        night.session.flush()
        assert run.planned == {"pre_due": 1}
        with world.database.unit_of_work(world.practice_id) as payment:
            payment.session.execute(text("SET LOCAL lock_timeout = '5s'"))
            assert lock(payment.session, account).balance_cents == 4250


# Instants


def test_an_instant_comes_back_as_it_was_and_in_utc(world: LadderWorld) -> None:
    summer = timezone(timedelta(hours=2))
    for instant in (NOON, datetime(2026, 7, 1, 2, 30, 15, 123456, tzinfo=summer)):
        account = world.account()
        world.change(account, door_closed_at=instant)
        kept = world.reload(account).door_closed_at
        assert kept == instant
        assert kept is not None
        assert kept.utcoffset() == timedelta()


def test_an_instant_without_a_zone_is_refused(world: LadderWorld) -> None:
    account = world.account()
    with pytest.raises(StatementError, match="aware"):
        world.change(account, door_closed_at=datetime.now(UTC).replace(tzinfo=None))
    with world.database.reading(world.practice_id) as session:
        kept = session.scalars(select(Account.door_closed_at)).all()
    assert kept == [None]
