"""Two workers at the same figures: one counts or decides for both, and neither fails or doubles a row."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from ardoise import jobs
from ardoise.jobs_ladder import LadderCounter
from ardoise.jobs_totals import count_for_desks
from ardoise.office import House
from shared.accounts import get_practice
from shared.ladder import (
    count_ladder,
    decide_tonight,
    has_ladder_turn,
    open_cycles,
)
from shared.totals import Moment, keep_totals
from tests.integration.ladder_world import LadderWorld

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
PATIENCE = 60

Job = Callable[[House, int], object]
JOBS: dict[str, Job] = {
    "night": jobs.decide_night,
    "board": lambda house, practice_id: LadderCounter().count(house, practice_id),
    "desks": count_for_desks,
}


@pytest.fixture
def world(database_url: str) -> Iterator[LadderWorld]:
    opened = LadderWorld(database_url, NOON, demo=False)
    yield opened
    opened.check()
    opened.database.dispose()


def begin(world: LadderWorld, session: Session, job: str) -> None:
    """Do what the job does, and don't commit it yet."""
    practice, now = get_practice(session, world.practice_id), world.clock.now()
    if job == "night":
        assert decide_tonight(session, practice=practice, at=now) is not None
    elif job == "board":
        assert has_ladder_turn(session, practice.id)
        open_cycles(session, practice_id=practice.id, today=world.today, at=now)
        count_ladder(session, practice=practice, night=world.today, at=now)
    else:
        keep_totals(session, Moment(practice.id, now, practice.timezone))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("night", "night"),
        ("night", "board"),
        ("board", "night"),
        ("board", "board"),
        ("desks", "desks"),
    ],
)
def test_what_one_worker_is_at_another_leaves_or_waits_for(
    world: LadderWorld, first: str, second: str
) -> None:
    account = world.account()
    other = House.of(world.settings, world.clock, lock_seconds=2)
    failed: list[BaseException] = []

    def meanwhile() -> None:
        try:
            JOBS[second](other, world.practice_id)
        except BaseException as error:
            failed.append(error)

    late = threading.Thread(target=meanwhile)
    with world.database.unit_of_work(world.practice_id) as work:
        begin(world, work.session, first)
        late.start()
        late.join(1)
        work.commit()
    late.join(PATIENCE)
    assert failed == []
    JOBS[second](other, world.practice_id)
    other.database.dispose()
    assert len(world.story(account, "ladder_cycle.opened")) == (first != "desks")
