"""What the tables promise: money in whole cents, statuses on edge tables, one practice a row."""

import importlib

import pytest
from sqlalchemy import BigInteger, Float, Integer, Numeric, Table

from shared.base.database import Model
from shared.base.states import REGISTRY, StateMachine
from tests.architecture.source import modules

ROOMS = {"model", "rules"}

# A person may work for several practices, so these rows belong to the person.
OF_NO_PRACTICE = {
    *("practice", "staff_user", "staff_session", "staff_passkey", "recovery_code"),
    "password_request",  # of whoever stands at the door: whose it is, and of which practice, is not known
}


def load_every_table() -> list[Table]:
    for module in modules():
        if module.concept is not None and module.room in ROOMS:
            importlib.import_module(module.name)
    return list(Model.metadata.tables.values())


TABLES = load_every_table()
MACHINES = sorted(REGISTRY.values(), key=lambda machine: machine.name)


def test_there_are_tables_and_machines():
    assert len(TABLES) > 1
    assert MACHINES


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_money_is_kept_in_whole_cents(table: Table):
    for column in table.columns:
        assert not isinstance(column.type, Numeric | Float), (
            f"{table.name}.{column.name} is a decimal: money is whole cents, named …_cents"
        )
        if column.name.endswith("_cents"):
            assert isinstance(column.type, Integer | BigInteger)


@pytest.mark.parametrize(
    "table",
    [table for table in TABLES if table.name not in OF_NO_PRACTICE],
    ids=lambda table: table.name,
)
def test_every_row_belongs_to_a_practice(table: Table):
    assert next(iter(table.primary_key.columns)).name == "practice_id"


@pytest.mark.parametrize(
    "table", [table for table in TABLES if "status" in table.columns], ids=lambda table: table.name
)
def test_every_status_is_ruled_by_an_edge_table(table: Table):
    assert table.name in REGISTRY, f"no StateMachine is named {table.name}"
    default = table.columns["status"].default
    if default is not None:
        assert default.arg in REGISTRY[table.name].initial


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_status_can_be_reached(machine: StateMachine):
    reached = set(machine.initial)
    while more := {end for (start, _), end in machine.edges.items() if start in reached} - reached:
        reached |= more
    assert reached == machine.statuses


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_machine_rules_a_table(machine: StateMachine):
    assert machine.name in Model.metadata.tables
    assert "status" in Model.metadata.tables[machine.name].columns
