"""Staff give back a payment of nobody known: asked, agreed to, carried out by the worker, booked once."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from ardoise import disputing, ordering
from shared.accounts import get_practice
from shared.base.errors import NotAllowedError
from shared.ledger import PROCESSOR, UNASSIGNED
from shared.orders import MoneyOrder, ask_stray_refund, decide_order, get_order
from shared.processor import GatewayUnavailableError
from shared.staff import members_who_may
from tests.integration.refund_desk import RefundDesk
from tests.integration.stray_till import (
    Clerk,
    by_hand,
    check_to_the_cent,
    entries,
    give_back,
    held,
    strays,
    sweep,
)
from tests.integration.till import Till, at_once


@pytest.fixture
def desk(till: Till) -> RefundDesk:
    return RefundDesk.of(till)


def came(till: Till, cents: int = 5000) -> str:
    intent = by_hand(till, cents)
    sweep(till)
    return intent


def ask(desk: RefundDesk, *, by: str = "secretary", once: str = "") -> UUID:
    """Ask for the only payment of nobody known to go back."""
    world = desk.till.world
    [stray] = strays(desk.till)
    with world.database.unit_of_work(world.practice_id) as work:
        order = ask_stray_refund(
            work.session,
            stray=stray,
            reason="other",
            once=once or uuid4().hex,
            practice=get_practice(work.session, world.practice_id),
            by=desk.people[by],
            approvers=members_who_may(
                work.session, practice_id=world.practice_id, permission="refunds.approve"
            ),
            at=world.clock.now(),
        )
        work.commit()
        return order.id


def agree(desk: RefundDesk, order_id: UUID, *, by: str = "owner") -> None:
    world = desk.till.world
    with world.database.unit_of_work(world.practice_id) as work:
        order = get_order(work.session, practice_id=world.practice_id, order_id=order_id, lock=True)
        decide_order(work.session, order, "approve", by=desk.people[by], at=world.clock.now())
        work.commit()


def stands(order: MoneyOrder) -> tuple[str, str | None]:
    return order.status, order.outcome


def test_what_a_bank_took_since_it_was_asked_for_does_not_go_back_as_well(
    till: Till, desk: RefundDesk
) -> None:
    intent = came(till)
    order_id = ask(desk)
    till.processor.control("dispute", payment_intent=intent, amount=1000)
    disputing.sweep_disputes(till.world.house, till.world.practice_id)
    ordering.carry_out_orders(till.world.house, till.world.practice_id)
    assert stands(desk.order(order_id)) == ("refused", "disputed")
    assert till.listed_refunds() == []
    check_to_the_cent(till)


def test_it_goes_back_whole_once_and_is_no_work_any_more(till: Till, desk: RefundDesk) -> None:
    intent = came(till)
    order = ask(desk, once="one")
    assert ask(desk, once="one") == order
    for _ in range(2):
        desk.work()
        sweep(till)
    assert stands(desk.order(order)) == ("done", None)
    [stray] = strays(till)
    assert (stray.status, stray.returned_cents) == ("returned", 5000)
    assert (held(till, PROCESSOR), held(till, UNASSIGNED)) == (0, 0)
    assert len(entries(till, f"stray_return:{intent}")) == 1
    assert desk.given_back() == [5000]
    assert till.tasks() == []
    check_to_the_cent(till)


def test_above_the_limit_nothing_leaves_before_a_second_person_agrees(
    till: Till, desk: RefundDesk
) -> None:
    came(till, 20_000)
    order = ask(desk)
    desk.work()
    assert desk.order(order).status == "waiting"
    assert desk.given_back() == [0]
    assert "order_to_agree" in till.tasks()
    with pytest.raises(NotAllowedError, match="Une autre personne que vous"):
        agree(desk, order, by="secretary")
    agree(desk, order)
    desk.work()
    assert desk.order(order).status == "done"
    assert desk.given_back() == [20_000]
    check_to_the_cent(till)


def test_only_what_did_not_go_back_yet_is_given_back(till: Till, desk: RefundDesk) -> None:
    intent = came(till)
    give_back(till, intent, 2000)
    sweep(till)
    order = ask(desk)
    desk.work()
    assert (desk.order(order).status, desk.order(order).amount_cents) == ("done", 3000)
    assert desk.given_back() == [5000]
    check_to_the_cent(till)


def test_what_went_back_meanwhile_is_not_given_back_again(till: Till, desk: RefundDesk) -> None:
    intent = came(till)
    order = ask(desk)
    give_back(till, intent, 2000)
    sweep(till)
    desk.work()
    assert stands(desk.order(order)) == ("refused", "too_much")
    assert desk.given_back() == [2000]
    assert "refund_refused" in till.tasks()
    check_to_the_cent(till)


def test_given_to_an_account_or_given_back_but_never_both(till: Till, desk: RefundDesk) -> None:
    account = till.world.account()
    came(till)
    clerk = Clerk.of(till)
    clerk.ask(strays(till)[0], account)
    with pytest.raises(NotAllowedError, match="en cours d’attribution"):
        ask(desk)
    desk.work()
    with pytest.raises(NotAllowedError, match="n’est plus à attribuer"):
        ask(desk)
    assert len(till.payments(account)) == 1
    assert desk.given_back() == [0]
    check_to_the_cent(till)


def test_an_account_gets_nothing_of_what_is_on_its_way_back(
    till: Till, desk: RefundDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = till.world.account()
    came(till)
    order = ask(desk)
    gateway = type(till.desk().gateway)
    true = gateway.refund

    def silent(*given: Any) -> Any:
        true(*given)
        raise GatewayUnavailableError("the answer was lost")

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "refund", silent)
        desk.work()
    assert desk.order(order).status == "sent"
    assigned = Clerk.of(till).assign(strays(till)[0], account)
    assert stands(assigned) == ("refused", "going_back")
    till.later(minutes=1)
    desk.work()
    assert desk.order(order).status == "done"
    assert desk.given_back() == [5000]
    assert till.payments(account) == []
    check_to_the_cent(till)


def test_a_refund_that_waits_at_the_processor_keeps_the_payment_from_everybody(
    till: Till, desk: RefundDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    came(till)
    order = ask(desk)
    gateway = type(till.desk().gateway)
    true, found = gateway.refund, gateway.find_refund
    with monkeypatch.context() as patched:
        patched.setattr(gateway, "refund", lambda *given: replace(true(*given), status="pending"))
        patched.setattr(
            gateway,
            "find_refund",
            lambda *given, **named: replace(found(*given, **named), status="pending"),
        )
        desk.work()
        till.later(minutes=1)
        desk.work()
    assert desk.order(order).status == "sent"
    assert held(till, UNASSIGNED) == -5000
    till.later(minutes=11)
    desk.work()
    assert desk.order(order).status == "done"
    check_to_the_cent(till)


def test_workers_at_the_same_moment_give_it_back_once(till: Till, desk: RefundDesk) -> None:
    came(till)
    order = ask(desk)
    house, practice_id = till.world.house, till.world.practice_id
    at_once(*[lambda: ordering.carry_out_orders(house, practice_id)] * 3)
    till.later(minutes=11)
    desk.work()
    assert desk.order(order).status == "done"
    assert desk.given_back() == [5000]
    check_to_the_cent(till)
