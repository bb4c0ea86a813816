"""A PostgreSQL database with the front doors' roles, and logins in them."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import event, make_url

from shared.base.clock import Clock
from shared.base.database import Database
from tests.security.planted import plant
from tests.security.portal_stories import Stories
from tests.servers.sandbox import Sandbox, restricted

ROLES = (Path(__file__).resolve().parents[2] / "deploy" / "postgresql" / "roles.sql").read_text()
TELL = "SELECT set_config('ardoise.told_time', %s, true)"
# Without a word from the test it is the clock of the database, as it is for operators.
TOLD_TIME = """
    CREATE OR REPLACE FUNCTION ardoise_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS
    $$SELECT coalesce(
        nullif(current_setting('ardoise.told_time', true), '')::timestamptz, clock_timestamp()
    )$$
"""


@dataclass
class Secured:
    """``owner`` is the address as the tables' owner; stories and planted things are its work."""

    owner: str
    stories: Stories
    logins: list[str] = field(default_factory=list)

    def log_in(self, door: str) -> str:
        """The address for a new login in one of the roles."""
        name, password = make_login(self.owner, door)
        self.logins.append(name)
        url = make_url(self.owner).set(username=name, password=password)
        return url.render_as_string(hide_password=False)


def make_login(owner: str, door: str) -> tuple[str, str]:
    """(name, password) of a new login in a role."""
    name, password = f"t_{secrets.token_hex(6)}", secrets.token_hex(12)
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE {}").format(
                sql.Identifier(name), sql.Literal(password), sql.Identifier(door)
            )
        )
    return name, password


def add_roles(owner: str) -> None:
    """Run the file that operators run."""
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(ROLES.encode())


def listen_to_tests(owner: str) -> None:
    """Have the rules go by the time that a test's connection tells, where it tells one."""
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(TOLD_TIME.encode())


def tell_time(database: Database, clock: Clock) -> None:
    """Tell a test's time on all connections of ``database`` from now on."""
    event.listen(
        database.engine,
        "begin",
        lambda connection: connection.exec_driver_sql(TELL, (clock.now().isoformat(),)),
    )


def drop_logins(owner: str, names: list[str]) -> None:
    """Logins are the server's, not the database's: they would outlive it."""
    with psycopg.connect(owner, autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@contextmanager
def secured_database(url: str, sandbox: Sandbox) -> Iterator[Secured]:
    """Two practices with people, payments and everything sealed, and the roles."""
    stories = Stories.tell(url, sandbox)
    keys = restricted(sandbox, stories.till.key)
    plant(stories.world, keys=keys, webhook_secret=stories.till.secret)
    stories.world.night()
    stories.world.night(stories.accounts["stranger"].practice_id)
    add_roles(url)
    listen_to_tests(url)
    made = Secured(url, stories)
    yield made
    stories.till.close()
    drop_logins(url, made.logins)
