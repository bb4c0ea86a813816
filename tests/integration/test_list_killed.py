"""A worker that is killed in the middle of an import loses and doubles nothing."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

from shared.accounts import Account
from shared.billing import ImportRun, Invoice
from shared.imports import ImportRow, ImportTouch
from shared.ledger import JournalEntry
from tests.integration.import_world import row
from tests.integration.list_desk import ListDesk
from tests.world import World

BOOKED = (Account, Invoice, JournalEntry, ImportRun, ImportTouch)
# What a worker does, dying of a signal at one place of it.
DYING = textwrap.dedent("""
    import os, signal, sys
    from datetime import datetime
    from unittest.mock import patch
    from ardoise import import_jobs
    from ardoise.office import House
    from shared.base.clock import FixedClock
    from shared.base.config import WorkerSettings

    def die(*_args, **_kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    clock = FixedClock(datetime.fromisoformat(sys.argv[3]))
    house = House.of(WorkerSettings.from_environment(), clock)
    with patch(sys.argv[2], die):
        import_jobs.carry_out_imports(house, int(sys.argv[1]))
""")
PLACES = (
    "ardoise.importing.run.write_matches",
    "ardoise.importing.run.write_touches",
    "ardoise.import_jobs.move",
)
UNDOING = ("ardoise.importing.undoing._withdraw_invoices", "ardoise.import_undo.move")


@pytest.fixture
def desk(database_url: str) -> ListDesk:
    return ListDesk(World(database_url))


def die_at(desk: ListDesk, place: str) -> None:
    """Have a worker of its own begin the work, and die at this place."""
    settings = desk.world.settings
    environment = {
        f"ARDOISE_{name.upper()}": getattr(value, "get_secret_value", lambda value=value: value)()
        for name, value in settings.model_dump().items()
    }
    told = {name: str(value) for name, value in environment.items() if value not in ("", None)}
    dead = subprocess.run(
        [
            *(sys.executable, "-c", DYING, str(desk.world.practice_id), place),
            desk.world.clock.now().isoformat(),
        ],
        env=os.environ | told,
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert dead.returncode == -signal.SIGKILL, dead.stderr


@pytest.mark.parametrize("place", PLACES)
def test_wherever_a_worker_dies_of_a_booking_nothing_is_kept_of_it_and_the_next_books_it_once(
    desk: ListDesk, place: str
):
    address = desk.tried(row("F-1"), row("F-2", ref="D-2", Nom="Marchand", Prénom="Léo"))
    desk.press(address, "confirm", seen=desk.seen(address))
    die_at(desk, place)
    assert [desk.count(table) for table in BOOKED] == [0] * len(BOOKED)
    assert desk.job(address).status == "asked"
    desk.assert_sound()
    desk.work()
    assert desk.job(address).status == "kept"
    assert {number: cents for number, (_, cents) in desk.balances().items()} == {
        "F-1": 2000,
        "F-2": 2000,
    }
    assert desk.count(ImportRow) == 2


@pytest.mark.parametrize("place", UNDOING)
def test_wherever_a_worker_dies_of_an_undo_it_is_done_whole_by_the_next(desk: ListDesk, place: str):
    address = desk.booked(row("F-1"))
    before = desk.balances()
    desk.press(address, "undo", why="other")
    die_at(desk, place)
    assert desk.balances() == before
    assert desk.job(address).status == "undoing"
    desk.work()
    assert desk.job(address).status == "undone"
    assert desk.balances() == {}
