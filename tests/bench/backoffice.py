"""The back-office's pages in one practice of 1 000 000 accounts against one of 1 000, PostgreSQL.

Both practices are filled in the same proportions, each in a database of its own on one server, and asked
by turns in this very process, as an owner, who may open them all, through the row-level rules that
hold in an installation. The figure is the ratio of the two 95th percentiles of the time an answer takes.

Writing a million accounts takes ten minutes and more. Whoever looks for what a page reads can keep them:
``ARDOISE_BENCH_SERVER=postgresql://superuser@host/postgres`` names a PostgreSQL whose databases
``ardoise_bench_<accounts>`` are made by the first run and used by those after it, brought to the newest
migration each time. ``ARDOISE_BENCH_PAGES`` is a regular expression of the pages to ask, all without it.
"""

import gc
import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import make_url

from ardoise.jobs_ladder import LadderCounter
from ardoise.jobs_totals import count_for_desks
from backoffice.app import create_app
from shared.base import migrating
from shared.base.config import BackofficeSettings
from shared.base.database import Database
from shared.base.ids import new_id
from shared.base.log import configure_logging
from shared.staff import add_staff, open_session
from tests.bench.measuring.bars import Bar, conclude
from tests.bench.measuring.crowd import refresh
from tests.bench.measuring.kept import KeptWorld, kept_database
from tests.bench.measuring.large_practice import Person, fill_practice, person_at
from tests.servers import postgres, process
from tests.servers.roles import add_roles, drop_logins, make_login
from tests.world import World

LARGE = int(os.environ.get("ARDOISE_BENCH_ACCOUNTS", "1000000"))
SERVER = os.environ.get("ARDOISE_BENCH_SERVER", "")
ASKED = re.compile(os.environ.get("ARDOISE_BENCH_PAGES", ""))
SMALL = 1_000
ROUNDS = 120
WARMING = 10
MOST_TIMES = 1.5
# The small practice shows ten lines here, the large one a full page of fifty: told, and held to nothing.
UNEVEN = frozenset({"today, messages"})
PLACES = 997  # people who are asked about are at places below, which both practices have

Ask = Callable[["House", Person], None]


@dataclass(frozen=True, slots=True)
class House:
    """One practice behind its back-office, with somebody signed in."""

    client: FlaskClient
    token: str

    def get(self, address: str) -> None:
        """Open a page. Raises RuntimeError for anything but a page."""
        self._check(self.client.get(address).status_code, address)

    def post(self, address: str, **fields: str) -> None:
        """Send a form that only reads; the page it leads to is part of it."""
        answer = self.client.post(
            address, data={"csrf_token": self.token, **fields}, follow_redirects=True
        )
        self._check(answer.status_code, address)

    def _check(self, status: int, address: str) -> None:
        if status != 200:
            raise RuntimeError(f"{address} answered {status}")


def opens(address: str) -> Ask:
    """A page that is the same whoever is asked about."""
    return lambda house, _who: house.get(address)


PAGES: tuple[tuple[str, Ask], ...] = (
    ("today", opens("/today")),
    ("today, messages", opens("/today?show=messages")),
    ("inbox", opens("/inbox")),
    ("inbox, closed", opens("/inbox?list=closed")),
    ("accounts", opens("/accounts")),
    ("accounts, owing", opens("/accounts?state=owing")),
    ("accounts, settled", opens("/accounts?state=settled")),
    ("accounts, at a step", opens("/accounts?step=second_reminder")),
    ("accounts, kept back", opens("/accounts?held=any")),
    ("account page", lambda house, who: house.get(f"/accounts/{who.number}")),
    ("search, number", lambda house, who: house.post("/accounts/search", q=who.number)),
    ("search, invoice", lambda house, who: house.post("/accounts/search", q=who.invoice)),
    ("search, e-mail", lambda house, who: house.post("/accounts/search", q=who.email)),
    (
        "search, whole name",
        lambda house, who: house.post("/accounts/search", q=f"{who.given} {who.surname}"),
    ),
    ("search, in the inbox", lambda house, who: house.post("/inbox/search", q=who.invoice)),
    ("ladder board", opens("/ladder")),
    ("ladder, the coming night", opens("/ladder/night")),
    ("ladder, accounts of a step", opens("/ladder/accounts?step=second_reminder")),
    ("ladder, letters to decide", opens("/ladder/letters")),
    ("ladder, letters decided", opens("/ladder/letters?show=done")),
    ("plans and help", opens("/plans")),
    ("agreements", opens("/agreements")),
    ("to check", opens("/to-check")),
    ("payments of nobody", opens("/payments/unassigned")),
    ("journal", opens("/journal")),
    ("imports", opens("/imports")),
)


@contextmanager
def house_of(url: str, accounts: int) -> Iterator[House]:
    """A filled practice and its back-office as an installation runs it: in its role, under the rules."""
    migrating.upgrade(url)
    began = time.monotonic()
    world = KeptWorld(url)
    if world.is_filled:
        refresh(world.database)
    else:
        fill_practice(world, accounts)
        print(f"{accounts} accounts written in {time.monotonic() - began:.0f} s", file=sys.stderr)
    add_roles(url)
    began = time.monotonic()
    count_for_desks(world.house, world.practice_id)
    desks = time.monotonic() - began
    LadderCounter().count(world.house, world.practice_id)
    ladder = time.monotonic() - began - desks
    print(f"counted: desks {desks:.2f} s, ladder {ladder:.2f} s", file=sys.stderr)
    name, password = make_login(url, "ardoise_backoffice")
    own = make_url(url).set(username=name, password=password)
    database = Database(own.render_as_string(hide_password=False), for_pages=True)
    app = create_app(settings_of(world, database.url), database, clock=world.clock)
    try:
        yield signed_in(app.test_client(), world)
    finally:
        database.dispose()
        world.database.dispose()
        drop_logins(url, [name])


def settings_of(world: World, url: str) -> BackofficeSettings:
    """What the back-office of this world's practice knows."""
    return BackofficeSettings(
        database_url=url,
        site_url=world.settings.site_url,
        backoffice_url="http://127.0.0.1:8001",
        demo=True,
        link_keys=world.settings.link_keys,
        master_keys=world.settings.master_keys,
        index_key=world.settings.index_key,
        staff_secret="s" * 40,
    )


def signed_in(client: FlaskClient, world: World) -> House:
    """An owner's browser: who may open every page."""
    with world.database.unit_of_work(world.practice_id) as work:
        made = add_staff(
            work.session,
            email=f"camille-{new_id()}@cabinet.example",
            name="Camille",
            role="owner",
            practice_id=world.practice_id,
            password="cheval correct agrafe pile",
            keys=world.house.keys,
            at=world.clock.now(),
        )
        secret = open_session(
            work.session,
            user_id=made.user.id,
            practice_id=world.practice_id,
            at=world.clock.now(),
        )
        work.commit()
    with client.session_transaction() as session:
        session["_user_id"] = secret
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sessions").text)
    if found is None:
        raise RuntimeError("The page of sessions holds no form.")
    return House(client, found[1])


def seconds(ask: Ask, house: House, who: Person) -> float:
    """How long one answer takes."""
    began = time.perf_counter()
    ask(house, who)
    return time.perf_counter() - began


def compare(name: str, ask: Ask, large: House, small: House) -> Bar:
    """Ask both by turns, about other people each time; now one, now the other first.

    What lies in memory once both are warm is left out of Python's tidying up: two back-offices in one process
    make it take longer than a page, at intervals that met the same of the two again and again.
    """
    pairs = []
    for turn in range(ROUNDS + WARMING):
        if turn == WARMING:
            gc.collect()
            gc.freeze()
        who = person_at(turn * 613 % PLACES)
        houses = (large, small) if turn % 2 else (small, large)
        took = {house.token: seconds(ask, house, who) for house in houses}
        pairs.append((took[large.token], took[small.token]))
    big, little = (
        statistics.quantiles(times, n=20)[-1] for times in zip(*pairs[WARMING:], strict=True)
    )
    return Bar(
        f"backoffice, {name}: {LARGE} / {SMALL} accounts",
        big / little,
        MOST_TIMES,
        at_least=False,
        told=f"95th percentiles {big * 1000:.0f} ms against {little * 1000:.0f} ms, {ROUNDS} rounds",
    )


@contextmanager
def databases() -> Iterator[tuple[str, str]]:
    """The addresses of a large database and of a small one: those that are kept, else new ones."""
    if SERVER:
        yield kept_database(SERVER, LARGE), kept_database(SERVER, SMALL)
        return
    with process.home() as home:
        server = home.once("postgres", lambda place: postgres.start(home, place, durable=True))
        with (
            postgres.temporary_database(server) as large,
            postgres.temporary_database(server) as small,
        ):
            yield large, small


def main() -> int:
    """Every page; 1 when a bar is missed."""
    with (
        databases() as (large_url, small_url),
        house_of(small_url, SMALL) as small,
        house_of(large_url, LARGE) as large,
    ):
        pages = [(name, ask) for name, ask in PAGES if ASKED.search(name)]
        for name, ask in (page for page in pages if page[0] in UNEVEN):
            print(f"{compare(name, ask, large, small).line} (uneven, no bar)")
        bars = [compare(name, ask, large, small) for name, ask in pages if name not in UNEVEN]
    return conclude(bars)


if __name__ == "__main__":
    configure_logging("bench")  # to standard error: what is printed are the figures
    sys.exit(main())
