"""Tests take one PostgreSQL database after the other's turn, and never see what another left there."""

from contextlib import closing

import psycopg
import pytest
from sqlalchemy import func, select

from shared.base.database import Model, make_engine
from tests.servers.lending import Lender
from tests.world import World


def asked(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row and row[0]


def identity(url: str) -> object:
    return asked(url, "SELECT oid FROM pg_database WHERE datname = current_database()")


@pytest.fixture
def lender(postgres_server: str, postgres_template: str) -> Lender:
    return Lender(postgres_server, postgres_template)


def test_the_next_test_finds_the_same_database_without_rows(lender: Lender) -> None:
    with closing(lender):
        with lender.lent() as first:
            world = World(first)
            world.account(owes=(4250,))
            which, version = identity(first), asked(first, "SELECT * FROM alembic_version")
        with lender.lent() as second:
            assert identity(second) == which
            assert asked(second, "SELECT * FROM alembic_version") == version
            with closing(make_engine(second).connect()) as connection:
                for table in Model.metadata.tables.values():
                    assert connection.scalar(select(func.count()).select_from(table)) == 0, table
            assert World(second).practice_id == world.practice_id, "numbers begin anew"


def test_what_a_test_left_running_does_not_reach_the_next_ones_rows(lender: Lender) -> None:
    with closing(lender):
        with lender.lent() as first:
            left = psycopg.connect(first)
            left.execute("LOCK TABLE practice")
        with lender.lent() as second:
            world = World(second)
            with pytest.raises(psycopg.OperationalError):
                left.execute("SELECT 1")
            with pytest.raises(psycopg.OperationalError, match="does not exist"):
                psycopg.connect(first)
            world.database.dispose()


@pytest.mark.parametrize(
    "change",
    [
        "GRANT SELECT ON practice TO PUBLIC",
        "CREATE INDEX of_a_test ON practice (id)",
        "DROP TABLE task CASCADE",
        "ALTER TABLE practice DISABLE ROW LEVEL SECURITY",
        "CREATE FUNCTION of_a_test() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_a_database_of_which_more_than_rows_was_changed_is_lent_to_nobody(
    lender: Lender, change: str
) -> None:
    with closing(lender):
        with lender.lent() as first:
            which = identity(first)
            with psycopg.connect(first) as connection:
                connection.execute(change.encode())
        with lender.lent() as second:
            assert identity(second) != which
