"""What went back, by refunds and by banks, is held against the processor's lists like what came."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ardoise import verifying
from shared.processor import Disputed, Refunded
from tests.integration.stray_till import by_hand, check_to_the_cent, give_back, strays, sweep
from tests.integration.test_disputes import FEE, standing
from tests.integration.test_refunds import paid, told
from tests.integration.test_verify import DAYS, ardoise, held, kinds
from tests.integration.till import Till, on_sqlite


def look(till: Till) -> None:
    verifying.sweep_payments(till.world.house, till.world.practice_id)


def test_a_refund_that_the_processor_does_not_list_is_named_and_told_once(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = paid(till)
    ref = till.give_back(account, 1000)
    told(till)
    monkeypatch.setattr(type(till.desk().gateway), "refunds_since", lambda *_: [])
    said = ardoise(till, *DAYS)
    assert said.exit_code == 1
    name = f"10.00, refund {ref} of payment {till.payments(account)[0].processor_ref}"
    assert (
        f"{name}: booked here as given back, and not in the processor's list: "
        "the journal has 10.00 too little; open it in the processor's pages" in said.output
    )
    for _ in range(2):
        look(till)
    assert till.tasks(None).count("processor_differs") == 1
    till.check()


def test_a_refund_that_failed_at_the_processor_is_named_and_booked_back(till: Till) -> None:
    account = paid(till)
    ref = till.give_back(account, 1000)
    told(till)
    till.processor.control("refund/end", refund=ref, status="failed")
    said = ardoise(till, *DAYS)
    assert said.exit_code == 0
    assert (
        f"10.00, refund {ref} of payment {till.payments(account)[0].processor_ref}: "
        "it failed at the processor, and was booked here as given back: "
        "the journal has 10.00 too little; booked back" in said.output
    )
    assert "  booked now  " in said.output
    assert till.owed(account) == 0
    assert kinds(held(till)) == []
    check_to_the_cent(till)


@on_sqlite
def test_a_refund_with_another_sum_is_left_for_a_person(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = paid(till)
    till.give_back(account, 1000)
    told(till)
    gateway = type(till.desk().gateway)
    true = gateway.refunds_since

    def halved(*given: Any) -> list[Refunded]:
        return [replace(one, amount_cents=one.amount_cents // 2) for one in true(*given)]

    monkeypatch.setattr(gateway, "refunds_since", halved)
    said = ardoise(till, *DAYS)
    assert said.exit_code == 1
    assert (
        "booked here as given back with another sum (10.00 here): the journal has 5.00 too little"
        in said.output
    )


def test_refunds_of_money_of_nobody_known_are_held_against_the_list_too(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent = by_hand(till, 3000)
    give_back(till, intent, 1000)
    sweep(till)
    assert kinds(held(till)) == []
    assert [s.returned_cents for s in strays(till)] == [1000]
    monkeypatch.setattr(type(till.desk().gateway), "refunds_since", lambda *_: [])
    assert kinds(held(till)) == [("refund_missing", False)]


def test_a_dispute_that_was_not_known_is_named_and_booked(till: Till) -> None:
    account = paid(till)
    made = till.contest(account)
    said = ardoise(till, *DAYS)
    assert said.exit_code == 0
    intent = till.payments(account)[0].processor_ref
    assert (
        f"42.50, dispute {made} of payment {intent}: disputed at a bank, and not known here: "
        "open, 42.50 gone, fee 20.00; the journal has 62.50 too much; the dispute is booked"
        in said.output
    )
    assert standing(till, account) == [("open", FEE)]
    assert kinds(held(till)) == []
    check_to_the_cent(till)


def test_a_dispute_that_has_moved_on_is_named_and_booked(till: Till) -> None:
    account = paid(till)
    made = till.contest(account)
    told(till)
    till.later(days=60)
    till.end_contest(made, "won", fee_returned=True)
    now = till.world.clock.now()
    verified = verifying.verify(
        till.world.house, till.world.practice_id, since=now - timedelta(days=1), until=now
    )
    assert kinds(verified) == [("dispute_other", True)], "though the bank opened it long before"
    assert standing(till, account) == [("won", 0)]
    assert kinds(held(till)) == []
    check_to_the_cent(till)


def test_a_dispute_that_was_won_and_whose_money_is_back_is_said_in_figures(till: Till) -> None:
    account = paid(till)
    made = till.contest(account)
    told(till)
    till.end_contest(made, "won")
    said = ardoise(till, *DAYS)
    assert said.exit_code == 0
    assert (
        "the processor says won, no money gone, fee 20.00; here it is open, 42.50 gone, "
        "fee 20.00: the journal has 42.50 too little; booked to where" in said.output
    )
    check_to_the_cent(till)


def test_a_dispute_of_money_of_nobody_known_is_named_and_booked(till: Till) -> None:
    intent = by_hand(till, 3000)
    till.processor.control("dispute", payment_intent=intent)
    found = kinds(held(till))
    assert ("nobodys", True) in found
    assert kinds(held(till)) == []
    check_to_the_cent(till)


def test_a_dispute_that_the_processor_does_not_list_is_told_once(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = paid(till)
    made = till.contest(account)
    told(till)
    monkeypatch.setattr(type(till.desk().gateway), "disputes_since", lambda *_: [])
    said = ardoise(till, *DAYS)
    assert said.exit_code == 1
    assert f"42.50, dispute {made} of payment " in said.output
    assert "known here as disputed for 42.50, and not in the processor's list" in said.output
    for _ in range(2):
        look(till)
    assert till.tasks().count("processor_differs") == 1
    till.check()


@pytest.mark.parametrize(
    ("other", "by"),
    [({"fee_cents": 4000}, "20.00 too much"), ({"taken_cents": 4000}, "2.50 too little")],
)
@on_sqlite
def test_other_money_of_a_dispute_than_is_booked_is_told(
    till: Till, monkeypatch: pytest.MonkeyPatch, other: dict[str, int], by: str
) -> None:
    """The list says otherwise than the dispute itself."""
    account = paid(till)
    till.contest(account)
    told(till)
    gateway = type(till.desk().gateway)
    true = gateway.disputes_since

    def odd(*given: Any) -> list[Disputed]:
        return [replace(one, **other) for one in true(*given)]

    monkeypatch.setattr(gateway, "disputes_since", odd)
    said = ardoise(till, *DAYS)
    assert said.exit_code == 1
    assert f"here it is open, 42.50 gone, fee 20.00: the journal has {by}" in said.output
    look(till)
    assert till.tasks().count("processor_differs") == 1
    till.check()
