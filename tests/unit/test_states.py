"""State machines are edge tables; an event that is no edge is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ardoise.invariants import ALL
from shared.base.errors import NotAllowedError
from shared.base.states import REGISTRY, StateMachine
from shared.payments import ATTEMPT, WEBHOOK_EVENT

MACHINES = sorted(REGISTRY)
# What is over stays over, but for money that comes late: the processor's word is final.
LATE_MONEY = {("expired", "succeed"), ("failed", "succeed")}


@pytest.fixture
def door() -> StateMachine:
    """A machine of this test's own, not on the register of the house afterwards."""
    machine = StateMachine(
        "door_of_a_test",
        initial=frozenset({"shut"}),
        edges={("shut", "open"): "open", ("open", "shut"): "shut", ("open", "break"): "broken"},
    )
    del REGISTRY["door_of_a_test"]
    return machine


def test_an_edge_leads_on_and_nothing_else_does(door: StateMachine) -> None:
    assert door.statuses == {"shut", "open", "broken"}
    assert door.after("shut", "open") == "open"
    assert door.allows("open", "break")
    assert not door.allows("shut", "break")
    for status, event in (("shut", "break"), ("broken", "open"), ("unknown", "open"), ("", "")):
        with pytest.raises(NotAllowedError, match="door_of_a_test"):
            door.after(status, event)


@given(st.sampled_from(MACHINES), st.data())
def test_no_walk_leaves_the_known_statuses(name: str, data: st.DataObject) -> None:
    machine = REGISTRY[name]
    status = data.draw(st.sampled_from(sorted(machine.initial)))
    for _ in range(6):
        events = sorted(event for start, event in machine.edges if start == status)
        if not events:
            break
        status = machine.after(status, data.draw(st.sampled_from(events)))
        assert status in machine.statuses


@pytest.mark.parametrize("name", MACHINES)
def test_every_status_can_be_reached_from_the_beginning(name: str) -> None:
    machine = REGISTRY[name]
    reached = set(machine.initial)
    while True:
        further = {end for (start, _), end in machine.edges.items() if start in reached} - reached
        if not further:
            break
        reached |= further
    assert reached == machine.statuses


@pytest.mark.parametrize("name", MACHINES)
def test_statuses_fit_their_column_and_are_words(name: str) -> None:
    for status in REGISTRY[name].statuses:
        assert status.isidentifier()
        assert len(status) <= 12


def test_the_register_knows_every_machine_under_its_own_name() -> None:
    assert len(REGISTRY) >= 8
    assert all(machine.name == name for name, machine in REGISTRY.items())
    assert {"payment_attempt", "webhook_event"} <= set(REGISTRY)
    assert any("edge table" in invariant.sentence for invariant in ALL)


def test_an_attempt_that_succeeded_never_changes_again() -> None:
    assert [edge for edge in ATTEMPT.edges if edge[0] == "succeeded"] == []


def test_money_is_never_refused_wherever_the_attempt_stood() -> None:
    # what is saved is a card, of a page that could take nothing
    open_statuses = ATTEMPT.statuses - {"created", "succeeded", "saved"}
    assert all(ATTEMPT.after(status, "succeed") == "succeeded" for status in open_statuses)


def test_an_attempt_that_is_over_comes_back_only_for_money_or_a_card() -> None:
    late = {e for e in ATTEMPT.edges if e[0] in {"expired", "failed", "saved"}}
    assert late == LATE_MONEY | {("expired", "save")}


def test_a_webhook_is_acted_on_once() -> None:
    assert set(WEBHOOK_EVENT.edges) == {("stored", "handle"), ("stored", "ignore")}
