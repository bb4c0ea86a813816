"""What a bank took and gave back is booked movement by movement, as the processor's own list has it."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from ardoise import verifying
from shared.ledger import AT_BANK, PROCESSOR, JournalEntry, JournalLine
from tests.integration.stray_till import by_hand, check_to_the_cent, held, sweep
from tests.integration.test_disputes import FEE, standing
from tests.integration.test_refunds import paid, told
from tests.integration.till import Till


def moved_there(till: Till) -> Counter[int]:
    """The processor's balance transactions of all disputes: what each moved, and each fee."""
    listed = [m for one in till.listed_disputes() for m in one["balance_transactions"]]
    fees = [-m["fee"] for m in listed if m["fee"]]
    return Counter([*(m["amount"] for m in listed), *fees])


def moved_here(till: Till) -> Counter[int]:
    """Each line of our journal that disputes booked on what the processor holds."""
    with till.world.database.reading(till.world.practice_id) as session:
        lines = session.execute(
            select(JournalEntry.cause, JournalLine.amount_cents)
            .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
            .where(JournalLine.ledger_account == PROCESSOR)
        ).all()
    return Counter(cents for cause, cents in lines if ":du_" in cause or ":dp_" in cause)


def check(till: Till) -> None:
    assert moved_here(till) == moved_there(till)
    assert held(till, AT_BANK) == 0
    check_to_the_cent(till)
    found = verifying.verify(
        till.world.house,
        till.world.practice_id,
        since=till.world.clock.now().replace(day=1),
        until=till.world.clock.now().replace(month=12, day=31),
    )
    assert found.findings == ()


@pytest.mark.parametrize("end", ["won", "lost"])
@pytest.mark.parametrize("heard", [True, False])
def test_a_part_that_comes_back_is_booked_as_that_part(till: Till, end: str, heard: bool) -> None:
    account = paid(till, owes=(4000, 3000))
    made = till.contest(account)
    if heard:
        told(till)
    till.end_contest(made, end, reinstated=4500)
    for _ in range(2):
        told(till)
    assert sorted(moved_here(till).elements()) == [-7000, -FEE, 4500]
    assert standing(till, account) == [("lost", FEE)]
    assert [i.open_cents for i in till.world.invoices(account)] == [0, 2500]
    check(till)


def test_won_lost_again_and_a_part_back_is_booked_as_it_went_though_heard_at_the_end(
    till: Till,
) -> None:
    account = paid(till)
    made = till.contest(account)
    till.end_contest(made, "won", fee_returned=True)
    till.end_contest(made, "lost", reinstated=1000)
    told(till)
    assert sorted(moved_here(till).elements()) == sorted([-4250, -FEE, 4250, FEE, -4250, 1000])
    assert till.owed(account) == 3250
    check(till)


def test_what_was_lost_and_comes_back_in_two_parts_is_booked_as_two(till: Till) -> None:
    account = paid(till)
    made = till.contest(account)
    till.end_contest(made, "lost", reinstated=250)
    told(till)
    assert till.owed(account) == 4000
    till.end_contest(made, "won")
    told(till)
    assert sorted(moved_here(till).elements()) == [-4250, -FEE, 250, 4000]
    assert till.owed(account) == 0
    check(till)


def test_beside_a_refund_what_went_twice_is_weighed_anew_and_the_lines_stay_exact(
    till: Till,
) -> None:
    account = paid(till)
    till.give_back(account, 1000)
    told(till)
    made = till.contest(account, amount=4250)
    told(till)
    till.end_contest(made, "lost", reinstated=1000)
    told(till)
    assert till.owed(account) == 4250
    assert sorted(moved_here(till).elements()) == [-4250, -FEE, 1000]
    check(till)


def test_of_nobodys_payment_each_movement_is_booked_too(till: Till) -> None:
    intent = by_hand(till)
    sweep(till)
    made: Any = till.processor.control("dispute", payment_intent=intent)["dispute"]
    till.end_contest(str(made), "won")
    till.end_contest(str(made), "lost", reinstated=4000)
    sweep(till)
    till.tell_all()
    till.work()
    assert sorted(moved_here(till).elements()) == sorted([-5000, -FEE, 5000, -5000, 4000])
    check(till)
