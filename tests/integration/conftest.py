"""What integration tests share: one card processor a test process."""

import random
from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
import structlog

from tests.integration.till import Till
from tests.integration.vendors import SmsVendor, sms_vendor
from tests.servers import sandbox as servers
from tests.servers.sandbox import Sandbox
from tests.servers.wire import Wire, laid_to


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
    for module in ("ardoise.worker", "ardoise.jobs", "ardoise.settling", "ardoise.patience"):
        monkeypatch.setattr(f"{module}.log", logger)
    return capture.entries


@pytest.fixture
def dice() -> random.Random:
    """Chance of a test's own; the run's seed repeats it."""
    return random.Random(random.getrandbits(64))  # noqa: S311 - to vary tests, not to guard anything
