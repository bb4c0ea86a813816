"""The front doors' roles in a test's PostgreSQL, logins in them, and the time that their rules go by."""

import secrets
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import event

from shared.base.clock import Clock
from shared.base.database import Database

ROLES = (Path(__file__).resolve().parents[2] / "deploy" / "postgresql" / "roles.sql").read_text()
TELL = "SELECT set_config('ardoise.told_time', %s, true)"
# Without a word from the test it is the clock of the database, as it is for operators.
TOLD_TIME = """
    CREATE OR REPLACE FUNCTION ardoise_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS
    $$SELECT coalesce(
        nullif(current_setting('ardoise.told_time', true), '')::timestamptz, clock_timestamp()
    )$$
"""


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


def drop_logins(owner: str, names: list[str]) -> None:
    """Logins are the server's, not the database's: they would outlive it."""
    with psycopg.connect(owner, autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
