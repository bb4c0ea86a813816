"""The books after a test: whatever it did, everything that must always be true is true.

Each database that a test gets is looked at when the test is over. A test that breaks the books itself, to
see what becomes of it, says so: ``@pytest.mark.broken_books("why")``.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from ardoise.invariants import ALL
from shared.base.database import Database
from shared.base.invariants import find_breaches
from shared.ledger import JournalEntry

BROKEN = "broken_books"


def check_books(url: str) -> None:
    """Fail where the journal has entries and an invariant does not hold."""
    database = Database(url)
    try:
        if not inspect(database.engine).has_table(JournalEntry.__tablename__):
            return
        with database.reading() as session:
            if session.scalar(select(JournalEntry.id).limit(1)) is None:
                return
            breaches = find_breaches(session, ALL)
    finally:
        database.dispose()
    told = "\n".join(
        f"{breach.invariant.name}: {breach.invariant.sentence} ({breach.count} do not, such as "
        f"{', '.join(breach.examples)})"
        for breach in breaches
    )
    assert not breaches, f"the test left books that are wrong:\n{told}"


@contextmanager
def sound_books(url: str) -> Iterator[str]:
    """A database that is looked at when what was done with it is over."""
    yield url
    check_books(url)


@contextmanager
def fresh_books(template: Path, folder: Path | str, name: str = "ardoise") -> Iterator[str]:
    """A copy of a migrated SQLite file, looked at in the end; for tests that need more than one."""
    file = shutil.copy(template, Path(folder) / f"{name}.db")
    with sound_books(f"sqlite:///{file}") as url:
        yield url


def why_broken(node: pytest.Item) -> str | None:
    """Why a test breaks the books, if it says that it does."""
    mark = node.get_closest_marker(BROKEN)
    if mark is None:
        return None
    if len(mark.args) != 1 or not str(mark.args[0]).strip():
        raise pytest.UsageError(f"{node.nodeid}: say why the books are broken")
    return str(mark.args[0])
