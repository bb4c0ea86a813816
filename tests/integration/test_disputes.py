"""Payments that a bank disputes: each step booked once, nobody chased for it, somebody told."""

import random
from dataclasses import replace
from typing import Any

import pytest

from ardoise import disputing, settling
from shared.accounts import Account, Hold, active_holds, release_hold
from shared.audit import Actor
from shared.processor import Checkout, Gateway, GatewayUnavailableError
from tests.integration.test_refunds import holds, paid, told
from tests.integration.till import Till, at_once, on_postgres, on_sqlite

CONTESTED = "4000000000000259"
ASKED = "4000000000001976"
FEE = 2000


def standing(till: Till, account: Account) -> list[tuple[str, int]]:
    return [(d.status, d.fee_cents) for d in till.disputes(account)]


def lifted(till: Till, account: Account) -> None:
    """The desk lifts the pause that the dispute had placed."""
    with till.world.database.unit_of_work(account.practice_id) as work:
        [hold] = active_holds(work.session, practice_id=account.practice_id, account_id=account.id)
        hold = work.session.get_one(Hold, (hold.practice_id, hold.id))
        staff, now = Actor("staff", "Claire"), till.world.clock.now()
        release_hold(work.session, hold, actor=staff, at=now, reason="over")
        work.commit()


def test_a_dispute_is_booked_once_however_often_it_is_told(till: Till, dice: random.Random) -> None:
    account = paid(till)
    made = till.contest(account)
    calls = till.events() * 15
    dice.shuffle(calls)
    for event in calls:
        assert till.tell(event).status_code == 200
        if dice.random() < 0.1:
            till.work()
    till.work()
    assert standing(till, account) == [("open", FEE)]
    [taken] = till.refunds(account)
    assert (taken.kind, taken.status, taken.processor_ref) == ("dispute", "succeeded", made)
    assert till.owed(account) == 4250
    till.check()


def test_what_a_bank_takes_is_owed_again_but_nobody_is_asked_for_it(till: Till) -> None:
    account = paid(till)
    till.contest(account)
    told(till)
    assert holds(till, account) == ["dispute_card"]
    assert till.tasks(account) == ["card_disputed"]
    assert till.disputes(account)[0].respond_by is not None
    for _ in range(5):
        till.later(days=1)
        till.world.night()
    assert till.notices(account) == []
    till.check()


def test_the_card_of_disputes_is_paid_and_taken_back_in_one_go(till: Till) -> None:
    account = till.world.account()
    till.press(till.begin(account), CONTESTED)
    told(till)
    assert [p.amount_cents for p in till.payments(account)] == [4250]
    assert standing(till, account) == [("open", FEE)]
    assert till.owed(account) == 4250
    till.check()


@pytest.mark.parametrize(("returned", "fee"), [(False, FEE), (True, 0)])
def test_a_dispute_that_is_won_settles_again_what_it_had_opened(
    till: Till, returned: bool, fee: int
) -> None:
    account = paid(till)
    made = till.contest(account)
    told(till)
    till.later(days=30)
    till.end_contest(made, "won", fee_returned=returned)
    for _ in range(3):
        told(till)
    assert standing(till, account) == [("won", fee)]
    assert till.owed(account) == 0
    assert holds(till, account) == []
    assert till.tasks(account) == []
    till.check()


def test_a_dispute_that_is_lost_stays_owed_and_on_hold_until_staff_decide(till: Till) -> None:
    account = paid(till)
    made = till.contest(account)
    told(till)
    till.end_contest(made, "lost")
    told(till)
    assert standing(till, account) == [("lost", FEE)]
    assert till.owed(account) == 4250
    assert holds(till, account) == ["dispute_card"]
    assert till.tasks(account) == ["dispute_lost"]
    lifted(till, account)
    till.world.night()
    assert till.notices(account) == ["pre_due"]
    till.pay(account)
    told(till)
    assert till.owed(account) == 0
    till.check()


@on_sqlite
def test_banks_that_change_their_mind_give_it_back_later(till: Till) -> None:
    account = paid(till)
    made = till.contest(account)
    told(till)
    till.end_contest(made, "lost")
    told(till)
    lifted(till, account)
    till.pay(account)
    told(till)
    till.end_contest(made, "won")
    told(till)
    assert till.owed(account) == 0
    assert [r.credit_cents for r in till.refunds(account)] == [-4250]
    assert till.tasks(account) == ["overpaid"]
    till.check()


def test_a_bank_that_only_asks_moves_no_money_and_is_somebodys_work(till: Till) -> None:
    account = till.world.account()
    till.press(till.begin(account), ASKED)
    told(till)
    assert standing(till, account) == [("inquiry", 0)]
    assert till.owed(account) == 0
    assert holds(till, account) == []
    assert till.tasks(account) == ["card_disputed"]
    [made] = till.disputes(account)
    till.processor.control("dispute/escalate", dispute=made.processor_ref)
    told(till)
    assert standing(till, account) == [("open", FEE)]
    assert till.owed(account) == 4250
    assert till.tasks(account) == ["card_disputed"]
    till.check()


@on_sqlite
def test_a_question_that_is_over_leaves_nothing_to_do(till: Till) -> None:
    account = paid(till)
    made = till.contest(account, inquiry=True)
    told(till)
    till.end_contest(made, "warning_closed")
    told(till)
    assert standing(till, account) == [("closed", 0)]
    assert till.tasks(account) == []
    till.check()


@pytest.mark.parametrize("end", ["won", "lost"])
@on_sqlite
def test_what_was_over_before_we_heard_of_it_is_booked_whole(till: Till, end: str) -> None:
    account = till.world.account()
    till.pay(account)
    [intent] = till.charged()
    made = till.processor.control("dispute", payment_intent=intent)["dispute"]
    till.end_contest(made, end)
    told(till)
    assert standing(till, account) == [(end, FEE)]
    assert till.owed(account) == (0 if end == "won" else 4250)
    assert holds(till, account) == ([] if end == "won" else ["dispute_card"])
    till.check()


def test_a_part_that_is_disputed_opens_the_latest_invoice_first(till: Till) -> None:
    account = paid(till, owes=(4000, 3000))
    till.contest(account, amount=3500)
    told(till)
    assert [i.open_cents for i in till.world.invoices(account)] == [500, 3000]
    till.check()


def test_a_dispute_whose_webhooks_were_all_lost_is_found(till: Till) -> None:
    account, other = paid(till), paid(till)
    made = till.contest(account)
    house, number = till.world.house, till.world.practice_id
    till.work()
    assert till.disputes(account) == []
    assert disputing.sweep_disputes(house, number) == 1
    assert disputing.sweep_disputes(house, number) == 0
    assert till.owed(account) == 4250
    till.later(days=200)
    till.end_contest(made, "won")
    assert disputing.sweep_disputes(house, number) == 1, "open here, in no list any more"
    assert standing(till, account) == [("won", FEE)]
    assert disputing.sweep_disputes(house, number) == 0
    assert till.disputes(other) == []
    till.check()


@on_sqlite
def test_a_processor_that_does_not_answer_is_asked_again(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = paid(till)
    till.contest(account)
    house, number = till.world.house, till.world.practice_id

    def silent(*_: Any) -> Any:
        raise GatewayUnavailableError("APIConnectionError")

    with monkeypatch.context() as patched:
        patched.setattr(type(till.desk().gateway), "disputes_since", silent)
        assert disputing.sweep_disputes(house, number) is None
    assert disputing.sweep_disputes(house, number) == 1
    till.check()


@on_sqlite
def test_an_old_answer_that_comes_late_undoes_nothing(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = paid(till)
    made = till.contest(account)
    told(till)
    door = type(till.desk().gateway)
    attempt = till.attempt(account)
    before = till.desk().gateway.retrieve_checkout(str(attempt.processor_session))
    till.end_contest(made, "won", fee_returned=True)
    told(till)
    with monkeypatch.context() as patched:
        patched.setattr(door, "retrieve_checkout", lambda *_: before)
        settling.settle_one(till.world.house, till.world.practice_id, attempt.id)
    assert standing(till, account) == [("won", 0)]
    assert till.owed(account) == 0
    till.check()


@pytest.mark.parametrize(
    "odd",
    [
        {"amount_cents": 4251, "taken_cents": 4251},
        {"taken_cents": 4251},
        {"currency": "usd"},
        {"intent_id": "pi_of_somebody"},
    ],
)
@on_sqlite
def test_a_dispute_that_can_not_be_of_this_payment_is_shown_to_a_person_once(
    till: Till, monkeypatch: pytest.MonkeyPatch, odd: dict[str, Any]
) -> None:
    account = paid(till)
    till.contest(account)
    door = type(till.desk().gateway)
    true = door.retrieve_checkout

    def altered(gateway: Gateway, session_id: str) -> Checkout:
        state = true(gateway, session_id)
        return replace(state, disputes=tuple(replace(one, **odd) for one in state.disputes))

    with monkeypatch.context() as patched:
        patched.setattr(door, "retrieve_checkout", altered)
        for _ in range(3):
            told(till)
            disputing.sweep_disputes(till.world.house, till.world.practice_id)
    assert till.tasks(account) == ["dispute_mismatch"]
    assert till.disputes(account) == []
    till.world.check()
    disputing.sweep_disputes(till.world.house, till.world.practice_id)
    assert till.owed(account) == 4250
    till.check()


@on_postgres
def test_workers_that_find_a_dispute_at_the_same_moment_book_it_once(till: Till) -> None:
    account = paid(till)
    made = till.contest(account)
    till.tell_all()
    house, number = till.world.house, till.world.practice_id
    attempt = till.attempt(account)
    at_once(*[lambda: settling.settle_one(house, number, attempt.id)] * 6)
    till.end_contest(made, "won")
    at_once(*[lambda: settling.settle_one(house, number, attempt.id)] * 6)
    till.work()
    assert standing(till, account) == [("won", FEE)]
    assert till.owed(account) == 0
    till.check()
