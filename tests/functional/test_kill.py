"""Kill -9 of portal and workers at random moments of the patients' journeys: nothing is lost, nothing
comes twice, and the books balance.

Real processes, real databases, real HTTP and SMTP. The number of kills is a sample in ordinary runs.
"""

import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.functional.kill_house import KillHouse, kill_house
from tests.functional.kill_killers import Kill, Killer
from tests.functional.kill_patients import Crowd
from tests.functional.kill_truth import same_messages, same_money, settle_all
from tests.functional.kill_wires import chance_of

TROUBLE = re.compile(r"Traceback|job\.failed|request failed")

WAVE = 3
IN_FLIGHT = {
    "sms": "an SMS",
    "email": "an e-mail",
    "processor": "a call to the processor",
    "webhook": "a webhook",
}

Sample = Callable[[int, int], int]
Record = Callable[[str, str | int | float], None]


@dataclass(frozen=True, slots=True)
class Run:
    """How much happens: kills in all, patients on their way side by side, workers."""

    kills: int
    patients_at_once: int
    workers: int


def test_no_kill_loses_or_doubles_anything_on_sqlite(
    sqlite_url: str, tmp_path: Path, sample: Sample, proof_record: Record
) -> None:
    run = Run(kills=sample(8, 200), patients_at_once=sample(5, 8), workers=1)
    figures = live_and_kill(sqlite_url, tmp_path, run)
    for name, value in figures.items():
        proof_record(f"kills on SQLite: {name}", value)


def test_no_kill_loses_or_doubles_anything_on_postgresql_with_two_workers(
    postgres_url: str, tmp_path: Path, sample: Sample, proof_record: Record
) -> None:
    run = Run(kills=sample(3, 60), patients_at_once=sample(5, 8), workers=2)
    figures = live_and_kill(postgres_url, tmp_path, run)
    for name, value in figures.items():
        proof_record(f"kills on PostgreSQL: {name}", value)


def live_and_kill(url: str, folder: Path, run: Run) -> dict[str, int]:
    """Journeys and kills side by side, then quiet, then the comparison. Returns what was counted."""
    seed = random.getrandbits(32)
    print(f"{run.kills} kills, seed {seed}")  # noqa: T201 - pytest shows it when the test fails
    began = time.monotonic()
    with kill_house(folder, url, seed=seed, workers=run.workers) as house:
        crowd, done = _journeys_under_fire(house, run, chance_of(seed))
        for name in ("portal", *house.workers):
            house.wait_ready(name)
        settle_all(house)
        paid = same_money(house, crowd.lived)
        notices = same_messages(house)
        house.world.check()
        for name in ("portal", *house.workers):
            lines = house.processes.said(name).splitlines()
            assert [line for line in lines if TROUBLE.search(line)] == []
        assert len(done) == run.kills
        killed_workers = [kill for kill in done if kill.name != "portal"]
        assert notices["in_doubt"] <= len(killed_workers)
        if run.workers == 1:
            assert max(kill.claims for kill in done) <= 1
    return _figures(done, notices, crowd, paid) | {"seconds": round(time.monotonic() - began)}


def _journeys_under_fire(
    house: KillHouse, run: Run, chance: random.Random
) -> tuple[Crowd, list[Kill]]:
    """Patients keep coming as long as somebody is being killed, and then finish in peace."""
    first = house.take_in(run.patients_at_once, chance)
    house.start()
    crowd = Crowd(house, chance.getrandbits(32), run.patients_at_once)
    crowd.add(first)
    names = ["portal", *house.workers]
    shares = Counter(names[number % len(names)] for number in range(run.kills))
    killers = [Killer(house, name, count, chance.getrandbits(32)) for name, count in shares.items()]
    try:
        while any(killer.busy for killer in killers) or crowd.busy:
            if not any(killer.busy for killer in killers):
                house.make_peace()
                crowd.close()
            elif crowd.waiting == 0:
                crowd.add(house.take_in(WAVE, chance))
            if crowd.failure or any(killer.failure for killer in killers):
                break
            house.processes.check()
            time.sleep(0.2)
    finally:
        house.over.set()
        failures = [*(killer.join() for killer in killers), crowd.join()]
    for failure in filter(None, failures):
        raise failure
    return crowd, [kill for killer in killers for kill in killer.kills]


def _figures(done: list[Kill], notices: Counter[str], crowd: Crowd, paid: int) -> dict[str, int]:
    met = Counter(kill.met.partition(" ")[0] for kill in done)
    of_portal = [kill for kill in done if kill.name == "portal"]
    return {
        "in all": len(done),
        "of the portal": len(of_portal),
        "at any moment": sum(not kill.met for kill in done),
        **{f"with {work} in flight": met[place] for place, work in IN_FLIGHT.items()},
        "left an attempt without its page": sum(kill.created > 0 for kill in of_portal),
        "messages sent": notices["sent"],
        "messages in doubt": notices["in_doubt"],
        "patients with their receipts": len(crowd.lived),
        "payments": paid,
        "times a patient had to try again": sum(patient.retries for patient in crowd.lived),
    }
