"""A host whose clock is wrong: staff read what to do, operators are told before it comes to that."""

from datetime import timedelta

import pytest
import structlog

from backoffice import clocks
from backoffice.clocks import SAID, told_of_clocks
from backoffice.office import Office, office
from shared.accounts import Account
from shared.base.clock import FixedClock, SystemClock
from shared.base.clocks_apart import clocks_apart
from shared.base.database import Database
from tests.backoffice_office import text_of
from tests.command_line import run
from tests.integration.desk_world import Secretary, Window
from tests.security.secured import Secured
from tests.servers.roles import tell_time
from tests.world import World


@pytest.fixture
def world(secured: Secured) -> World:
    return secured.stories.world


@pytest.fixture
def claire(world: World) -> Secretary:
    return Secretary.of(world)


@pytest.fixture
def account(world: World) -> Account:
    return world.account(owes=(3000,))


def window_of(secured: Secured, claire: Secretary, *, database_is: timedelta) -> Window:
    """Her back-office in its role, of a database whose clock tells so much more than the host's."""
    url = secured.log_in("ardoise_backoffice")
    window = Window.of(claire.world, claire.colleague, url=url)
    with window.client.application.app_context():
        there = FixedClock(claire.world.clock.now() + database_is)
        tell_time(office().database, there)
    return window


@pytest.mark.parametrize("minutes", [-6, 6])
def test_who_notes_a_payment_reads_that_the_clocks_are_to_be_set_and_nothing_is_noted(
    secured: Secured,
    claire: Secretary,
    account: Account,
    minutes: int,
    monkeypatch: pytest.MonkeyPatch,
):
    window = window_of(secured, claire, database_is=timedelta(minutes=minutes))
    logged = structlog.testing.LogCapture()
    monkeypatch.setattr(clocks, "log", structlog.wrap_logger(None, processors=[logged]))
    answer = window.notes(account, "30")
    assert answer.status_code == 503
    assert SAID.replace("\u00a0", " ") in text_of(answer)
    assert claire.orders(account) == []
    [line] = logged.entries
    assert (line["event"], line["seconds"]) == ("clocks.apart", -60 * minutes)


def test_a_few_minutes_hinder_nobody(secured: Secured, claire: Secretary, account: Account):
    window = window_of(secured, claire, database_is=timedelta(minutes=4))
    assert window.notes(account, "30").status_code == 303
    assert len(claire.orders(account)) == 1


def test_what_the_rules_refuse_for_another_reason_is_not_put_down_to_the_clocks(
    secured: Secured, world: World, claire: Secretary, account: Account
):
    window = window_of(secured, claire, database_is=timedelta())
    with world.database.unit_of_work() as work:
        work.session.connection().exec_driver_sql(
            "CREATE POLICY never ON money_order AS RESTRICTIVE FOR INSERT "
            "TO ardoise_backoffice WITH CHECK (false)"
        )
        work.commit()
    answer = window.notes(account, "30")
    assert answer.status_code == 500
    assert "horloge" not in text_of(answer)


def test_other_surprises_ask_nobody_for_the_time(world: World):
    settings = object()
    here = Office(settings, None, world.clock, None, None)  # type: ignore[arg-type]  # none is asked
    assert told_of_clocks(here, ZeroDivisionError()) is None


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(0, ""), (50, ""), (-50, ""), (90, "90 seconds ahead of"), (-4000, "4000 seconds behind")],
)
def test_the_check_finds_clocks_that_differ_by_more_than_a_minute(
    world: World, monkeypatch: pytest.MonkeyPatch, seconds: int, says: str
):
    class Wrong(SystemClock):
        def now(self):  # type: ignore[no-untyped-def]  # as the clock it stands for
            return super().now() + timedelta(seconds=seconds)

    monkeypatch.setattr("ardoise.commands.context.configure_logging", lambda _process: None)
    monkeypatch.setattr("ardoise.commands.context.SystemClock", Wrong)
    ran = run(world.settings, "check")
    found = [line for line in ran.output.splitlines() if "clock is" in line]
    if says:
        assert ran.exit_code == 1
        assert f"this host's clock is {says}" in found[0]
        assert "have both set" in found[0]
    else:
        assert found == []


def test_a_slow_way_to_the_database_is_no_wrong_clock(world: World):
    class Slow:
        """Each look at it is two minutes after the one before."""

        def __init__(self) -> None:
            self.instant = SystemClock().now() - timedelta(minutes=1)

        def now(self):  # type: ignore[no-untyped-def]  # as the clock it stands for
            told, self.instant = self.instant, self.instant + timedelta(minutes=2)
            return told

    with world.database.reading() as session:
        assert clocks_apart(session, Slow()) == timedelta()


def test_sqlite_asks_the_hosts_own_clock(sqlite_url: str):
    with Database(sqlite_url).reading() as session:
        wrong = FixedClock(SystemClock().now() + timedelta(days=9))
        assert clocks_apart(session, wrong) == timedelta()
