"""Kill -9 of whoever seals what happened, at any moment: each event is sealed once, and the chain holds."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, insert, select

from shared.audit import AuditLink, TimelineEvent
from shared.base.ids import new_id
from tests.command_line import environment_of
from tests.integration.audit_world import verified
from tests.world import World

ARDOISE = Path(sys.executable).with_name("ardoise")
EVENTS_FOR_A_KILL = 8000  # more than are sealed till the kill comes
LONGEST_WAIT = 240.0  # of a busy machine that has to load the command first

Sample = Callable[[int, int], int]


def happen(world: World, count: int) -> None:
    rows = [
        {
            "practice_id": world.practice_id,
            "id": new_id(),
            "at": world.clock.now(),
            "actor_kind": "system",
            "actor": "ardoise",
            "kind": "link.opened",
            "facts": {"place": place},
        }
        for place in range(count)
    ]
    with world.database.unit_of_work(world.practice_id) as work:
        work.session.execute(insert(TimelineEvent), rows)
        work.commit()


def batches(world: World) -> int:
    with world.database.reading(world.practice_id) as session:
        return session.scalar(select(func.count()).select_from(AuditLink)) or 0


def sealer(world: World, log: Path) -> subprocess.Popen[bytes]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ARDOISE_")}
    with log.open("ab") as written:
        return subprocess.Popen(
            [str(ARDOISE), "audit", "seal"],
            env=bare | environment_of(world.settings),
            stdout=written,
            stderr=written,
        )


def test_a_killed_sealer_leaves_a_chain_that_holds_and_goes_on(
    database_url: str, tmp_path: Path, sample: Sample
) -> None:
    world, kills, caught = World(database_url), sample(2, 40), 0
    for _ in range(kills):
        happen(world, EVENTS_FOR_A_KILL)
        before = batches(world)
        process = sealer(world, tmp_path / "sealing.log")
        until = time.monotonic() + LONGEST_WAIT
        while batches(world) == before:
            assert time.monotonic() < until, (tmp_path / "sealing.log").read_text()
            time.sleep(0.02)
        time.sleep(random.uniform(0, 0.2))  # noqa: S311 - to vary the moment
        process.send_signal(signal.SIGKILL)
        caught += process.wait() == -signal.SIGKILL
        found = verified(world)
        assert found.flaw is None
    assert caught, "every one had ended before it was killed: nothing was tried"
    process = sealer(world, tmp_path / "sealing.log")
    assert process.wait(LONGEST_WAIT) == 0, (tmp_path / "sealing.log").read_text()
    found = verified(world)
    assert (found.flaw, found.waiting) == (None, 0)
    assert found.events >= kills * EVENTS_FOR_A_KILL
