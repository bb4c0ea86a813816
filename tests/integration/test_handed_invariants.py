"""The check of the books names money by hand that was booked, kept or given up otherwise than it may be."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.orders import MoneyOrder
from tests.integration.desk_money import paid_at_desk
from tests.integration.refund_desk import RefundDesk
from tests.integration.test_orders_invariants import Planted, breaches, plant
from tests.integration.test_refunds import paid
from tests.integration.till import Till

TO_HAND, HANDED, DROPPED = "order-to-hand", "order-handed", "order-dropped"
Wrong = Callable[[MoneyOrder], Planted]
NOBODY: Planted = {"handed_by": None, "handed_name": None, "handed_at": None}
EARLY = timedelta(seconds=1)


def agreed(till: Till) -> tuple[RefundDesk, MoneyOrder]:
    """A large sum of the desk that a manager agreed to."""
    desk = RefundDesk.of(till)
    order = desk.ask(paid_at_desk(till, cents=40_000), 20_000, method="cash")
    till.later(minutes=1)
    desk.decide(order, "approve", by="manager")
    till.later(minutes=1)
    assert breaches(till) == set()
    return desk, desk.order(order)


@pytest.mark.broken_books("each breach is planted, to be seen")
@pytest.mark.parametrize(
    ("wrong", "seen"),
    [
        (lambda _: NOBODY, HANDED),
        (lambda order: {"handed_at": order.decided_at - EARLY}, HANDED),
        (lambda order: {"not_before": order.handed_at + EARLY}, HANDED),
        (lambda _: {"handed_name": None}, HANDED),
        (lambda order: {"dropped_by": order.asked_by}, DROPPED),
    ],
    ids=["by nobody", "before the agreement", "before its day", "no name", "given up as well"],
)
def test_money_that_is_booked_and_was_not_handed_over_as_it_must_be_is_seen(
    till: Till, wrong: Wrong, seen: str
) -> None:
    desk, order = agreed(till)
    desk.decide(order.id, "hand_over")
    desk.work()
    assert breaches(till) == set()
    plant(till, order.id, wrong(desk.order(order.id)))
    assert seen in breaches(till)


@pytest.mark.broken_books("each breach is planted, to be seen")
@pytest.mark.parametrize(
    "wrong",
    [
        lambda _: {"decided_by": None},
        lambda order: {"handed_at": order.decided_at},
        lambda _: {"kind": "use_credit"},
    ],
    ids=["nobody agreed", "handed over already", "no refund"],
)
def test_what_waits_to_be_handed_over_and_should_not_is_seen(till: Till, wrong: Wrong) -> None:
    _, order = agreed(till)
    plant(till, order.id, wrong(order))
    assert TO_HAND in breaches(till)


@pytest.mark.broken_books("money of a card is said to be handed over")
def test_money_of_a_card_that_waits_for_hands_is_seen(till: Till) -> None:
    desk = RefundDesk.of(till)
    order = desk.ask(paid(till, owes=(40_000,)), 20_000)
    desk.decide(order, "approve", by="manager")
    plant(till, order, {"status": "agreed"})
    assert breaches(till) == {TO_HAND}


@pytest.mark.broken_books("each breach is planted, to be seen")
@pytest.mark.parametrize(
    "wrong",
    [
        lambda _: {"why": None},
        lambda order: {"dropped_by": order.asked_by},
        lambda _: {"status": "withdrawn"},
        lambda order: {"handed_at": order.decided_at},
    ],
    ids=["no reason", "by the asker", "withdrawn by a colleague", "handed over"],
)
def test_what_was_given_up_otherwise_than_it_may_be_is_seen(till: Till, wrong: Wrong) -> None:
    desk, order = agreed(till)
    desk.decide(order.id, "stop", by="owner")
    assert breaches(till) == set()
    plant(till, order.id, wrong(desk.order(order.id)))
    assert DROPPED in breaches(till)


def test_orders_from_before_anybody_noted_it_are_no_breach(till: Till) -> None:
    desk, order = agreed(till)
    desk.decide(order.id, "hand_over")
    desk.work()
    plant(till, order.id, {"handed_by": None, "handed_name": None})
    assert breaches(till) == set()
