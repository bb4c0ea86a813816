"""What integration tests share: one card processor a test process."""

import random
from collections.abc import Iterator

import pytest

from tests.integration.till import Till
from tests.servers import sandbox as servers
from tests.servers.sandbox import Sandbox


@pytest.fixture(scope="session")
def processor() -> Iterator[Sandbox]:
    """The sandbox's process; each till has an account of its own there."""
    with servers.running() as started:
        yield started


@pytest.fixture
def till(database_url: str, processor: Sandbox) -> Iterator[Till]:
    """A practice that takes cards, once on SQLite and once on PostgreSQL."""
    opened = Till.open(database_url, processor)
    yield opened
    opened.close()


@pytest.fixture
def dice() -> random.Random:
    """Chance of a test's own; the run's seed repeats it."""
    return random.Random(random.getrandbits(64))  # noqa: S311 - to vary tests, not to guard anything
