"""Kill -9 of workers while they take dates from saved cards: each date is taken once, and booked."""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from shared.payments import Payment, PaymentAttempt
from tests.functional.kill_house import KillHouse, kill_house
from tests.functional.kill_killers import Kill, Killer
from tests.functional.kill_savers import LATER_CENTS, TODAY_CENTS, people_with_a_date_today
from tests.functional.kill_wires import chance_of
from tests.functional.test_kill import TROUBLE

CHARGING = tuple(("processor", phase) for phase in ("before", "during", "after", "answered"))
PEOPLE_FOR_A_KILL = 3  # else all is taken before the last kill
QUIET_SECONDS = 180
IN_DOUBT = timedelta(seconds=15)  # the processor is asked about such a charge after twenty

Sample = Callable[[int, int], int]
Record = Callable[[str, str | int | float], None]


def test_killed_workers_take_each_date_once_on_sqlite(
    sqlite_url: str, tmp_path: Path, sample: Sample, proof_record: Record
) -> None:
    figures = charge_and_kill(sqlite_url, tmp_path, kills=sample(4, 60), workers=1)
    for name, value in figures.items():
        proof_record(f"kills while cards are charged, SQLite: {name}", value)


def test_killed_workers_take_each_date_once_on_postgresql_with_two_of_them(
    postgres_url: str, tmp_path: Path, sample: Sample, proof_record: Record
) -> None:
    figures = charge_and_kill(postgres_url, tmp_path, kills=sample(4, 40), workers=2)
    for name, value in figures.items():
        proof_record(f"kills while cards are charged, PostgreSQL: {name}", value)


def charge_and_kill(url: str, folder: Path, *, kills: int, workers: int) -> dict[str, int]:
    """Dates come, workers die, others go on; then the comparison. Returns what was counted."""
    seed = random.getrandbits(32)
    print(f"{kills} kills, seed {seed}")  # noqa: T201 - pytest shows it when the test fails
    with kill_house(folder, url, seed=seed, workers=workers) as house:
        accounts = people_with_a_date_today(house, kills * PEOPLE_FOR_A_KILL)
        house.start_workers()
        done = _kill(house, kills, chance_of(seed))
        _wait_for(house, len(accounts))
        for name in house.workers:
            # One that has only just been started can't hear that it is asked.
            house.wait_ready(name)
            house.processes.end(name)
            assert not TROUBLE.search(house.processes.said(name))
        (charges,) = house.control("ledger").values()
        with house.world.database.reading() as session:
            payments = list(session.scalars(select(Payment)))
            attempts = list(session.scalars(select(PaymentAttempt)))
        taken = Counter((charge["payment_intent"], charge["amount"]) for charge in charges)
        assert taken == Counter((p.processor_ref, p.amount_cents) for p in payments)
        assert Counter(p.account_id for p in payments) == {a.id: 1 for a in accounts}
        assert {p.amount_cents for p in payments} == {TODAY_CENTS}
        assert all(house.world.reload(a).balance_cents == LATER_CENTS for a in accounts)
        assert Counter(a.status for a in attempts if a.cause) == {"succeeded": len(accounts)}
        house.world.check()
    return {
        "in all": len(done),
        "with a call to the processor in flight": sum(bool(kill.met) for kill in done),
        "dates taken": len(payments),
        "dates left in doubt and taken up": sum(map(_was_in_doubt, attempts)),
    }


def _was_in_doubt(attempt: PaymentAttempt) -> bool:
    """Whether it was settled by a later look: the one that asked had died."""
    settled = attempt.settled_at
    return bool(attempt.cause and settled and settled - attempt.created_at > IN_DOUBT)


def _kill(house: KillHouse, kills: int, chance: random.Random) -> list[Kill]:
    shares = Counter(house.workers[n % len(house.workers)] for n in range(kills))
    killers = [
        Killer(house, name, count, chance.getrandbits(32), CHARGING)
        for name, count in shares.items()
    ]
    failures = [killer.join() for killer in killers]
    for failure in filter(None, failures):
        raise failure
    return [kill for killer in killers for kill in killer.kills]


def _wait_for(house: KillHouse, dates: int) -> None:
    """Until every date is booked and nothing is under way; a charge in doubt has its waits."""
    until = time.monotonic() + QUIET_SECONDS
    while (
        house.count(PaymentAttempt.status == "processing")
        or house.count(Payment.amount_cents > 0) < dates
    ):
        assert time.monotonic() < until, "some dates were never taken"
        house.processes.check()
        time.sleep(0.5)
