"""On PostgreSQL the front doors see the practice that they named, and may do what their pages do."""

import secrets
from functools import lru_cache
from typing import Any

import psycopg
import pytest
from psycopg import Connection, sql
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import dict_row
from psycopg.types.json import Json

from shared.base.database import Model
from shared.base.ids import new_id
from tests.security.secured import Secured
from tests.servers.roles import ROLES

DOORS = ("ardoise_portal", "ardoise_backoffice")
COLUMN_RIGHTS = ["SELECT", "INSERT", "UPDATE", "REFERENCES"]
TABLES = {table.name: table for table in Model.metadata.sorted_tables}
Rows = list[dict[str, Any]]

# What neither door needs: whose rows they hold is the worker's and the command line's business.
NOBODYS = {
    *("import_run", "import_touch"),
    "receipt_counter",
}
PERIODS = {"retention", "retention_run"}
STAFF = {"staff_user", "staff_membership", "staff_session", "staff_passkey", "recovery_code"}
WRITTEN_ONLY = {"timeline_event", "journal_entry", "journal_line"}
# What money is booked in: the worker's alone.
BOOKS = {
    *("journal_entry", "journal_line", "payment", "payment_share", "receipt_counter"),
    *("invoice", "notice", "ladder_cycle"),
}
# Read by the back-office to learn which practice a person may see.
BEFORE_THE_PRACTICE = STAFF | {"practice"}


def rows_of(url: str, table: str, *, practice: int | None) -> Rows:
    """The rows that a connection sees which named this practice, or none."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        name(connection, practice)
        query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
        return sorted(connection.execute(query).fetchall(), key=str)


def name(connection: Connection[Any], practice: int | None) -> None:
    """Name a practice as a unit of work does."""
    if practice is not None:
        connection.execute("SELECT set_config('ardoise.practice', %s, true)", (str(practice),))


@lru_cache
def rights(url: str, door: str) -> frozenset[tuple[str, str, str]]:
    """All that a role may do: table, column (or ``*`` for the whole table), and what."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            """
            SELECT t.name, '*', w.what
              FROM unnest(%(tables)s::text[]) AS t (name), unnest(%(table_rights)s::text[]) AS w (what)
             WHERE has_table_privilege(%(door)s, t.name, w.what)
            UNION ALL
            SELECT c.relname, a.attname, w.what
              FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0,
                   unnest(%(column_rights)s::text[]) AS w (what)
             WHERE c.relname = ANY (%(tables)s) AND c.relkind = 'r' AND NOT a.attisdropped
               AND has_column_privilege(%(door)s, c.oid, a.attnum, w.what)
            """,
            {
                "door": door,
                "tables": list(TABLES),
                "table_rights": [*COLUMN_RIGHTS, "DELETE", "TRUNCATE", "TRIGGER"],
                "column_rights": COLUMN_RIGHTS,
            },
        )
        return frozenset(rows.fetchall())


def may(url: str, door: str, table: str, what: str) -> bool:
    """Whether a role may do something with a table, or with some column of it."""
    return any((table, what) == (right[0], right[2]) for right in rights(url, door))


def column_may(url: str, door: str, table: str, column: str, what: str) -> bool:
    """Whether a role may do something with this column."""
    return (table, column, what) in rights(url, door)


def readable(url: str, door: str) -> list[str]:
    return [table for table in TABLES if column_may(url, door, table, "*", "SELECT")]


def test_the_roles_can_not_go_around_the_rules(secured: Secured):
    with psycopg.connect(secured.owner, row_factory=dict_row) as connection:
        for door in DOORS:
            role = connection.execute(
                "SELECT * FROM pg_roles WHERE rolname = %s", (door,)
            ).fetchone()
            for power in ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb"):
                assert role[power] is False, (door, power)
            assert not role["rolreplication"]
            assert not role["rolcanlogin"]
            for query in (
                "SELECT 1 FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner AND r.rolname = %s",
                "SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member "
                "AND r.rolname = %s",
            ):
                assert connection.execute(query, (door,)).fetchall() == []


@pytest.mark.parametrize("door", DOORS)
def test_a_login_can_not_lift_the_rules(secured: Secured, door: str):
    url = secured.log_in(door)
    for trick in (
        "SET row_security = off; SELECT * FROM party",
        "SET ROLE ardoise",
        "SET SESSION AUTHORIZATION ardoise",
        "ALTER TABLE party DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_practice ON party",
        "CREATE TABLE mine (a integer)",
        "TRUNCATE party",
        "ALTER ROLE current_user BYPASSRLS",
        "COPY party TO PROGRAM 'true'",
    ):
        with psycopg.connect(url) as connection, pytest.raises(psycopg.Error) as told:
            connection.execute(trick)
        assert told.value.sqlstate in {"42501", "42939"}, trick


def test_running_the_file_again_changes_nothing(secured: Secured):
    query = (
        "SELECT relname, relacl::text, relrowsecurity FROM pg_class WHERE relkind = 'r' "
        "AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    with psycopg.connect(secured.owner, autocommit=True) as connection:
        before = connection.execute(query).fetchall()
        connection.execute(ROLES.encode())
        assert connection.execute(query).fetchall() == before


def test_every_table_is_granted_on_purpose(secured: Secured):
    """A new table is closed to both doors; this asks for a decision."""
    for table in TABLES:
        doors = [
            door
            for door in DOORS
            if any(
                may(secured.owner, door, table, what)
                for what in ("SELECT", "INSERT", "UPDATE", "DELETE")
            )
        ]
        assert bool(doors) is (table not in NOBODYS), table


def test_the_portal_has_no_more_than_its_pages_need(secured: Secured):
    def tables(what: str) -> set[str]:
        return {table for table in TABLES if may(secured.owner, "ardoise_portal", table, what)}

    assert not tables("SELECT") & (STAFF | NOBODYS | WRITTEN_ONLY | PERIODS)
    assert tables("DELETE") == {"portal_session", "late_form"}
    assert tables("UPDATE") == {
        *("account", "link", "portal_session", "payment_attempt"),
        *("plan", "instalment", "hold", "task", "thread", "message", "aid_request", "saved_card"),
        *("pay_link", "contact_point", "one_time_code", "proposal"),
    }
    assert not tables("INSERT") & BOOKS
    assert not tables("TRUNCATE") | tables("REFERENCES") | tables("TRIGGER")


def test_neither_door_changes_what_happened(secured: Secured):
    for door in DOORS:
        for table in WRITTEN_ONLY:
            assert not may(secured.owner, door, table, "UPDATE")
            assert not may(secured.owner, door, table, "DELETE")
        for column in ("practice_id", "id", "wrapped_key", "key_id"):
            for table in TABLES.values():
                if column in table.columns:
                    assert not column_may(secured.owner, door, table.name, column, "UPDATE")


def test_a_captured_portal_neither_speaks_as_staff_nor_opens_doors(secured: Secured):
    url = secured.log_in("ardoise_portal")
    world = secured.stories.world
    account = world.account()
    told = {
        **{"practice_id": world.practice_id, "id": new_id(), "account_id": account.id},
        **{"at": world.clock.now(), "actor": "Claire", "kind": "door.reopened", "facts": Json({})},
    }
    with psycopg.connect(url) as connection:
        name(connection, world.practice_id)
        connection.execute("UPDATE account SET door_closed_at = now() WHERE id = %s", (account.id,))
        connection.commit()
        for forbidden in (
            "UPDATE account SET door_closed_at = NULL WHERE id = %(account_id)s",
            "INSERT INTO timeline_event (practice_id, id, account_id, at, actor_kind, actor, "
            "kind, facts) VALUES (%(practice_id)s, %(id)s, %(account_id)s, %(at)s, 'staff', "
            "%(actor)s, %(kind)s, %(facts)s)",
        ):
            name(connection, world.practice_id)
            with pytest.raises(InsufficientPrivilege, match="row-level security"):
                connection.execute(forbidden, told)
            connection.rollback()


@pytest.mark.parametrize("door", DOORS)
def test_without_a_named_practice_nothing_is_seen(secured: Secured, door: str):
    url = secured.log_in(door)
    told = [table for table in readable(url, door) if rows_of(secured.owner, table, practice=None)]
    assert len(told) >= 14
    for table in told:
        seen = rows_of(url, table, practice=None)
        if door == "ardoise_portal" or table not in BEFORE_THE_PRACTICE:
            assert seen == [], table


@pytest.mark.parametrize("door", DOORS)
def test_with_one_practice_named_nothing_of_another_is_seen(secured: Secured, door: str):
    url = secured.log_in(door)
    number = secured.stories.world.practice_id
    both = 0
    for table in readable(url, door):
        whole = rows_of(secured.owner, table, practice=None)
        if table in BEFORE_THE_PRACTICE and door == "ardoise_backoffice":
            continue
        key = "id" if table == "practice" else "practice_id"
        both += len({row[key] for row in whole}) > 1
        assert rows_of(url, table, practice=number) == [r for r in whole if r[key] == number]
    assert both >= 10


@pytest.mark.parametrize("door", DOORS)
def test_with_one_practice_named_nothing_of_another_is_written(secured: Secured, door: str):
    url = secured.log_in(door)
    theirs = secured.stories.accounts["stranger"].practice_id
    tried = 0
    for table in TABLES:
        if table in BEFORE_THE_PRACTICE or "practice_id" not in TABLES[table].columns:
            continue
        before = rows_of(secured.owner, table, practice=None)
        foreign = [row for row in before if row["practice_id"] == theirs]
        with psycopg.connect(url) as connection:
            name(connection, secured.stories.world.practice_id)
            for row in foreign[:1]:
                tried += refuses_insert(connection, table, row)
            for what in ("UPDATE", "DELETE"):
                tried += touches_nothing(connection, url, door, table, what, theirs)
            connection.commit()
        assert rows_of(secured.owner, table, practice=None) == before, table
    assert tried >= 10


def refuses_insert(connection: Connection[Any], table: str, row: dict[str, Any]) -> bool:
    """A row of another practice, as it stands there but for its id, is not taken."""
    fresh = row | ({"id": secrets.token_hex(16)} if "id" in row else {})
    cells = {
        column: Json(value) if isinstance(value, dict) else value for column, value in fresh.items()
    }
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, cells)),
        sql.SQL(", ").join(sql.Placeholder() for _ in cells),
    )
    with pytest.raises(InsufficientPrivilege), connection.transaction():
        connection.execute(statement, list(cells.values()))
    return True


def touches_nothing(
    connection: Connection[Any], url: str, door: str, table: str, what: str, theirs: int
) -> bool:
    """A change or deletion aimed at another practice finds no row."""
    if not may(url, door, table, what):
        return False
    column = next(
        (c.name for c in TABLES[table].columns if column_may(url, door, table, c.name, "UPDATE")),
        "practice_id",
    )
    start = {
        "UPDATE": sql.SQL("UPDATE {0} SET {1} = {1}"),
        "DELETE": sql.SQL("DELETE FROM {0}"),
    }[what].format(sql.Identifier(table), sql.Identifier(column))
    done = connection.execute(start + sql.SQL(" WHERE practice_id = %s"), (theirs,))
    assert done.rowcount == 0, (table, what)
    return True
