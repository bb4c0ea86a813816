"""One look of the worker: no failure stops the rest, and it wakes when there is something to do."""

import threading
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text, update

from ardoise import jobs, settling
from ardoise.worker import Worker
from shared.accounts import Practice
from shared.base.database import wake_worker
from shared.processor import ProcessorAccount, ProcessorKeys, set_processor_account
from tests.integration.ladder_world import LadderWorld
from tests.integration.vendors import SmsVendor
from tests.servers.process import free_port

PATIENCE = 60
TUESDAY_NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


# What fails stops nothing else


def practice_with_vendor(url: str, vendor: SmsVendor, **settings: Any) -> LadderWorld:
    return LadderWorld(url, TUESDAY_NOON, sms_url=vendor.url, sms_token="of-this-test", **settings)


ANY_JOB = [
    *("heed_signals", "sweep_attempts", "answer_link_requests", "send_new_links"),
    *("follow_ladder", "doubt_lost", "end_visits"),
]


@on_sqlite
@pytest.mark.parametrize("job", ANY_JOB)
def test_whatever_job_fails_the_others_are_done(
    database_url: str,
    vendor: SmsVendor,
    job: str,
    monkeypatch: pytest.MonkeyPatch,
    lines: list[MutableMapping[str, Any]],
) -> None:
    world = practice_with_vendor(database_url, vendor)
    world.account()

    def broken(*_: object) -> None:
        raise ValueError("Nadia Ferhat")

    monkeypatch.setattr(jobs if hasattr(jobs, job) else settling, job, broken)
    Worker(world.settings, world.clock).look()
    assert [sms["to"] for sms in vendor.got] == ["+33639980118"]
    [line] = [line for line in lines if line["event"] == "job.failed"]
    assert line["error"] == "ValueError"
    assert "Ferhat" not in str(lines), "what an error says may be about somebody"


@on_sqlite
def test_a_processor_that_is_down_stops_no_reminder(
    database_url: str, vendor: SmsVendor, lines: list[MutableMapping[str, Any]]
) -> None:
    world = practice_with_vendor(
        database_url, vendor, processor_url=f"http://127.0.0.1:{free_port()}"
    )
    take_cards(world, world.practice_id)
    paying, owing = world.account(), world.account(phone="+33639980119")
    world.attempt(paying, "redirected")
    world.later(hours=1)
    Worker(world.settings, world.clock).look()
    assert [n.status for n in world.notices(owing)] == ["sent"]
    assert "processor.unavailable" in {line["event"] for line in lines}


@on_sqlite
def test_one_practices_trouble_is_no_others(
    database_url: str, vendor: SmsVendor, lines: list[MutableMapping[str, Any]]
) -> None:
    world = practice_with_vendor(database_url, vendor)
    other = world.open_practice("Secrétariat R13")
    take_cards(world, world.practice_id)
    world.attempt(world.account(), "redirected")
    with world.database.unit_of_work(world.practice_id) as work:
        work.session.execute(update(ProcessorAccount).values(key_id="lost"))
        work.session.execute(
            update(Practice).where(Practice.id == world.practice_id).values(timezone="Mars/Olympus")
        )
        work.commit()
    world.account(practice_id=other, phone="+33639980119")
    world.later(hours=1)
    Worker(world.settings, world.clock).look()
    assert [sms["to"] for sms in vendor.got] == ["+33639980119"]
    assert "job.failed" in {line["event"] for line in lines}


def take_cards(world: LadderWorld, practice_id: int) -> None:
    with world.database.unit_of_work(practice_id) as work:
        set_processor_account(
            work.session,
            practice_id=practice_id,
            keys=ProcessorKeys("sk_test_of_this_test", "sk_test_of_this_test"),
            webhook_secrets=["whsec_of_this_test"],
            gateway_keys=world.settings.gateway(),
            worker_keys=world.settings.own(),
        )
        work.commit()


# Woken


@contextmanager
def running(
    world: LadderWorld, monkeypatch: pytest.MonkeyPatch, *, looks_every: float
) -> Iterator[threading.Semaphore]:
    """A worker that only looks about, when woken or after such a while; each look is counted."""
    looks = threading.Semaphore(0)
    monkeypatch.setattr("ardoise.worker.LOOK_SECONDS", looks_every)
    monkeypatch.setattr(Worker, "look", lambda _worker: looks.release())
    monkeypatch.setattr("signal.signal", lambda *_: None)
    worker = Worker(world.settings, world.clock)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield looks
    finally:
        worker.stop()
        wake(world)
        thread.join(PATIENCE)
    assert not thread.is_alive()


def wake(world: LadderWorld) -> None:
    with world.database.unit_of_work(world.practice_id) as work:
        wake_worker(work.session)
        work.commit()


def listener(world: LadderWorld) -> int:
    """The process id of the connection that waits to be woken."""
    listening = text(
        "SELECT pid FROM pg_stat_activity"
        " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    )
    for _ in range(PATIENCE * 20):
        with world.database.reading() as session:
            found = session.scalar(listening)
        if found:
            return int(found)
        time.sleep(0.05)
    raise AssertionError("nobody listens")


def test_a_worker_is_woken_by_what_there_is_to_do(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = LadderWorld(postgres_url, TUESDAY_NOON)
    with running(world, monkeypatch, looks_every=PATIENCE) as looks:
        assert looks.acquire(timeout=PATIENCE)
        assert listener(world)
        wake(world)
        assert looks.acquire(timeout=PATIENCE / 2), "long before it would have looked by itself"


def test_a_worker_whose_line_is_cut_listens_anew(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, lines: list[MutableMapping[str, Any]]
) -> None:
    world = LadderWorld(postgres_url, TUESDAY_NOON)
    with running(world, monkeypatch, looks_every=0.5) as looks:
        assert looks.acquire(timeout=PATIENCE)
        first = listener(world)
        with world.database.unit_of_work() as work:
            work.session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
        assert looks.acquire(timeout=PATIENCE / 2)
        assert listener(world) != first
    assert "worker.deaf" in {line["event"] for line in lines}
