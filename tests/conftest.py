"""What all tests share: databases, servers, the browser, and the rules of a run.

A test that needs a real server asks for its fixture and gets it or fails; none is ever skipped.
"""

import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import hypothesis.core
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from redis import Redis

from shared.base import migrating
from tests import counts, databases, proof
from tests.books import BROKEN, fresh_books, sound_books, why_broken
from tests.servers import chromium, engines, postgres, process, redis, roles, sharing
from tests.servers.lending import Lender
from tests.servers.process import Home, ServerMissingError

PHONE = (390, 844)
HOME = pytest.StashKey[Home]()
Report = TypeVar("Report", pytest.CollectReport, pytest.TestReport)

# Marks that follow from the fixtures a test asks for; `make quick` leaves these tests out.
MARKS = {"postgres_server": "postgres", "redis_server": "redis", "browser": "browser"}


# The rules of a run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--one-database",
        action="store_true",
        help="run what is meant for both databases on one of them, drawn by the run's seed",
    )


def pytest_configure(config: pytest.Config) -> None:
    for name in MARKS.values():
        config.addinivalue_line("markers", f"{name}: needs a real server (set by its fixture)")
    config.addinivalue_line("markers", "slow: beyond what `make quick` has time for")
    config.addinivalue_line("markers", f"{BROKEN}(why): the test breaks the books on purpose")
    counts.load_hypothesis_profile()
    for_the_run = pytest.MonkeyPatch()
    for_the_run.setattr("shared.base.database.create_engine", engines.create_engine)
    sharing.share_slow_work(for_the_run)
    told = getattr(config, "workerinput", None)
    if told is None:
        config.stash[HOME] = process.open_home()
    else:
        config.stash[HOME] = Home(Path(told["home_folder"]), told["home_owner"])


class XdistNode(Protocol):
    """What is used here of an xdist worker, as its controller sees it."""

    config: pytest.Config
    workerinput: dict[str, object]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: XdistNode) -> None:
    servers = node.config.stash[HOME]
    node.workerinput["home_folder"] = str(servers.folder)
    node.workerinput["home_owner"] = servers.owner


def pytest_unconfigure(config: pytest.Config) -> None:
    if HOME in config.stash and not hasattr(config, "workerinput"):
        config.stash[HOME].close()


def pytest_sessionstart(session: pytest.Session) -> None:
    """One seed repeats the whole run: the order, `random` and Hypothesis."""
    if session.config.getoption("--hypothesis-seed", None) is None:
        hypothesis.core.global_force_seed = session.config.getoption("randomly_seed", None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--one-database"):
        left_out = databases.left_out(items, config.getoption("randomly_seed", 0))
        config.hook.pytest_deselected(items=left_out)
        names = {item.nodeid for item in left_out}
        items[:] = [item for item in items if item.nodeid not in names]
    for item in items:
        for fixture, mark in MARKS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return refuse_skip((yield))


def refuse_skip(report: Report) -> Report:
    """A test that did not run has shown nothing, so a skip and an expected failure fail."""
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped; no test may be: {report.longreprtext}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    config = terminalreporter.config
    seed = config.getoption("randomly_seed", None)
    kind = "full count" if counts.PROOF else "sample"
    terminalreporter.write_line(f"Random tests: {kind}; repeat with --randomly-seed={seed}")
    if counts.PROOF:
        proof.record("seed", str(seed))
        proof.record("tests passed", len(terminalreporter.stats.get("passed", ())))


# How much to try, and what to keep


@pytest.fixture(scope="session")
def sample() -> Callable[[int, int], int]:
    """``sample(200, 10_000)``: how many random cases to try in `make test` and in `make proof`."""
    return counts.sample


@pytest.fixture(scope="session")
def proof_record() -> Callable[[str, str | int | float], None]:
    """``proof_record(name, value)`` keeps a figure for docs/proof.md."""
    return proof.record


# Databases


@contextmanager
def failing_without_server() -> Iterator[None]:
    """Turn a missing server into a failure of one sentence."""
    try:
        yield
    except ServerMissingError as missing:
        raise pytest.fail.Exception(str(missing), pytrace=False) from None


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Home:
    """Where this run's servers are kept."""
    return pytestconfig.stash[HOME]


@pytest.fixture(scope="session")
def postgres_server(servers: Home) -> str:
    """The address of the `postgres` database of this run's PostgreSQL, as superuser."""
    with failing_without_server():
        return servers.once("postgres", lambda place: postgres.start(servers, place))


@pytest.fixture(scope="session")
def postgres_template(servers: Home, postgres_server: str) -> str:
    """The name of a migrated database that others are copied from."""

    def make(_place: Path) -> str:
        name = "ardoise_template"
        postgres.create_database(postgres_server, name)
        migrating.upgrade(postgres.in_database(postgres_server, name))
        return name

    return servers.once("postgres-template", make)


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A new PostgreSQL database without any table."""
    with postgres.temporary_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_lender(postgres_server: str, postgres_template: str) -> Iterator[Lender]:
    """Who lends the test process its migrated databases."""
    lender = Lender(postgres_server, postgres_template)
    yield lender
    lender.close()


@contextmanager
def lent_by(lender: Lender, node: pytest.Item) -> Iterator[str]:
    """A migrated PostgreSQL database without rows; its books are looked at in the end."""
    with lender.lent() as url:
        if why_broken(node):
            yield url
            return
        with sound_books(url):
            yield url


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest, postgres_lender: Lender) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own."""
    with lent_by(postgres_lender, request.node) as url:
        yield url


@pytest.fixture(scope="session")
def roles_lender(servers: Home, postgres_server: str, postgres_template: str) -> Iterator[Lender]:
    """The same, of databases in which the front doors have the roles that operators give them."""

    def make(_place: Path) -> str:
        name = "ardoise_roles"
        postgres.create_database(postgres_server, name, like=postgres_template)
        roles.add_roles(postgres.in_database(postgres_server, name))
        roles.listen_to_tests(postgres.in_database(postgres_server, name))
        return name

    lender = Lender(postgres_server, servers.once("postgres-roles", make))
    yield lender
    lender.close()


@pytest.fixture
def postgres_roles_url(request: pytest.FixtureRequest, roles_lender: Lender) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own, with the front doors' roles."""
    with lent_by(roles_lender, request.node) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(servers: Home) -> Path:
    """A migrated SQLite file that others are copied from."""

    def make(place: Path) -> str:
        file = place / "template.db"
        migrating.upgrade(f"sqlite:///{file}")
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return str(file)

    return Path(servers.once("sqlite-template", make))


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """A new SQLite file without any table."""
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def sqlite_url(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path
) -> Iterator[str]:
    """A new, migrated SQLite file; its books are looked at in the end."""
    if why_broken(request.node):
        yield f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'ardoise.db')}"
        return
    with fresh_books(sqlite_template, tmp_path) as url:
        yield url


BOTH = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """A new, migrated database; the test runs once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """A database without any table; the test runs once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"empty_{request.param}_url"))


# Rate limits


@pytest.fixture(scope="session")
def redis_server(servers: Home) -> str:
    """The address of this run's Redis, without a database number."""
    with failing_without_server():
        return servers.once("redis", lambda place: redis.start(servers, place))


@pytest.fixture
def redis_url(redis_server: str, worker_id: str) -> Iterator[str]:
    """An empty Redis database that no other test process uses."""
    number = int(worker_id.removeprefix("gw")) + 1 if worker_id != "master" else 0
    url = f"{redis_server}/{number}"
    with Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()


# The browser


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver, one a test process."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(servers: Home, playwright: Playwright) -> Iterator[Browser]:
    """A headless Chromium, one a test process."""
    with failing_without_server():
        path = servers.once("chromium", lambda _place: chromium.find_or_bring(playwright))
    chromium_run = playwright.chromium.launch(
        executable_path=path, headless=True, args=chromium.ARGUMENTS
    )
    yield chromium_run
    chromium_run.close()


class OpenContext(Protocol):
    """How a test asks for a browser window of its own, with no cookies."""

    def __call__(
        self,
        *,
        size: tuple[int, int] = PHONE,
        javascript: bool = True,
        dark: bool = False,
        locale: str = "fr-FR",
    ) -> BrowserContext: ...


@pytest.fixture
def open_context(browser: Browser) -> Iterator[OpenContext]:
    """Opens windows, a phone's by default, and closes them after the test."""
    opened: list[BrowserContext] = []

    def open_one(
        *,
        size: tuple[int, int] = PHONE,
        javascript: bool = True,
        dark: bool = False,
        locale: str = "fr-FR",
    ) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            locale=locale,
            timezone_id="Europe/Paris",
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def page_mobile(open_context: OpenContext) -> Page:
    """A page on a patient's phone, 390 by 844, with JavaScript off: the portal must do without."""
    return open_context(javascript=False).new_page()
