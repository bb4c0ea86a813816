"""The statement page against a floor page of the same size, on the same server, in the same run.

Both are served by gunicorn as `ardoise serve portal` serves, each in a process of its own, and asked
from this one over connections that are kept open, in short blocks by turns; the figure is the median of
the blocks' ratios. The practice has thousands of other accounts: rows must be found, not read through.

The floor makes as many SELECTs as the statement makes statements. On PostgreSQL that counts the one
that names the practice to row-level security.
"""

import shutil
import statistics
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests
from sqlalchemy import select

from ardoise import jobs
from portal.app import create_app
from shared.accounts import Account, Party
from shared.base import migrating
from shared.base.clock import SystemClock
from shared.base.config import PortalSettings
from shared.base.database import Database
from shared.ladder import LadderCycle
from tests.bench.measuring.bars import Bar, conclude
from tests.bench.measuring.children import serving
from tests.bench.measuring.crowd import Crowd, fill
from tests.bench.measuring.floor import FloorSettings
from tests.bench.measuring.load import Page, body_of, rate
from tests.counts import sample
from tests.servers import postgres, process
from tests.statements import counting
from tests.world import BORN, World

LEAST_SHARE = 0.5
MOST_STATEMENTS = 6
PAIRS = sample(25, 75)
SECONDS = 0.7
OTHERS = Crowd(5_000, due=250)
SECRET = "s" * 40
THREADS = 8


@dataclass(frozen=True, slots=True)
class Measured:
    """One database's figures: requests a second, their ratio, statements, and the page's bytes."""

    floor: float
    statement: float
    ratio: float
    statements: int
    size: int


def patient_of(world: World) -> Account:
    """An account with two invoices whose first message went out, so that a ladder position is shown."""
    account = world.account(owes=(4250, 1800))
    world.night()
    jobs.send_reminders(world.house, world.office, world.practice_id)
    jobs.follow_ladder(world.house, world.practice_id)
    return account


def portal_settings(world: World, site: str) -> PortalSettings:
    """What the portal of this world's practice knows."""
    return PortalSettings(
        database_url=world.settings.database_url,
        site_url=site,
        demo=True,
        link_keys=world.settings.link_keys,
        gateway_keys=world.settings.gateway_keys,
        portal_secret=SECRET,
        portal_threads=THREADS,
    )


def environment_of(settings: PortalSettings) -> dict[str, str]:
    """The same settings as the portal's process finds them."""
    return {
        "ARDOISE_DATABASE_URL": settings.database_url,
        "ARDOISE_SITE_URL": settings.site_url,
        "ARDOISE_DEMO": "1",
        "ARDOISE_LINK_KEYS": settings.link_keys.get_secret_value(),
        "ARDOISE_GATEWAY_KEYS": settings.gateway_keys.get_secret_value(),
        "ARDOISE_PORTAL_SECRET": settings.portal_secret.get_secret_value(),
        "ARDOISE_PORTAL_THREADS": str(settings.portal_threads),
    }


def enter(site: str, token: str) -> Page:
    """Go through the link's door as a patient does; the statement with the cookies that open it."""
    with requests.Session() as visitor:
        entry = visitor.get(f"{site}/l/{token}", timeout=20).text
        marker = 'name="csrf_token" value="'
        proof = entry.partition(marker)[2].partition('"')[0]
        born = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
        visitor.post(f"{site}/l/{token}", born | {"csrf_token": proof}, timeout=20)
        statement = visitor.get(f"{site}/statement", timeout=20)
        statement.raise_for_status()
        cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    return Page(f"{site}/statement", cookies)


def statements_of(settings: PortalSettings, page: Page) -> list[str]:
    """The SQL statements of one view of the page, by the same app in this process."""
    data = Database(settings.database_url)
    try:
        client = create_app(settings, data, clock=SystemClock()).test_client(use_cookies=False)
        with counting(data.engine) as seen:
            answer = client.get("/statement", headers={"Cookie": page.cookies})
        if answer.status_code != 200:
            raise RuntimeError(f"the statement answers {answer.status_code}")
        return seen
    finally:
        data.dispose()


def floor_settings(
    world: World, account: Account, *, port: int, selects: int, size: int
) -> FloorSettings:
    """The floor over the same rows."""
    with world.database.reading(world.practice_id) as session:
        party = session.scalars(select(Party.id).where(Party.account_id == account.id)).one()
        cycle = session.scalars(
            select(LadderCycle.id).where(LadderCycle.account_id == account.id)
        ).one()
    return FloorSettings(
        database_url=world.settings.database_url,
        port=port,
        secret=SECRET,
        practice_id=world.practice_id,
        account_id=str(account.id),
        party_id=str(party),
        cycle_id=str(cycle),
        invoice_ids=tuple(str(invoice.id) for invoice in world.invoices(account)),
        selects=selects,
        size=size,
    )


def measure(url: str, folder: Path) -> Measured:
    """Serve both pages over one database and ask for them in turn."""
    world = World(url, at=datetime.now(UTC))
    account = patient_of(world)
    token = world.token(account)
    fill(world, OTHERS)
    port, floor_port = process.free_port(), process.free_port()
    site, floor_site = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{floor_port}"
    settings = portal_settings(world, site)
    with ExitStack() as stack:
        stack.callback(world.database.dispose)
        stack.enter_context(
            serving(
                ["ardoise", "serve", "portal", "--port", str(port)],
                environment_of(settings),
                port=port,
                log=folder / "portal.log",
            )
        )
        statement = enter(site, token)
        size = len(body_of(statement))
        seen = statements_of(settings, statement)
        floor_told = floor_settings(
            world,
            account,
            port=floor_port,
            selects=len(seen),
            size=size,
        )
        stack.enter_context(
            serving(
                ["tests.bench.measuring.floor"],
                floor_told.environment(),
                port=floor_port,
                log=folder / "floor.log",
            )
        )
        floor = Page(f"{floor_site}/statement", floor_told.cookie)
        if len(body_of(floor)) != size:
            raise RuntimeError("the two pages differ in size")
        return compare(floor, statement, statements=len(seen), size=size)


def compare(floor: Page, statement: Page, *, statements: int, size: int) -> Measured:
    """Alternating blocks, each statement block against the floor block just before it."""
    for page in (floor, statement):
        rate(page, 2 * SECONDS)
    pairs = [(rate(floor, SECONDS), rate(statement, SECONDS)) for _ in range(PAIRS)]
    return Measured(
        floor=statistics.median(pair[0] for pair in pairs),
        statement=statistics.median(pair[1] for pair in pairs),
        ratio=statistics.median(pair[1] / pair[0] for pair in pairs),
        statements=statements,
        size=size,
    )


def bars_of(kind: str, measured: Measured) -> list[Bar]:
    """What is asked of one database's figures."""
    return [
        Bar(
            f"portal, {kind}: statement / floor",
            measured.ratio,
            LEAST_SHARE,
            at_least=True,
            told=f"{measured.statement:.0f} against {measured.floor:.0f} requests/s, "
            f"{measured.size} bytes, median of {PAIRS} pairs",
        ),
        Bar(
            f"portal, {kind}: SQL statements",
            measured.statements,
            MOST_STATEMENTS,
            at_least=False,
            told="of one view of the statement page",
        ),
    ]


def main() -> int:
    """Both databases; 1 when a bar is missed."""
    bars: list[Bar] = []
    with process.home() as home:
        folder = Path(tempfile.mkdtemp(prefix="bench-portal-", dir=home.folder))
        sqlite = f"sqlite:///{folder / 'portal.db'}"
        migrating.upgrade(sqlite)
        bars += bars_of("SQLite", measure(sqlite, folder))
        server = home.once("postgres", lambda place: postgres.start(home, place, durable=True))
        with postgres.temporary_database(server) as url:
            migrating.upgrade(url)
            bars += bars_of("PostgreSQL", measure(url, folder))
        shutil.rmtree(folder)
    return conclude(bars)


if __name__ == "__main__":
    sys.exit(main())
