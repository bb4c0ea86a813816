"""Money that no attempt of ours asked for: booked apart, shown to staff, given to an account, never lost."""

import uuid
from typing import Any

import pytest
from sqlalchemy import delete, update

from ardoise import ordering, refunding, straying, verifying
from shared.ledger import PROCESSOR, UNASSIGNED
from shared.payments import AttemptShare, PaymentAttempt
from shared.processor import GatewayUnavailableError
from shared.reconciliation import take_unasked
from shared.worklist import Task
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


def silent(*_: Any, **__: Any) -> Any:
    raise GatewayUnavailableError("APIConnectionError")


def test_a_payment_made_by_hand_is_booked_once_and_is_work_for_staff(till: Till) -> None:
    intent = by_hand(till)
    for _ in range(3):
        sweep(till)
    [stray] = strays(till)
    assert (stray.processor_ref, stray.status, stray.amount_cents) == (intent, "found", 5000)
    assert (held(till, PROCESSOR), held(till, UNASSIGNED)) == (5000, -5000)
    assert entries(till, "stray") == [f"stray:{intent}"]
    assert till.tasks() == ["stray_payment"]
    assert till.payments() == []
    check_to_the_cent(till)


def test_two_workers_find_it_at_once(till: Till) -> None:
    by_hand(till)
    house, practice_id = till.world.house, till.world.practice_id
    at_once(*[lambda: verifying.sweep_payments(house, practice_id)] * 4)
    assert len(strays(till)) == 1
    assert till.tasks() == ["stray_payment"]
    check_to_the_cent(till)


def test_staff_say_whose_it_is_and_it_settles_what_is_open(till: Till) -> None:
    account = till.world.account(owes=(3000, 1500))
    intent = by_hand(till)
    sweep(till)
    [stray] = strays(till)
    order = Clerk.of(till).assign(stray, account)
    [payment] = till.payments(account)
    assert (order.status, order.payment_id) == ("done", payment.id)
    assert (payment.method, payment.amount_cents, payment.credit_cents) == ("card", 5000, 500)
    assert (payment.processor_ref, payment.attempt_id) == (intent, None)
    assert till.owed(account) == 0
    assert held(till, UNASSIGNED) == 0
    assert till.tasks() == ["overpaid"]
    [assigned] = strays(till)
    assert (assigned.status, assigned.account_id, assigned.payment_id) == (
        "assigned",
        account.id,
        payment.id,
    )
    for _ in range(2):
        sweep(till)
    till.check()
    check_to_the_cent(till)


def test_two_people_assign_it_to_two_accounts(till: Till) -> None:
    first, second = till.world.account(), till.world.account()
    by_hand(till)
    sweep(till)
    [stray] = strays(till)
    clerk = Clerk.of(till)
    clerk.ask(stray, first)
    order = clerk.assign(stray, second)
    assert (order.status, order.outcome) == ("refused", "assigned")
    assert [p.account_id for p in till.payments()] == [first.id]
    assert till.owed(second) == 4250
    check_to_the_cent(till)


def test_workers_that_assign_it_at_once_book_it_once(till: Till) -> None:
    account = till.world.account()
    by_hand(till)
    sweep(till)
    Clerk.of(till).ask(strays(till)[0], account)
    house, practice_id = till.world.house, till.world.practice_id
    at_once(*[lambda: ordering.carry_out_orders(house, practice_id)] * 3)
    assert len(till.payments(account)) == 1
    check_to_the_cent(till)


def test_it_waits_while_the_processor_does_not_answer(till: Till, monkeypatch: Any) -> None:
    account = till.world.account()
    by_hand(till)
    sweep(till)
    clerk = Clerk.of(till)
    with monkeypatch.context() as patched:
        patched.setattr(type(till.desk().gateway), "retrieve_charge", silent)
        assert clerk.assign(strays(till)[0], account).status == "approved"
    assert till.payments() == []
    till.later(seconds=5)
    ordering.carry_out_orders(till.world.house, till.world.practice_id)
    assert len(till.payments(account)) == 1
    check_to_the_cent(till)


def test_what_goes_back_before_it_is_assigned_is_booked(till: Till) -> None:
    intent = by_hand(till)
    sweep(till)
    part = give_back(till, intent, 2000)
    sweep(till)
    [stray] = strays(till)
    assert (stray.status, stray.returned_cents) == ("found", 2000)
    assert entries(till, "stray_return") == [f"stray_return:{intent}:{part}"]
    check_to_the_cent(till)
    rest = give_back(till, intent, 3000)
    sweep(till)
    assert [s.status for s in strays(till)] == ["returned"]
    assert till.tasks() == []
    check_to_the_cent(till)
    till.processor.control("refund/end", refund=rest, status="failed")
    sweep(till)
    [stray] = strays(till)
    assert (stray.status, stray.returned_cents) == ("found", 2000)
    assert till.tasks() == ["stray_payment"]
    check_to_the_cent(till)


def test_what_went_back_is_a_refund_of_the_payment_once_it_is_assigned(till: Till) -> None:
    account = till.world.account(owes=(1000,))
    intent = by_hand(till)
    sweep(till)
    give_back(till, intent, 2000)
    sweep(till)
    Clerk.of(till).assign(strays(till)[0], account)
    [payment] = till.payments(account)
    assert (payment.amount_cents, payment.credit_cents) == (5000, 4000)
    assert [(r.amount_cents, r.credit_cents) for r in till.refunds(account)] == [(2000, 2000)]
    assert till.owed(account) == 0
    check_to_the_cent(till)
    till.check()

    give_back(till, intent, 3000)
    house, practice_id = till.world.house, till.world.practice_id
    assert refunding.sweep_refunds(house, practice_id) == 1
    assert refunding.sweep_refunds(house, practice_id) == 0
    assert sum(r.amount_cents for r in till.refunds(account)) == 5000
    assert till.owed(account) == 1000
    check_to_the_cent(till)
    till.check()


def test_a_refund_that_waits_is_followed_after_it_was_assigned(till: Till) -> None:
    account = till.world.account()
    intent = by_hand(till, 4250)
    sweep(till)
    waiting = give_back(till, intent, 1000, "pending")
    sweep(till)
    assert strays(till)[0].returned_cents == 0
    Clerk.of(till).assign(strays(till)[0], account)
    till.processor.control("refund/end", refund=waiting, status="succeeded")
    sweep(till)
    assert [(r.status, r.amount_cents) for r in till.refunds(account)] == [("succeeded", 1000)]
    check_to_the_cent(till)


def test_all_went_back_while_staff_assigned_it(till: Till) -> None:
    account = till.world.account()
    intent = by_hand(till)
    sweep(till)
    clerk = Clerk.of(till)
    [stray] = strays(till)
    give_back(till, intent, 5000)
    order = clerk.assign(stray, account)
    assert (order.status, order.outcome) == ("refused", "returned")
    assert till.payments() == []
    check_to_the_cent(till)


# Money that turns out to be an attempt's of ours


def lose(till: Till, attempt: PaymentAttempt) -> dict[str, Any]:
    """The database comes back from before the attempt: what it said, to be found again later."""
    with till.world.database.unit_of_work() as work:
        kept = {c.name: getattr(attempt, c.name) for c in PaymentAttempt.__table__.columns}
        for table in (AttemptShare, PaymentAttempt):
            column = table.attempt_id if table is AttemptShare else table.id
            work.session.execute(delete(table).where(column == attempt.id))
        work.commit()
    return kept


def find_again(till: Till, kept: dict[str, Any], invoice_id: uuid.UUID) -> None:
    with till.world.database.unit_of_work() as work:
        work.session.add(PaymentAttempt(**kept))
        work.session.flush()
        work.session.add(
            AttemptShare(
                practice_id=kept["practice_id"],
                attempt_id=kept["id"],
                invoice_id=invoice_id,
                amount_cents=kept["amount_cents"],
            )
        )
        work.commit()


def test_a_payment_of_an_attempt_that_was_lost_is_nobodys_until_the_attempt_is_found(
    till: Till,
) -> None:
    account = till.world.account()
    till.pay(account)
    kept = lose(till, till.attempt(account))
    sweep(till)
    [stray] = strays(till)
    assert stray.status == "found"
    check_to_the_cent(till)

    find_again(till, kept, till.invoice_id(account, 0))
    till.later(hours=2)
    sweep(till)
    [payment] = till.payments(account)
    [stray] = strays(till)
    assert (stray.status, stray.payment_id) == ("assigned", payment.id)
    assert payment.attempt_id == kept["id"]
    assert till.owed(account) == 0
    assert till.tasks() == []
    check_to_the_cent(till)
    till.check()


def test_its_attempt_is_found_when_staff_had_assigned_it_rightly(till: Till) -> None:
    account = till.world.account()
    till.pay(account)
    kept = lose(till, till.attempt(account))
    sweep(till)
    Clerk.of(till).assign(strays(till)[0], account)
    find_again(till, kept, till.invoice_id(account, 0))
    till.later(hours=2)
    sweep(till)
    [payment] = till.payments(account)
    assert payment.attempt_id == kept["id"]
    assert till.attempt(account).status == "succeeded"
    check_to_the_cent(till)
    till.check()


def test_its_attempt_is_found_when_staff_had_given_it_to_another(till: Till) -> None:
    account, other = till.world.account(), till.world.account()
    till.pay(account)
    kept = lose(till, till.attempt(account))
    sweep(till)
    Clerk.of(till).assign(strays(till)[0], other)
    find_again(till, kept, till.invoice_id(account, 0))
    till.later(hours=2)
    sweep(till)
    assert till.payments(account) == []
    assert till.tasks(account) == ["payment_mismatch"]
    check_to_the_cent(till)


@pytest.mark.parametrize("status", ["expired", "failed"])
def test_a_payment_of_an_attempt_that_we_had_given_up_is_settled_and_is_no_stray(
    till: Till, status: str
) -> None:
    account = till.world.account()
    till.pay(account)
    with till.world.database.unit_of_work() as work:
        given_up = update(PaymentAttempt).values(status=status)
        work.session.execute(given_up.where(PaymentAttempt.account_id == account.id))
        work.commit()
    sweep(till)
    assert strays(till) == []
    assert till.owed(account) == 0
    check_to_the_cent(till)
    till.check()


def test_money_that_bears_an_attempts_name_and_was_paid_elsewhere_is_nobodys(till: Till) -> None:
    """A second page of the same attempt was paid: the first is what we know of."""
    account = till.world.account()
    till.begin(account)
    attempt = till.attempt(account)
    told = {"metadata": {"reference": attempt.id.hex}}
    by_hand(till, 4250, payment_intent_data=told, client_reference_id=attempt.id.hex)
    till.later(hours=3)  # our own page is over
    sweep(till)
    [stray] = strays(till)
    assert stray.amount_cents == 4250
    assert till.payments() == []
    check_to_the_cent(till)


def test_a_payment_in_another_currency_is_put_before_a_person_and_not_booked(till: Till) -> None:
    item = {
        "quantity": 1,
        "price_data": {"currency": "usd", "unit_amount": 900, "product_data": {"name": "x"}},
    }
    intent = by_hand(till, line_items=[item])
    for _ in range(2):
        sweep(till)
    assert strays(till) == []
    assert till.tasks() == ["processor_differs"]
    with till.world.database.unit_of_work() as work:
        work.session.execute(update(Task).values(status="done"))
        work.commit()
    sweep(till)
    assert till.tasks() == []  # a person has looked: it is not asked again
    till.world.check()
    assert intent in till.charged()


def test_taking_it_over_twice_changes_nothing(till: Till) -> None:
    account = till.world.account()
    intent = by_hand(till)
    for _ in range(3):
        take_unasked(till.desk(), intent)
    Clerk.of(till).assign(strays(till)[0], account)
    for _ in range(3):
        take_unasked(till.desk(), intent)
    assert len(till.payments(account)) == 1
    check_to_the_cent(till)


def test_one_payment_that_cannot_be_read_keeps_no_other_from_being_found(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, _ = by_hand(till), by_hand(till, 7000)
    taken = straying.take_unasked

    def stumble(desk: Any, intent_id: str) -> None:
        if intent_id == odd:
            raise ValueError("an answer of a kind that nobody foresaw")
        taken(desk, intent_id)

    monkeypatch.setattr(straying, "take_unasked", stumble)
    sweep(till)
    assert [stray.amount_cents for stray in strays(till)] == [7000]
    monkeypatch.undo()
    sweep(till)
    check_to_the_cent(till)
