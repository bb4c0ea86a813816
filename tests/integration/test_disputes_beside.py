"""Disputes beside what else knows of the money: refunds, plans, whoever pays again, a killed worker."""

from datetime import timedelta

import pytest

from ardoise import disputing, refunding, settling
from shared.accounts import Account
from shared.reversals import dispute_steps
from shared.reversals.dispute_booking import DisputeBooking
from tests.integration.card_world import FIRST, NEAR, Cards
from tests.integration.stray_till import Clerk, by_hand, check_to_the_cent, strays, sweep
from tests.integration.test_disputes import FEE, lifted, standing
from tests.integration.test_refunds import holds, paid, told
from tests.integration.till import Till, at_once, on_postgres, on_sqlite


class KilledError(BaseException):
    """The worker dies here."""


def owed_for(till: Till, account: Account) -> list[int]:
    return [i.open_cents for i in till.world.invoices(account)]


def test_a_payment_given_back_that_a_bank_takes_as_well_is_owed_once(till: Till) -> None:
    account = paid(till)
    till.give_back(account)
    told(till)
    made = till.contest(account)
    told(till)
    assert till.owed(account) == 4250
    assert [(r.kind, r.beyond_cents) for r in till.refunds(account)] == [
        ("refund", 0),
        ("dispute", 4250),
    ]
    till.check()
    till.end_contest(made, "won")
    told(till)
    assert till.owed(account) == 4250
    assert holds(till, account) == ["refund"]
    till.check()


@on_sqlite
def test_a_part_given_back_lessens_what_a_bank_can_open(till: Till) -> None:
    account = paid(till, owes=(4000, 3000))
    till.give_back(account, 5000)
    told(till)
    till.contest(account, amount=7000)
    told(till)
    assert owed_for(till, account) == [4000, 3000]
    till.check()


def test_a_dispute_lost_but_for_what_was_refunded_before_is_booked_so(till: Till) -> None:
    """Banks take the whole sum though a part had gone back; the processor then calls the dispute lost
    and gives back that part alone."""
    account = paid(till)
    till.give_back(account, 1000)
    told(till)
    made = till.contest(account, amount=4250)
    told(till)
    assert standing(till, account) == [("open", FEE)]
    assert till.owed(account) == 4250
    till.check()
    till.end_contest(made, "lost", reinstated=1000)
    for _ in range(3):
        told(till)
    assert standing(till, account) == [("lost", FEE)]
    assert [d.taken_cents for d in till.disputes(account)] == [3250]
    assert till.owed(account) == 4250, "1000 went back, 3250 are the bank's"
    assert [r.beyond_cents for r in till.refunds(account) if r.status == "succeeded"] == [0, 0]
    assert till.tasks(account).count("dispute_lost") == 1
    till.check()


@on_sqlite
def test_a_refund_that_fails_after_a_bank_took_the_same_money_settles_nothing(till: Till) -> None:
    account = paid(till)
    ref = till.give_back(account)
    told(till)
    made = till.contest(account)
    told(till)
    till.processor.control("refund/end", refund=ref, status="failed")
    told(till)
    assert till.owed(account) == 4250, "the bank still has it"
    assert [r.beyond_cents for r in till.refunds(account)] == [0, 0]
    assert "dispute_card" in holds(till, account)
    till.check()
    till.end_contest(made, "won")
    told(till)
    assert till.owed(account) == 0
    till.check()


@on_sqlite
def test_a_refund_that_waited_while_the_bank_took_all_is_booked_too(till: Till) -> None:
    account = paid(till)
    ref = till.give_back(account, 1000, status="pending")
    told(till)
    made = till.contest(account)
    told(till)
    till.processor.control("refund/end", refund=ref, status="succeeded")
    told(till)
    assert "refund_mismatch" not in till.tasks(account)
    assert till.owed(account) == 4250
    till.check()
    till.end_contest(made, "won")
    told(till)
    assert till.owed(account) == 1000
    assert holds(till, account) == ["refund"], "what the refund opened is looked at now"
    till.check()


@on_sqlite
def test_a_refund_that_ends_a_banks_question_is_only_a_refund(till: Till) -> None:
    account = paid(till)
    made = till.contest(account, inquiry=True)
    till.give_back(account)
    till.end_contest(made, "warning_closed")
    told(till)
    assert standing(till, account) == [("closed", 0)]
    assert till.owed(account) == 4250
    assert holds(till, account) == ["refund"]
    till.check()


@on_postgres
def test_a_refund_and_a_dispute_found_at_the_same_moment_are_both_booked_once(till: Till) -> None:
    account = paid(till)
    till.give_back(account, 1500)
    till.contest(account)
    till.tell_all()
    house, number = till.world.house, till.world.practice_id
    attempt = till.attempt(account)
    at_once(
        *[lambda: settling.settle_one(house, number, attempt.id)] * 3,
        *[lambda: bool(settling.heed_signals(house, number))] * 3,
    )
    till.work()
    assert till.owed(account) == 4250
    assert sorted(r.kind for r in till.refunds(account)) == ["dispute", "refund"]
    till.check()


@pytest.mark.parametrize(
    ("whose", "place"), [(DisputeBooking, "take_money"), (dispute_steps, "keep_fee")]
)
@on_sqlite
def test_a_worker_killed_while_it_books_a_dispute_leaves_nothing_half(
    till: Till, monkeypatch: pytest.MonkeyPatch, whose: object, place: str
) -> None:
    account = paid(till)
    till.contest(account)
    till.tell_all()
    true = getattr(whose, place)

    def die(*args: object, **named: object) -> None:
        true(*args, **named)
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(whose, place, die)
        with pytest.raises(KilledError):
            till.work()
    assert till.disputes(account) == []
    assert till.owed(account) == 0
    till.world.check()
    till.work()
    assert standing(till, account) == [("open", FEE)]
    assert till.owed(account) == 4250
    till.check()


def test_a_date_of_a_plan_that_a_bank_took_back_is_neither_told_nor_taken(till: Till) -> None:
    cards = Cards.of(till)
    account = cards.with_card()
    cards.look_on(NEAR, FIRST)
    assert cards.taken() == [1500]
    made = till.contest(account)
    told(till)
    assert till.owed(account) == 4250
    assert holds(till, account) == ["plan", "dispute_card"]
    before = cards.world.told(account)
    cards.look_on(*(FIRST + timedelta(days=n) for n in range(1, 20)))
    assert cards.world.told(account) == before
    assert len(cards.charges(account)) == 1
    assert cards.plan(account).plan.status == "active"
    till.end_contest(made, "won")
    told(till)
    assert till.owed(account) == 2750
    assert holds(till, account) == ["plan"]
    till.check()


def test_credit_that_a_bank_takes_is_no_credit_any_more(till: Till) -> None:
    account = till.world.account(owes=(4250,))
    till.pay(account)
    till.paid_elsewhere(account, 1000)
    told(till)
    assert till.tasks(account) == ["overpaid"]
    till.contest(account, amount=900)
    told(till)
    assert till.owed(account) == 0
    till.check()


@on_sqlite
def test_no_message_of_a_refund_goes_out_for_what_a_bank_took(till: Till) -> None:
    account = paid(till)
    till.contest(account)
    told(till)
    house, number = till.world.house, till.world.practice_id
    assert refunding.tell_refunds(house, number) == 0
    till.world.night()
    assert till.notices(account) == []


@on_sqlite
def test_two_disputed_payments_are_held_until_the_last_is_over(till: Till) -> None:
    account = paid(till)
    first = till.contest(account)
    told(till)
    lifted(till, account)
    till.pay(account)
    told(till)
    second = till.contest(account)
    told(till)
    till.end_contest(second, "won")
    told(till)
    assert holds(till, account) == ["dispute_card"], "the first is still open"
    till.end_contest(first, "won")
    told(till)
    assert holds(till, account) == []
    assert "overpaid" in till.tasks(account)
    till.check()


def test_a_payment_that_staff_assigned_is_disputed_like_any_other(till: Till) -> None:
    account = till.world.account(owes=(4250,))
    intent = by_hand(till, 4250)
    sweep(till)
    Clerk.of(till).assign(strays(till)[0], account)
    dispute = till.processor.control("dispute", payment_intent=intent)["dispute"]
    for _ in range(2):
        disputing.sweep_disputes(till.world.house, till.world.practice_id)
        check_to_the_cent(till)
        assert standing(till, account) == [("open", FEE)]
        assert till.owed(account) == 4250
    till.end_contest(dispute, "won", fee_returned=True)
    disputing.sweep_disputes(till.world.house, till.world.practice_id)
    check_to_the_cent(till)
    assert till.owed(account) == 0


@on_sqlite
def test_what_was_disputed_before_it_was_assigned_is_booked_with_it(till: Till) -> None:
    account = till.world.account(owes=(4250,))
    intent = by_hand(till, 4250)
    sweep(till)
    till.processor.control("dispute", payment_intent=intent)
    Clerk.of(till).assign(strays(till)[0], account)
    assert till.owed(account) == 4250
    check_to_the_cent(till)
