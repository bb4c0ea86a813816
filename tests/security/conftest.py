"""What the security tests share: a world on each database, a sandbox, and everything that is logged."""

import logging
import random
import shutil
from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog

from portal.daily import DailyCount
from portal.views import paying
from tests.books import check_books
from tests.security.portal_stories import Stories
from tests.security.secured import Secured, secured_database
from tests.servers import sandbox as servers
from tests.servers.sandbox import Sandbox
from tests.world import NOON, World

AS_TOLD = ".told"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """A practice, once on SQLite and once on PostgreSQL."""
    made = World(database_url)
    yield made
    made.database.dispose()


@pytest.fixture
def small_world(sqlite_url: str) -> Iterator[World]:
    """A practice on SQLite, for what does not depend on the database."""
    made = World(sqlite_url)
    yield made
    made.database.dispose()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox a test process; tests use processor keys of their own."""
    with servers.running() as started:
        yield started


@pytest.fixture(scope="session")
def told_once(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox
) -> Iterator[Stories]:
    """The stories of a test process, for tests that leave nothing behind that others look at."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("stories") / "ardoise.db")
    told = Stories.tell(f"sqlite:///{file}", sandbox)
    check_books(told.world.database.url)
    told.world.database.engine.dispose()  # what waits beside the file goes into it
    shutil.copy(file, f"{file}{AS_TOLD}")
    yield told
    told.till.close()


@pytest.fixture
def stories(told_once: Stories, monkeypatch: pytest.MonkeyPatch) -> Stories:
    """A portal with something behind each address, shared; no page waits for the worker."""
    told_once.till.processor.control("clock", now=int(NOON.timestamp()))
    monkeypatch.setattr(paying, "WAIT_SECONDS", 0.0)
    # All tests choose as the same patient, who may only choose so often a day.
    own_day = replace(told_once.app.extensions["portal"], choices=DailyCount())
    monkeypatch.setitem(told_once.app.extensions, "portal", own_day)
    return told_once


@pytest.fixture
def fresh_stories(stories: Stories) -> Iterator[Stories]:
    """The same, as they were when they had just been told: before the test and after it. The books are
    looked at in between."""
    put_back(stories)
    yield stories
    check_books(stories.world.database.url)
    put_back(stories)


def put_back(stories: Stories) -> None:
    """Undo all since the stories were told; a file is soon copied, and they take a second to tell."""
    file = str(stories.world.database.engine.url.database)
    stories.world.database.engine.dispose()
    for beside in ("-wal", "-shm"):
        Path(file + beside).unlink(missing_ok=True)
    shutil.copy(file + AS_TOLD, file)
    stories.world.clock.instant = NOON


@pytest.fixture
def secured(
    postgres_roles_url: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Secured]:
    """A PostgreSQL database whose front doors have the roles that operators give them."""
    monkeypatch.setattr(paying, "WAIT_SECONDS", 0.0)
    with secured_database(postgres_roles_url, sandbox) as made:
        yield made


@pytest.fixture
def dice() -> random.Random:
    """Chance that the run's seed repeats."""
    return random.Random(random.getrandbits(64))  # noqa: S311 - to vary tests, not to guard anything


class Logged:
    """Every line logged during a test, before anything is redacted."""

    def __init__(self, events: list[MutableMapping[str, Any]], caplog: pytest.LogCaptureFixture):
        self._events, self._caplog = events, caplog

    @property
    def text(self) -> str:
        """All of it."""
        return f"{self._events}\n{self._caplog.text}"


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Logged]:
    """Our own events and every library's."""
    caplog.set_level(logging.INFO)
    with structlog.testing.capture_logs() as events:
        yield Logged(events, caplog)
