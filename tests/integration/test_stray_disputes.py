"""Money of nobody known that a bank disputes: booked apart, once, and the account's once it is one's."""

import random

import pytest

from ardoise import disputing, ordering
from shared.ledger import FEES, PROCESSOR, UNASSIGNED
from tests.integration.stray_till import (
    Clerk,
    by_hand,
    check_to_the_cent,
    entries,
    give_back,
    held,
    stray_disputes,
    strays,
    sweep,
)
from tests.integration.till import Till, at_once

FEE = 2000


def contest(till: Till, intent: str, cents: int | None = None, *, inquiry: bool = False) -> str:
    """The bearer's bank disputes it, or only asks: the dispute's name."""
    more = {} if cents is None else {"amount": cents}
    made = till.processor.control("dispute", payment_intent=intent, inquiry=inquiry, **more)
    return str(made["dispute"])


def decided(till: Till, dispute: str, status: str, *, fee_returned: bool = False) -> None:
    till.processor.control("dispute/end", dispute=dispute, status=status, fee_returned=fee_returned)


def look(till: Till) -> int | None:
    """The worker asks for disputes alone."""
    return disputing.sweep_disputes(till.world.house, till.world.practice_id)


def found(till: Till, cents: int = 5000) -> str:
    intent = by_hand(till, cents)
    sweep(till)
    return intent


def test_what_a_bank_takes_of_it_is_booked_once(till: Till) -> None:
    intent = found(till)
    made = contest(till, intent)
    assert look(till) == 1
    assert look(till) == 0
    [stray] = strays(till)
    assert (stray.status, stray.returned_cents) == ("returned", 5000)
    assert (held(till, PROCESSOR), held(till, UNASSIGNED), held(till, FEES)) == (-FEE, 0, FEE)
    assert entries(till, "stray_dispute") == [f"stray_dispute:{intent}:{made}"]
    assert till.tasks() == ["card_disputed"]
    check_to_the_cent(till)


def test_webhooks_in_any_order_and_looks_between_them_book_it_once(
    till: Till, dice: random.Random
) -> None:
    first, second = by_hand(till), by_hand(till)
    made = contest(till, first, 2000)
    contest(till, second)
    decided(till, made, "won", fee_returned=True)
    calls = till.events() * 5
    dice.shuffle(calls)
    for event in calls:
        assert till.tell(event).status_code == 200
        if dice.random() < 0.2:
            till.work()
        if dice.random() < 0.1:
            sweep(till)
    till.work()
    look(till)
    assert sorted((d.status, d.fee_cents) for d in stray_disputes(till)) == [
        ("open", FEE),
        ("won", 0),
    ]
    assert held(till, FEES) == FEE
    check_to_the_cent(till)


def test_workers_that_look_at_once_book_it_once(till: Till) -> None:
    contest(till, found(till), 1500)
    at_once(*[lambda: look(till)] * 3)
    assert [s.returned_cents for s in strays(till)] == [1500]
    assert held(till, FEES) == FEE
    check_to_the_cent(till)


@pytest.mark.parametrize(("returned", "fee"), [(False, FEE), (True, 0)])
def test_it_waits_to_be_assigned_again_once_the_dispute_is_won(
    till: Till, returned: bool, fee: int
) -> None:
    made = contest(till, found(till))
    look(till)
    till.later(days=30)
    decided(till, made, "won", fee_returned=returned)
    for _ in range(2):
        sweep(till)
        look(till)
    assert [(s.status, s.returned_cents) for s in strays(till)] == [("found", 0)]
    assert held(till, FEES) == fee
    assert till.tasks() == ["stray_payment"]
    check_to_the_cent(till)
    account = till.world.account(owes=(5000,))
    assert Clerk.of(till).assign(strays(till)[0], account).status == "done"
    assert till.owed(account) == 0
    check_to_the_cent(till)
    till.check()


def test_a_dispute_that_is_lost_is_over_unless_the_bank_changes_its_mind(till: Till) -> None:
    made = contest(till, found(till))
    look(till)
    decided(till, made, "lost")
    assert (look(till), look(till)) == (1, 0)
    assert [s.status for s in strays(till)] == ["returned"]
    assert till.tasks() == []
    check_to_the_cent(till)
    decided(till, made, "won")
    look(till)
    assert [s.status for s in strays(till)] == ["found"]
    check_to_the_cent(till)


def test_a_bank_that_only_asks_moves_nothing_until_it_takes(till: Till) -> None:
    made = contest(till, found(till), inquiry=True)
    look(till)
    assert [(s.status, s.returned_cents) for s in strays(till)] == [("found", 0)]
    assert sorted(till.tasks()) == ["card_disputed", "stray_payment"]
    check_to_the_cent(till)
    till.processor.control("dispute/escalate", dispute=made)
    look(till)
    assert [s.returned_cents for s in strays(till)] == [5000]
    assert till.tasks() == ["card_disputed"]
    check_to_the_cent(till)


def test_nothing_is_given_to_an_account_of_what_a_bank_has(till: Till) -> None:
    account = till.world.account()
    intent = found(till)
    clerk, [stray] = Clerk.of(till), strays(till)
    contest(till, intent)
    order = clerk.assign(stray, account)
    assert (order.status, order.outcome) == ("refused", "disputed")
    assert till.payments() == []
    check_to_the_cent(till)


@pytest.mark.parametrize("end", ["won", "lost", None])
def test_what_is_left_is_given_to_an_account_with_its_dispute(till: Till, end: str | None) -> None:
    account = till.world.account(owes=(5000,))
    made = contest(till, found(till), 2000)
    look(till)
    Clerk.of(till).assign(strays(till)[0], account)
    assert [p.amount_cents for p in till.payments(account)] == [5000]
    assert [(r.kind, r.amount_cents) for r in till.refunds(account)] == [("dispute", 2000)]
    assert till.owed(account) == 2000
    assert till.tasks(account) == ["card_disputed"]
    assert held(till, FEES) == FEE
    assert look(till) == 0
    check_to_the_cent(till)
    if end is not None:
        decided(till, made, end)
        assert (look(till), look(till)) == (1, 0)
        assert till.owed(account) == (0 if end == "won" else 2000)
    assert held(till, FEES) == FEE
    check_to_the_cent(till)
    till.check()


@pytest.mark.parametrize("end", ["won", "lost"])
def test_a_dispute_that_ended_before_it_was_assigned_is_not_booked_again(
    till: Till, end: str
) -> None:
    account = till.world.account(owes=(5000,))
    made = contest(till, found(till), 2000)
    look(till)
    decided(till, made, end)
    look(till)
    Clerk.of(till).assign(strays(till)[0], account)
    assert till.owed(account) == (0 if end == "won" else 2000)
    assert till.tasks(account) == ([] if end == "won" else ["dispute_lost"])
    assert held(till, FEES) == FEE
    look(till)
    sweep(till)
    check_to_the_cent(till)
    till.check()


def test_a_dispute_that_comes_after_it_was_assigned_is_the_accounts(till: Till) -> None:
    account = till.world.account(owes=(5000,))
    intent = found(till)
    Clerk.of(till).assign(strays(till)[0], account)
    contest(till, intent)
    look(till)
    assert stray_disputes(till) == []
    assert [d.status for d in till.disputes(account)] == ["open"]
    assert till.owed(account) == 5000
    check_to_the_cent(till)
    till.check()


def test_a_dispute_that_is_found_while_it_is_assigned_is_made_the_accounts_later(
    till: Till,
) -> None:
    account = till.world.account(owes=(5000,))
    intent = found(till)
    Clerk.of(till).ask(strays(till)[0], account)
    gateway = type(till.desk().gateway)
    asked = gateway.retrieve_charge

    def old_answer(here: object, name: str) -> object:
        answer = asked(here, name)  # type: ignore[arg-type]
        contest(till, intent, 2000)
        with pytest.MonkeyPatch.context() as back:
            back.setattr(gateway, "retrieve_charge", asked)
            look(till)
        return answer

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gateway, "retrieve_charge", old_answer)
        ordering.carry_out_orders(till.world.house, till.world.practice_id)
    look(till)
    assert look(till) == 0
    assert till.owed(account) == 2000
    assert [d.status for d in till.disputes(account)] == ["open"]
    check_to_the_cent(till)
    till.check()


def test_a_bank_takes_what_had_been_given_back_already(till: Till) -> None:
    intent = found(till)
    refund = give_back(till, intent, 5000)
    sweep(till)
    made = contest(till, intent)
    look(till)
    assert [(s.status, s.returned_cents) for s in strays(till)] == [("returned", 10000)]
    assert held(till, UNASSIGNED) == 5000
    check_to_the_cent(till)
    till.processor.control("refund/end", refund=refund, status="failed")
    sweep(till)
    assert [(s.status, s.returned_cents) for s in strays(till)] == [("returned", 5000)]
    check_to_the_cent(till)
    decided(till, made, "won")
    look(till)
    assert [(s.status, s.returned_cents) for s in strays(till)] == [("found", 0)]
    assert till.tasks() == ["stray_payment"]
    check_to_the_cent(till)
