"""The check of the books names money that went back otherwise than it was asked for and agreed to."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from ardoise import giving_back
from ardoise.invariants import ALL
from shared.base.invariants import find_breaches
from shared.desk import book_desk_refund
from shared.orders import ASSIGN, MoneyOrder, Wish
from tests.integration.desk_money import paid_at_desk
from tests.integration.desk_world import Secretary
from tests.integration.refund_desk import RefundDesk
from tests.integration.stray_till import by_hand, strays, sweep
from tests.integration.test_refunds import paid
from tests.integration.till import Till

EYES, BACK, RECEIVED = "order-four-eyes", "order-given-back", "order-received"
Planted = dict[str, object]


def breaches(till: Till) -> set[str]:
    with till.world.database.reading() as session:
        return {breach.invariant.name for breach in find_breaches(session, ALL)}


def plant(till: Till, order: UUID, values: Planted) -> None:
    with till.world.database.unit_of_work() as work:
        work.session.execute(update(MoneyOrder).where(MoneyOrder.id == order).values(**values))
        work.commit()


def agreed(till: Till) -> tuple[RefundDesk, UUID]:
    """A large sum that went back with a manager's word."""
    desk = RefundDesk.of(till)
    order = desk.ask(paid(till, owes=(40_000,)), 20_000)
    desk.decide(order, "approve", by="manager")
    desk.work()
    assert breaches(till) == set()
    return desk, order


@pytest.mark.broken_books("each breach is planted, to be seen")
@pytest.mark.parametrize(
    "wrong",
    [
        lambda _: {"decided_by": None, "decided_name": None, "decided_at": None},
        lambda order: {"decided_by": order.asked_by},
        lambda order: {"decided_by": order.asked_by, "status": "refused", "outcome": "x"},
        lambda order: {"decided_by": None, "alone": True, "not_before": order.asked_at},
        lambda order: {
            "decided_by": None,
            "alone": True,
            "not_before": order.asked_at + timedelta(hours=24),
        },
    ],
    ids=["by nobody", "by the asker", "by the asker, refused", "no wait", "before its day"],
)
def test_a_large_sum_that_nobody_else_agreed_to_is_seen(
    till: Till, wrong: Callable[[MoneyOrder], Planted]
) -> None:
    desk, order = agreed(till)
    plant(till, order, wrong(desk.order(order)))
    assert EYES in breaches(till)


@pytest.mark.broken_books("a second person's word is taken away")
def test_what_passed_in_parts_of_one_payment_is_seen(till: Till) -> None:
    desk = RefundDesk.of(till)
    account = paid(till, owes=(40_000,))
    for _ in range(2):
        order = desk.ask(account, 10_000)
        if desk.order(order).status == "waiting":
            desk.decide(order, "approve", by="manager")
    desk.work()
    assert breaches(till) == set()
    plant(till, order, {"decided_by": None})
    assert EYES in breaches(till)


@pytest.mark.broken_books("a second person's word is taken away")
def test_what_one_gave_back_in_parts_of_many_payments_in_a_day_is_seen(till: Till) -> None:
    desk = RefundDesk.of(till)
    orders = []
    for _ in range(2):
        orders.append(desk.ask(paid(till, owes=(40_000,)), 10_000))
        till.later(hours=12)
    desk.decide(orders[1], "approve", by="manager")
    desk.work()
    assert breaches(till) == set()
    plant(till, orders[1], {"decided_by": None})
    assert breaches(till) == {EYES}
    plant(till, orders[1], {"asked_at": desk.order(orders[0]).asked_at + timedelta(hours=24)})
    assert breaches(till) == set(), "each on its own day"
    plant(till, orders[1], {"asked_at": desk.order(orders[0]).asked_at, "limit_cents": None})
    plant(till, orders[0], {"limit_cents": None})
    assert breaches(till) == set(), "of what was asked before there was a limit nothing is said"


@pytest.mark.broken_books("a second person's word is taken away")
def test_what_one_gave_back_of_money_that_they_noted_themselves_is_seen_for_a_month(
    till: Till,
) -> None:
    desk, claire = RefundDesk.of(till), Secretary.of(till.world)
    desk.people["claire"] = claire.colleague
    orders = []
    for _ in range(2):
        account = till.world.account()
        payment = claire.receives(account, 10_000)
        orders.append(desk.ask(account, 10_000, by="claire", method="cash", payment=payment))
        till.later(days=3)
    desk.decide(orders[1], "approve", by="manager")
    desk.decide(orders[1], "hand_over", by="claire")
    desk.work()
    assert breaches(till) == set()
    nobody = {"decided_by": None, "handed_by": None, "handed_name": None, "handed_at": None}
    plant(till, orders[1], nobody)
    assert breaches(till) == {EYES}
    plant(till, orders[1], {"asked_at": desk.order(orders[0]).asked_at + timedelta(days=30)})
    assert breaches(till) == set(), "after a month they count no more"


@pytest.mark.broken_books("an order and its payment are set apart")
@pytest.mark.parametrize(
    ("wrong", "seen"),
    [
        (lambda _: {"payment_id": None}, {RECEIVED, "received-order"}),
        (lambda _: {"amount_cents": 1}, {RECEIVED}),
        (lambda other: {"account_id": other}, {RECEIVED}),
        (lambda _: {"status": "refused", "outcome": "x"}, {RECEIVED, "received-order"}),
        (lambda _: {"kind": "use_credit"}, {"received-order"}),
    ],
    ids=["of nothing", "another sum", "another account", "not done", "by no order"],
)
def test_money_of_the_desk_that_is_not_what_was_noted_is_seen(
    till: Till, wrong: Callable[[UUID], Planted], seen: set[str]
) -> None:
    claire = Secretary.of(till.world)
    account, other = till.world.account(), till.world.account()
    claire.receives(account, 10_000)
    [order] = claire.orders(account)
    assert breaches(till) == set()
    plant(till, order.id, wrong(other.id))
    assert breaches(till) == seen


@pytest.mark.broken_books("orders are said to be done that are not")
def test_orders_to_assign_and_to_cancel_that_did_nothing_are_seen(till: Till) -> None:
    claire = Secretary.of(till.world)
    account, other = till.world.account(), till.world.account()
    wrong, kept = (claire.receives(account, cents) for cents in (900, 800))
    cancelled = claire.cancels(account, wrong)
    by_hand(till)
    sweep(till)
    [stray] = strays(till)
    assigned = claire.ask(other, Wish(ASSIGN, "s", "assign", 5000, stray_id=stray.id))
    claire.work()
    assert breaches(till) == set()
    breaking: list[tuple[UUID, Planted]] = [
        (cancelled, {"payment_id": kept.id}),
        (cancelled, {"account_id": other.id}),
        (assigned, {"payment_id": kept.id}),
        (assigned, {"account_id": account.id}),
        (assigned, {"stray_id": None}),
    ]
    for order, planted in breaking:
        was = {name: getattr(RefundDesk(till).order(order), name) for name in planted}
        plant(till, order, planted)
        assert breaches(till) == {"order-assigned-or-cancelled"}, planted
        plant(till, order, was)
    assert breaches(till) == set()


@pytest.mark.broken_books("it left another till than it was asked from")
def test_money_that_left_another_till_than_was_asked_for_is_seen(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = RefundDesk.of(till)
    account = paid_at_desk(till)
    right = desk.ask(account, 1000, method="cash")
    desk.work()
    assert breaches(till) == set()
    plant(till, right, {"method": "cheque"})
    assert BACK in breaches(till)
    plant(till, right, {"method": "cash"})
    assert breaches(till) == set()
    monkeypatch.setattr(
        giving_back,
        "book_desk_refund",
        lambda *of, **how: book_desk_refund(*of, **(how | {"method": "cheque"})),
    )
    desk.ask(account, 500, method="cash")
    desk.work()
    assert BACK in breaches(till)
