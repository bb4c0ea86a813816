"""A night of 100 000 accounts of which 5 000 are due, against the least SQL that could decide it.

Beside it: what making one message costs against sending it over one open SMTP connection, and how
the night's memory grows from a practice of 10 000 accounts to one of 100 000. Nothing is committed.
"""

import smtplib
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from shared.accounts import get_practice
from shared.base import migrating
from shared.ladder import run_night
from tests.bench.measuring.bars import Bar, conclude
from tests.bench.measuring.children import serving
from tests.bench.measuring.crowd import Crowd, fill
from tests.bench.measuring.messages import Pair, compare
from tests.bench.measuring.night_memory import peak_of_night
from tests.bench.measuring.plain_night import plain_night
from tests.counts import sample
from tests.servers import postgres, process
from tests.world import World

LARGE = Crowd(100_000, due=5_000, keyed=300)
SMALL = Crowd(10_000, due=500)
ROUNDS = sample(5, 11)
MOST_TIMES = 3.0
MOST_MEGABYTES = 32.0
MEGABYTE = 1024 * 1024
HOST = "127.0.0.1"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Nights:
    """Seconds of the floor and of the product, medians, and the median of the rounds' ratios."""

    floor: float
    product: float
    ratio: float


def nights(world: World) -> Nights:
    """Decide by turns, the floor first; each is rolled back. Both must find the same accounts."""
    pairs = [(plain(world), decided(world)) for _ in range(ROUNDS + 1)][1:]  # the first one warms
    return Nights(
        floor=statistics.median(pair[0] for pair in pairs),
        product=statistics.median(pair[1] for pair in pairs),
        ratio=statistics.median(pair[1] / pair[0] for pair in pairs),
    )


def plain(world: World) -> float:
    """Seconds of the least SQL."""
    with world.database.unit_of_work(world.practice_id) as work:
        connection = work.session.connection()
        seconds, due = timed(
            lambda: plain_night(connection, practice_id=world.practice_id, at=world.clock.now())
        )
    if due != LARGE.due:
        raise RuntimeError(f"the floor found {due} due accounts, not {LARGE.due}")
    return seconds


def decided(world: World) -> float:
    """Seconds of the product's own night."""
    now = world.clock.now()
    with world.database.unit_of_work(world.practice_id) as work:
        practice = get_practice(work.session, world.practice_id)
        seconds, run = timed(
            lambda: run_night(work.session, practice=practice, today=now.date(), at=now)
        )
    if run.planned.total() != LARGE.due:
        raise RuntimeError(f"the night planned {run.planned.total()} messages, not {LARGE.due}")
    return seconds


def timed(job: Callable[[], T]) -> tuple[float, T]:
    """(seconds, what the job returns)."""
    began = time.perf_counter()
    answer = job()
    return time.perf_counter() - began, answer


def measure(kind: str, large_url: str, small_url: str, smtp: smtplib.SMTP) -> list[Bar]:
    """All bars on one database."""
    for url in (large_url, small_url):
        migrating.upgrade(url)
    large, small = World(large_url), World(small_url)
    fill(large, LARGE)
    fill(small, SMALL)
    bars = [
        night_bar(kind, nights(large)),
        message_bar(kind, compare(large, smtp)),
        memory_bar(kind, large, small),
    ]
    large.database.dispose()
    small.database.dispose()
    return bars


def night_bar(kind: str, found: Nights) -> Bar:
    """Deciding against the floor."""
    return Bar(
        f"ladder, {kind}: deciding / least SQL",
        found.ratio,
        MOST_TIMES,
        at_least=False,
        told=f"{found.product:.2f} s against {found.floor:.2f} s, "
        f"{LARGE.due} due of {LARGE.accounts}, median of {ROUNDS}",
    )


def message_bar(kind: str, found: Pair) -> Bar:
    """Making a message against sending it."""
    return Bar(
        f"ladder, {kind}: making / sending a message",
        found.ratio,
        1.0,
        at_least=False,
        told=f"{found.making * 1000:.2f} ms against {found.sending * 1000:.2f} ms",
    )


def memory_bar(kind: str, large: World, small: World) -> Bar:
    """What ten times the accounts take more at the peak of a night."""
    at = large.clock.now()
    many, most = peak_of_night(large.settings.database_url, large.practice_id, at)
    few, least = peak_of_night(small.settings.database_url, small.practice_id, at)
    if (many, few) != (LARGE.due, SMALL.due):
        raise RuntimeError(f"the nights decided {many} and {few} accounts")
    return Bar(
        f"ladder, {kind}: memory growth, MB",
        (most - least) / MEGABYTE,
        MOST_MEGABYTES,
        at_least=False,
        told=f"peak {most / MEGABYTE:.0f} MB at {LARGE.accounts} accounts, "
        f"{least / MEGABYTE:.0f} MB at {SMALL.accounts}",
    )


@contextmanager
def open_sink(folder: Path) -> Iterator[smtplib.SMTP]:
    """One connection to a mail server of another process, kept open."""
    port = process.free_port()
    with (
        serving(["tests.bench.measuring.sink", str(port)], {}, port=port, log=folder / "sink.log"),
        smtplib.SMTP(HOST, port, timeout=30) as smtp,
    ):
        smtp.ehlo()
        yield smtp


def main() -> int:
    """Both databases; 1 when a bar is missed."""
    bars: list[Bar] = []
    with process.home() as home, open_sink(home.folder) as smtp:
        bars += measure(
            "SQLite",
            f"sqlite:///{home.folder / 'large.db'}",
            f"sqlite:///{home.folder / 'small.db'}",
            smtp,
        )
        server = home.once("postgres", lambda place: postgres.start(home, place, durable=True))
        with (
            postgres.temporary_database(server) as large,
            postgres.temporary_database(server) as small,
        ):
            bars += measure("PostgreSQL", large, small, smtp)
    return conclude(bars)


if __name__ == "__main__":
    sys.exit(main())
