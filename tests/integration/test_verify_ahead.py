"""What is further along here than the processor says is a difference, unless it moved while it was asked."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from ardoise.patience import Patience
from ardoise.settling import settle_one
from ardoise.straying import look_at_stray
from shared.processor import Checkout, Refunded
from shared.reversals import Dispute
from tests.integration.doors import change_doors
from tests.integration.stray_till import by_hand, give_back, strays, sweep
from tests.integration.test_disputes import standing
from tests.integration.test_refunds import paid, told
from tests.integration.test_verify import held, kinds
from tests.integration.till import Till


def failed(state: Checkout) -> Checkout:
    """The same, with its refunds come back."""
    return replace(state, refunds=tuple(replace(r, status="failed") for r in state.refunds))


def test_a_refund_that_is_booked_back_here_and_not_there_is_for_a_person(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = paid(till)
    ref = till.give_back(account, 1000)
    told(till)
    with monkeypatch.context() as patched:
        change_doors(patched, till, failed)
        house, number = till.world.house, till.world.practice_id
        assert settle_one(house, number, till.attempt(account).id, Patience())
    assert [refund.status for refund in till.refunds(account)] == ["failed"]
    till.later(hours=1)
    verified = held(till)
    assert [(d.kind, d.part, d.cents) for d in verified.left] == [("refund_unknown", ref, 1000)]
    for _ in range(2):
        sweep(till)
    assert till.tasks(None).count("processor_differs") == 1
    till.world.check()


def test_the_same_of_money_of_nobody_known(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    intent = by_hand(till, 3000)
    give_back(till, intent, 1000)
    sweep(till)
    with monkeypatch.context() as patched:
        change_doors(patched, till, failed)
        desk = till.world.house.desk(till.world.practice_id)
        assert desk is not None
        assert look_at_stray(desk, intent, Patience())
    assert [s.returned_cents for s in strays(till)] == [0]
    till.later(hours=1)
    assert kinds(held(till)) == [("refund_unknown", False)]
    till.world.check()


def test_a_refund_that_comes_back_while_the_lists_are_read_is_no_difference(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = paid(till)
    ref = till.give_back(account, 1000)
    told(till)
    gateway = type(till.desk().gateway)
    true = gateway.refunds_since

    def then_it_fails(*given: Any) -> list[Refunded]:
        listed = true(*given)
        till.later(seconds=1)
        till.processor.control("refund/end", refund=ref, status="failed")
        told(till)
        return listed

    monkeypatch.setattr(gateway, "refunds_since", then_it_fails)
    till.later(hours=1)
    assert kinds(held(till)) == []
    assert [refund.status for refund in till.refunds(account)] == ["failed"]
    till.check()


def test_a_dispute_that_ended_there_and_can_not_be_booked_is_for_a_person(till: Till) -> None:
    """More moves are noted here than the processor counts: what it tells seems old, and is not taken."""
    account = paid(till)
    made = till.contest(account)
    told(till)
    with till.world.database.unit_of_work() as work:
        work.session.execute(update(Dispute).values(moves=9))
        work.commit()
    till.later(hours=1)
    till.end_contest(made, "won")
    told(till)
    assert [status for status, _ in standing(till, account)] == ["open"]
    assert [(d.kind, d.part) for d in held(till).left] == [("dispute_other", made)]
    for _ in range(2):
        sweep(till)
    assert till.tasks().count("processor_differs") == 1
    till.world.check()
