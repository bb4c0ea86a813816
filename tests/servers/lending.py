"""One migrated PostgreSQL database a test process, lent to each test and emptied when it comes back.

To make and drop a database for each test costs a third of a second, most of it the server's checkpoints;
emptying one costs a tenth of that. Where a test changed more than rows (tables, rights, functions), an event
trigger has noticed, and the database is dropped.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from tests.servers import postgres

END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
LONGEST_END, SHORT = 5.0, 0.004  # seconds
# As a replica, neither foreign keys nor the triggers that guard the journal say no.
LENDING = """
CREATE SCHEMA lent;
CREATE TABLE lent.changed (at timestamptz);
CREATE FUNCTION lent.emptied() RETURNS SETOF regclass LANGUAGE plpgsql
SET session_replication_role = replica AS $$
DECLARE
    one regclass;
    gone bigint;
BEGIN
    FOR one IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND oid <> 'public.alembic_version'::regclass
    LOOP
        EXECUTE format('DELETE FROM %s', one);
        GET DIAGNOSTICS gone = ROW_COUNT;
        IF gone > 0 THEN
            RETURN NEXT one;
        END IF;
    END LOOP;
    PERFORM setval(oid, 1, false) FROM pg_class
        WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace;
END $$;
CREATE FUNCTION lent.notice() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS
    $$ BEGIN INSERT INTO lent.changed VALUES (now()); END $$;
CREATE EVENT TRIGGER lent_created ON ddl_command_end EXECUTE FUNCTION lent.notice();
CREATE EVENT TRIGGER lent_dropped ON sql_drop EXECUTE FUNCTION lent.notice();
"""


class Lender:
    """Lends databases like ``template`` on the server at ``url``, one at a time or several."""

    def __init__(self, url: str, template: str) -> None:
        self._url, self._template = url, template
        self._spare: list[str] = []

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The address of a migrated database without rows. Its name is new each time, so that what a test
        left running does not reach the next test's rows."""
        name = f"t_{uuid.uuid4().hex}"
        if self._spare:
            self._rename(self._spare.pop(), name)
        else:
            postgres.create_database(self._url, name, like=self._template)
            with self._inside(name) as connection:
                connection.execute(LENDING)
        try:
            yield postgres.in_database(self._url, name)
        finally:
            self._take_back(name)

    def _take_back(self, name: str) -> None:
        try:
            self._end_connections(name)
            with self._inside(name) as connection:
                if connection.execute("SELECT 1 FROM lent.changed").fetchone():
                    raise ChangedError
                for (table,) in connection.execute("SELECT lent.emptied()::text").fetchall():
                    connection.execute(sql.SQL("VACUUM {}").format(sql.SQL(table)))
            spare = f"spare_{uuid.uuid4().hex}"
            self._rename(name, spare)
        except (ChangedError, psycopg.Error):
            postgres.drop_database(self._url, name)
        else:
            self._spare.append(spare)

    def close(self) -> None:
        """Drop what nobody has."""
        while self._spare:
            postgres.drop_database(self._url, self._spare.pop())

    def _end_connections(self, name: str) -> None:
        """The server itself would wait for them in steps of a tenth of a second."""
        until = time.monotonic() + LONGEST_END
        with psycopg.connect(self._url, autocommit=True) as connection:
            while connection.execute(END_ALL, [name]).fetchall() and time.monotonic() < until:
                time.sleep(SHORT)

    def _rename(self, name: str, new: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(name), sql.Identifier(new)
                )
            )

    def _inside(self, name: str) -> psycopg.Connection:
        return psycopg.connect(postgres.in_database(self._url, name), autocommit=True)


class ChangedError(Exception):
    """A test changed more than rows."""
