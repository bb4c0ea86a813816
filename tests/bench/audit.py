"""Sealing what happened, and verifying it, against plainly reading the same events.

100 000 events of a practice. The floor reads every column of every event once; nothing is committed but
the seals that verifying reads.
"""

import statistics
import sys
import time
from collections.abc import Callable

from sqlalchemy import insert, select

from shared.audit import TimelineEvent, seal_events, verify_chain
from shared.base import migrating
from shared.base.ids import new_id
from tests.bench.measuring.bars import Bar, conclude
from tests.counts import sample
from tests.servers import postgres, process
from tests.world import World

EVENTS = sample(30_000, 200_000)
ROUNDS = sample(3, 5)
LEAST_A_SECOND = 1000.0
MOST_TIMES_SEALING = 8.0
MOST_TIMES_VERIFYING = 4.0


def fill(world: World) -> None:
    """Things that happened, as links, messages and payments leave them."""
    now = world.clock.now()
    with world.database.unit_of_work(world.practice_id) as work:
        for start in range(0, EVENTS, 5000):
            rows = [
                {
                    "practice_id": world.practice_id,
                    "id": new_id(),
                    "account_id": new_id(),
                    "at": now,
                    "actor_kind": "system",
                    "actor": "ardoise",
                    "kind": "notice.send",
                    "facts": {"id": str(new_id()), "channel": "email", "template": "reminder"},
                }
                for _ in range(start, min(start + 5000, EVENTS))
            ]
            work.session.execute(insert(TimelineEvent), rows)
        work.commit()


def timed(job: Callable[[], int]) -> float:
    """Seconds of a job that must have seen every event."""
    began = time.perf_counter()
    seen = job()
    took = time.perf_counter() - began
    if seen < EVENTS:
        raise RuntimeError(f"{seen} events were seen, not {EVENTS}")
    return took


def measure(kind: str, url: str) -> list[Bar]:
    """All bars on one database."""
    migrating.upgrade(url)
    world = World(url)
    fill(world)
    keys, practice_id, now = world.settings.audits(), world.practice_id, world.clock.now()

    def read() -> int:
        columns = TimelineEvent.__table__.columns
        with world.database.reading(practice_id) as session:
            query = select(*columns).where(TimelineEvent.practice_id == practice_id)
            found = session.execute(query.execution_options(yield_per=2000))
            return sum(1 for _ in found)

    def seal() -> int:
        count = 0
        while True:
            with world.database.unit_of_work(practice_id) as work:
                sealed = seal_events(work.session, practice_id=practice_id, keys=keys, at=now)
                work.commit()
            if not sealed:
                return count
            count += sealed

    def verify() -> int:
        with world.database.at_one_moment(practice_id) as session:
            found = verify_chain(session, practice_id=practice_id, keys=keys)
        if found.flaw is not None:
            raise RuntimeError(found.flaw)
        return found.events

    floor = statistics.median(timed(read) for _ in range(ROUNDS))
    sealing = timed(seal)
    pairs = [(timed(read), timed(verify)) for _ in range(ROUNDS)]
    verifying = statistics.median(pair[1] for pair in pairs)
    world.database.dispose()
    return [
        Bar(
            f"audit, {kind}: events sealed a second",
            EVENTS / sealing,
            LEAST_A_SECOND,
            at_least=True,
            told=f"{EVENTS} in {sealing:.2f} s",
        ),
        Bar(
            f"audit, {kind}: sealing / reading",
            sealing / floor,
            MOST_TIMES_SEALING,
            at_least=False,
            told=f"{sealing:.2f} s against {floor:.2f} s",
        ),
        Bar(
            f"audit, {kind}: verifying / reading",
            statistics.median(pair[1] / pair[0] for pair in pairs),
            MOST_TIMES_VERIFYING,
            at_least=False,
            told=f"{verifying:.2f} s, median of {ROUNDS}",
        ),
    ]


def main() -> int:
    """Both databases; 1 when a bar is missed."""
    with process.home() as home:
        bars = measure("SQLite", f"sqlite:///{home.folder / 'audit.db'}")
        server = home.once("postgres", lambda place: postgres.start(home, place, durable=True))
        with postgres.temporary_database(server) as url:
            bars += measure("PostgreSQL", url)
    return conclude(bars)


if __name__ == "__main__":
    sys.exit(main())
