"""The demo that functional tests visit."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import failing_without_server
from tests.functional import demo_run
from tests.functional.demo_run import DemoRun
from tests.servers.process import Home

# A payment may be on its way for five seconds before the portal says so, and looks again after five.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def demo(servers: Home) -> DemoRun:
    """The real `ardoise demo`, one for all test processes of this run."""
    with failing_without_server():
        folder = servers.once("demo", lambda place: demo_run.start(servers, place))
    return DemoRun.read(Path(folder))
