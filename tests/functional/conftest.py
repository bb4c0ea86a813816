"""The demo that functional tests visit."""

from pathlib import Path

import pytest

from tests.conftest import failing_without_server
from tests.functional import demo_run
from tests.functional.demo_run import DemoRun
from tests.servers.process import Home


@pytest.fixture(scope="session")
def demo(servers: Home) -> DemoRun:
    """The real `ardoise demo`, one for all test processes of this run."""
    with failing_without_server():
        folder = servers.once("demo", lambda place: demo_run.start(servers, place))
    return DemoRun.read(Path(folder))
