"""An operator goes back to an older version where the front doors have their roles."""

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from shared.base.migrating import MigrationError, downgrade, upgrade
from tests.integration.test_command_sentences import ardoise
from tests.security.secured import Secured
from tests.servers.roles import add_roles


def rules(owner: str) -> int:
    """How many rules the roles have."""
    with psycopg.connect(owner) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_policies "
            "WHERE roles && ARRAY['ardoise_portal', 'ardoise_backoffice']::name[]"
        ).fetchone()
    assert row is not None
    return int(row[0])


def never_gave_up_debts(owner: str) -> None:
    """Orders that only newer tables explain would keep these: here nobody asked for any."""
    with psycopg.connect(owner, autocommit=True) as connection:
        for statement in (
            "DELETE FROM money_order_share",
            "DELETE FROM forgiveness",
            "DELETE FROM money_order WHERE kind = 'forgive'",
        ):
            connection.execute(statement.encode())


def test_going_back_takes_the_rules_and_all_rights_and_the_file_brings_them_again(
    secured: Secured,
) -> None:
    world = secured.stories.world
    world.database.dispose()
    before = rules(secured.owner)
    assert before
    never_gave_up_debts(secured.owner)
    told = ardoise(world, "db", "downgrade", "0011", "--yes")
    assert told.exit_code == 0, told.exception
    assert "deploy/postgresql/roles.sql" in told.output
    assert rules(secured.owner) == 0
    for door in ("ardoise_portal", "ardoise_backoffice"):
        with (
            psycopg.connect(secured.log_in(door)) as connection,
            pytest.raises(InsufficientPrivilege),
        ):
            connection.execute("SELECT FROM account")
    assert "roles.sql" not in ardoise(world, "db", "downgrade", "0011", "--yes").output
    upgrade(secured.owner)
    add_roles(secured.owner)
    assert rules(secured.owner) == before


def test_where_going_back_fails_the_rules_stay(secured: Secured) -> None:
    secured.stories.world.database.dispose()
    before = rules(secured.owner)
    with pytest.raises(MigrationError, match="stay as they are"):
        downgrade(secured.owner, "bogus")
    assert rules(secured.owner) == before
