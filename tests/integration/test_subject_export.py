"""A person gets all that is held about them, in words and in JSON; no secret and nobody else's data."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Table

from shared.accounts import account_vault
from shared.base.database import Model
from shared.base.vault import Json
from shared.privacy import subject_data
from shared.privacy.subject_tables import TOLD
from shared.privacy.subject_withheld import LEFT_OUT, WITHHELD
from tests.architecture.test_tables import TABLES
from tests.security.planted import MARKS, Planted, Seeker, plant
from tests.world import World

# What is sealed for the persons of the account, and told to them.
THEIRS = {
    *("party.name", "party.birth_date", "party.address", "contact_point.value", "invoice.lines"),
    *("account.protection", "hold.note", "plan.agreed_text", "message.body", "thread_note.body"),
    *("aid_request.answers", "proposal.content", "money_order.note", "detail_grant.note"),
}


def reaching() -> set[str]:
    """The tables whose rows name an account, or a row that does, and those that such rows name to be told
    with them."""
    found = {table.name for table in TABLES if "account_id" in table.columns} | {"account"}
    while True:
        more = {table.name for table in TABLES if _refers_to(table, found)} - found
        if not more:
            return found
        found |= more


def _refers_to(table: Table, names: set[str]) -> bool:
    return any(key.referred_table.name in names for key in table.foreign_key_constraints)


def test_every_table_that_reaches_an_account_is_told_or_left_out_with_a_reason() -> None:
    told = {one.table for one in TOLD}
    assert not told & set(LEFT_OUT)
    assert reaching() - told - set(LEFT_OUT) == set(), "a table that nobody decided about"
    assert (told | set(LEFT_OUT)) - set(Model.metadata.tables) == set()
    assert all(LEFT_OUT.values())


def test_every_column_of_what_is_told_is_told_or_withheld_with_a_reason() -> None:
    for one in TOLD:
        columns = set(Model.metadata.tables[one.table].columns.keys())
        named = set(one.columns)
        assert named <= columns, one.table
        silent = {
            name
            for name in columns - named
            if not WITHHELD.get(f"{one.table}.{name}", WITHHELD.get(name))
        }
        assert silent == set(), f"columns of {one.table} that nobody decided about"


def test_no_key_is_told_twice_and_nothing_is_withheld_that_is_not_there() -> None:
    keys = [one.key for one in TOLD]
    assert len(keys) == len(set(keys))
    for name in WITHHELD:
        table, _, column = name.rpartition(".")
        tables = [Model.metadata.tables[table]] if table else Model.metadata.tables.values()
        assert any(column in one.columns for one in tables), name


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    made = World(database_url)
    yield made
    made.database.dispose()


def told_of(world: World, planted: Planted) -> dict[str, list[dict[str, Json]]]:
    account = world.reload(planted.account)
    with world.database.reading(world.practice_id) as session:
        vault = account_vault(world.house.keys, account)
        return subject_data(session, account=account, vault=vault, roles={}).sections


def test_all_that_is_sealed_for_the_person_is_told_in_clear_and_no_key_code_or_fingerprint(
    world: World,
) -> None:
    planted = plant(world)
    sections = told_of(world, planted)
    text = json.dumps(sections, ensure_ascii=False)
    seeker = Seeker.of(planted.marks)
    assert seeker.found(text) >= {one for one in THEIRS if MARKS[one]} - {"hold.note"}
    assert seeker.found(text) <= THEIRS
    for section in sections.values():
        for row in section:
            assert not {"wrapped_key", "code", "value_index", "idempotency_key"} & row.keys()


def test_another_account_of_the_practice_is_not_in_it(world: World) -> None:
    planted = plant(world)
    other = world.account(owes=(777,), phone="+33639980555", email="autre@courriel.example")
    text = json.dumps(told_of(world, planted), ensure_ascii=False)
    assert "autre@" not in text
    assert "39980555" not in text
    assert other.number not in text
    assert str(other.id) not in text
