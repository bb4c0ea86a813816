"""What the migrations make is what the models say, on both databases."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, Table, inspect, text

from shared.base.database import Model, make_engine
from shared.base.migrating import downgrade
from tests.architecture.test_tables import TABLES

# Read to find out which practice a person may see, so before one is known; nothing of an account.
BEFORE_THE_PRACTICE = {"staff_membership", "staff_session"}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


def test_the_migrations_make_what_the_models_say(engine: Engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []


def test_the_migrations_can_be_undone(database_url: str, engine: Engine):
    downgrade(database_url, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}


def test_row_level_security_covers_every_table_of_a_practice(postgres_url: str):
    def is_scoped(table: Table) -> bool:
        return "practice_id" in table.columns and table.name not in BEFORE_THE_PRACTICE

    engine = make_engine(postgres_url)
    with engine.connect() as connection:
        secured = connection.scalars(text("SELECT relname FROM pg_class WHERE relrowsecurity"))
        assert set(secured) == {table.name for table in TABLES if is_scoped(table)}
    engine.dispose()
