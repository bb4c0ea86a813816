"""What integration tests share: one card processor a test process."""

import random
from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
import structlog

from tests.integration.spaces import Space
from tests.integration.talks import Talks
from tests.integration.till import Till
from tests.integration.vendors import SmsVendor, sms_vendor
from tests.servers import sandbox as servers
from tests.servers.sandbox import Sandbox
from tests.servers.wire import Wire, laid_to
from tests.world import World


@pytest.fixture(scope="session")
def processor() -> Iterator[Sandbox]:
    """The sandbox's process; each till has an account of its own there."""
    with servers.running() as started:
        yield started


def refused(processor: Sandbox) -> dict[str, str]:
    """Requests that were wrong in themselves, by the processor's name of each."""
    kept = processor.call("GET", "/control/refusals").json()
    return {one["request"]: f"{one['endpoint']}: {one['message']}" for one in kept}


@pytest.fixture(autouse=True)
def nothing_refused(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the sandbox refuses, the processor would refuse: it fails the test that sent it."""
    if not {"processor", "till"} & set(request.fixturenames):
        yield
        return
    processor: Sandbox = request.getfixturevalue("processor")
    before = refused(processor)
    yield
    if "provoked" not in request.fixturenames:
        sent = [said for name, said in refused(processor).items() if name not in before]
        assert sent == [], "the processor would not take this"


@pytest.fixture
def provoked() -> None:
    """For tests that send what the processor refuses on purpose."""


@pytest.fixture
def till(database_url: str, processor: Sandbox) -> Iterator[Till]:
    """A practice that takes cards, once on SQLite and once on PostgreSQL."""
    opened = Till.open(database_url, processor)
    yield opened
    opened.close()


@pytest.fixture
def space(database_url: str) -> Iterator[Space]:
    """A portal of a practice without cards, once on each database."""
    opened = Space(database_url)
    yield opened
    opened.check()
    opened.database.dispose()


@pytest.fixture
def talks(database_url: str) -> Iterator[Talks]:
    """Patients who write and staff who answer, once on each database."""
    world = World(database_url)
    yield Talks(world)
    world.check()
    world.database.dispose()


@pytest.fixture
def wire(processor: Sandbox) -> Iterator[Wire]:
    """A way to the processor that can be broken."""
    with laid_to(processor.port) as laid:
        yield laid


@pytest.fixture
def vendor() -> Iterator[SmsVendor]:
    """Who sends text messages."""
    with sms_vendor() as running:
        yield running


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[MutableMapping[str, Any]]:
    """What the worker logs."""
    capture = structlog.testing.LogCapture()
    logger = structlog.wrap_logger(None, processors=[capture])
    for module in ("worker", "jobs", "settling", "ordering", "patience"):
        monkeypatch.setattr(f"ardoise.{module}.log", logger)
    return capture.entries


@pytest.fixture
def dice() -> random.Random:
    """Chance of a test's own; the run's seed repeats it."""
    return random.Random(random.getrandbits(64))  # noqa: S311 - to vary tests, not to guard anything
