"""The worker's jobs: a day is decided once, messages keep their hours, and nobody does a thing twice."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from ardoise import jobs
from ardoise.office import House, sending_office
from ardoise.worker import Worker
from shared.accounts import Account, Practice, get_account
from shared.audit import PATIENT
from shared.delivery import Envelope, Notice
from shared.ladder import LadderNight, close_cycles
from shared.links import ask_new_link
from tests.integration.ladder_world import LadderWorld
from tests.world import Outbox

PATIENCE = 60
MIDNIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # 0 h on Tuesday in Paris
TUESDAY_NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
SUNDAY_NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def world(database_url: str) -> Iterator[LadderWorld]:
    """A practice outside the demo, at midnight."""
    opened = LadderWorld(database_url, MIDNIGHT, demo=False)
    yield opened
    opened.check()
    opened.database.dispose()


def decide(world: LadderWorld) -> bool:
    return jobs.decide_night(world.house, world.practice_id) is not None


def ask_link(world: LadderWorld, account: Account) -> None:
    with world.database.unit_of_work(world.practice_id) as work:
        row = get_account(
            work.session, practice_id=world.practice_id, account_id=account.id, lock=True
        )
        assert ask_new_link(work.session, account=row, actor=PATIENT, at=world.clock.now())
        work.commit()


# When


def test_a_day_is_decided_from_one_in_the_morning_on_and_once(world: LadderWorld) -> None:
    world.account()
    decided = []
    for _ in range(48):
        if decide(world):
            decided.append(world.clock.now())
        world.later(minutes=30)
    assert decided == [MIDNIGHT + timedelta(hours=1)]


def test_the_demo_decides_at_any_hour(database_url: str) -> None:
    demo = LadderWorld(database_url, MIDNIGHT, demo=True)
    demo.account()
    assert decide(demo)
    demo.database.dispose()


def test_one_in_the_morning_is_the_practices_own(world: LadderWorld) -> None:
    with world.database.unit_of_work() as work:
        work.session.execute(update(Practice).values(timezone="Indian/Reunion"))
        work.commit()
    assert decide(world), "it is three in the morning there"
    world.later(hours=21, minutes=59)
    assert not decide(world)
    world.later(minutes=1)
    assert decide(world)


def test_an_hour_that_comes_twice_decides_no_day_twice(world: LadderWorld) -> None:
    world.clock.instant = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # 0 h before the long night
    decided = 0
    for _ in range(25 * 4):
        decided += decide(world)
        world.later(minutes=15)
    assert decided == 1


def test_a_worker_that_was_away_decides_the_present_day_only(world: LadderWorld) -> None:
    world.account()
    world.days(10)
    world.later(hours=15)
    assert decide(world)
    assert not decide(world)
    with world.database.reading(world.practice_id) as session:
        [night] = session.scalars(select(LadderNight)).all()
    assert night.day == world.today


@on_sqlite
def test_reminders_wait_for_the_hours_in_which_they_may_arrive(world: LadderWorld) -> None:
    world.account()
    world.later(hours=1)
    assert decide(world)
    for _ in range(9):
        assert world.send() == 0
        world.later(hours=1)
    assert world.send() == 1
    assert world.clock.now() == MIDNIGHT + timedelta(hours=10)


@on_sqlite
def test_a_batch_ends_with_the_hour_in_which_it_may_arrive(world: LadderWorld) -> None:
    class Slow(Outbox):
        def send(self, envelope: Envelope) -> str:
            world.later(minutes=20)
            return super().send(envelope)

    slow = Slow()
    world.office.carriers["sms"] = slow
    for _ in range(5):
        world.account()
    world.clock.instant = TUESDAY_NOON + timedelta(minutes=10)  # 12 h 10
    world.night()
    world.send()
    assert len(slow.sent) == 3, "the fourth would arrive at lunch"
    world.later(hours=1)
    world.send()
    assert len(slow.sent) == 5


@on_sqlite
def test_the_demo_sends_at_once(database_url: str) -> None:
    world = LadderWorld(database_url, SUNDAY_NIGHT, demo=True)
    world.account()
    assert decide(world)
    assert world.send() == 1


@on_sqlite
def test_a_new_link_comes_at_any_hour(world: LadderWorld) -> None:
    world.clock.instant = SUNDAY_NIGHT
    account = world.account()
    ask_link(world, account)
    world.night()
    jobs.answer_link_requests(world.house, world.practice_id)
    assert jobs.send_new_links(world.office, world.practice_id) == 1
    assert [n.template for n in world.notices(account) if n.status == "sent"] == ["new_link"]


# Several at once


@dataclass
class Crowd:
    """Things done at the same moment by several threads, each with connections of its own."""

    failed: list[BaseException] = field(default_factory=list)

    def run(self, *acts: Any) -> None:
        start = threading.Barrier(len(acts), timeout=PATIENCE)

        def at_once(act: Any) -> None:
            start.wait()
            try:
                act()
            except BaseException as error:
                self.failed.append(error)

        threads = [threading.Thread(target=at_once, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert not self.failed


def another_worker(world: LadderWorld) -> tuple[House, Any]:
    house = House.of(world.settings, world.clock)
    return house, sending_office(house, {"email": world.mail, "sms": world.sms})


def test_two_workers_decide_once_and_send_each_message_once(world: LadderWorld) -> None:
    accounts = [world.account(phone=f"+336399801{n:02}") for n in range(10)]
    world.clock.instant = TUESDAY_NOON
    runs = []

    def work(house: House, office: Any) -> None:
        for _ in range(2):
            runs.append(jobs.decide_night(house, world.practice_id))
            jobs.send_reminders(house, office, world.practice_id)
            jobs.follow_ladder(house, world.practice_id)

    one, other = (another_worker(world) for _ in range(2))
    Crowd().run(lambda: work(*one), lambda: work(*other))
    assert [run.planned for run in runs if run is not None] == [{"pre_due": 10}]
    assert sorted(world.letters()) == sorted(f"+336399801{n:02}" for n in range(10))
    for account in accounts:
        assert [n.status for n in world.notices(account)] == ["sent"]
        assert len(world.story(account, "ladder_cycle.opened")) == 1


def test_two_workers_close_a_cycle_once(world: LadderWorld) -> None:
    account = world.account()
    world.night()
    world.later(hours=1)
    world.adjust(account, -4250)
    other, _ = another_worker(world)
    second = threading.Thread(target=lambda: jobs.follow_ladder(other, world.practice_id))
    with world.database.unit_of_work(world.practice_id) as first:
        now = world.clock.now()
        assert close_cycles(first.session, practice_id=world.practice_id, at=now) == 1
        second.start()
        second.join(1)
        first.commit()
    second.join(PATIENCE)
    assert world.cycle(account).status == "closed"
    assert len(world.story(account, "ladder_cycle.close")) == 1


# Killed


class KilledError(BaseException):
    """The process ends here."""


def kill_while_sending(world: LadderWorld) -> Account:
    account = world.account()
    world.clock.instant = TUESDAY_NOON
    world.night()
    world.sms.raises = KilledError()  # type: ignore[assignment]  # no vendor raises that
    with pytest.raises(KilledError):
        world.send()
    world.sms.raises = None
    return account


def test_a_message_whose_sender_was_killed_is_in_doubt_after_ten_minutes(
    world: LadderWorld,
) -> None:
    account = kill_while_sending(world)
    world.later(minutes=9)
    assert jobs.doubt_lost(world.office, world.practice_id) == 0
    world.later(minutes=1)
    assert jobs.doubt_lost(world.office, world.practice_id) == 1
    assert jobs.doubt_lost(world.office, world.practice_id) == 0
    assert [n.status for n in world.notices(account)] == ["in_doubt"]
    assert [task.kind for task in world.tasks()] == ["notice_in_doubt"]
    world.days(1)
    assert world.night_and_send() == 0


@on_sqlite
def test_on_one_machine_the_next_start_knows_at_once(
    world: LadderWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signal.signal", lambda *_: None)  # the test run keeps its own
    account = kill_while_sending(world)
    worker = Worker(world.settings, world.clock)
    worker.stop()
    worker.run()
    assert [n.status for n in world.notices(account)] == ["in_doubt"]


def test_a_sender_that_was_only_slow_still_writes_what_became_of_it(postgres_url: str) -> None:
    world = LadderWorld(postgres_url, MIDNIGHT, demo=False)
    account = kill_while_sending(world)
    world.later(minutes=11)
    [claimed] = world.notices(account)
    lost: list[int] = []
    with world.database.unit_of_work(world.practice_id) as slow:
        slow.session.execute(
            text("SELECT 1 FROM notice WHERE id = :id FOR UPDATE"), {"id": claimed.id}
        )
        looking = threading.Thread(
            target=lambda: lost.append(jobs.doubt_lost(world.office, world.practice_id))
        )
        looking.start()
        looking.join(5)  # it passes by what somebody else holds
        slow.session.execute(update(Notice).values(status="sent", outcome_at=world.clock.now()))
        slow.commit()
    looking.join(PATIENCE)
    assert lost == [0]
    assert jobs.doubt_lost(world.office, world.practice_id) == 0
    assert [n.status for n in world.notices(account)] == ["sent"]
