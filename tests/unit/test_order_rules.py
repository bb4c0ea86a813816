"""What one person alone may give back, however it is cut into parts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.orders.rules import (
    A_DAY,
    MONEY_ORDER,
    OPEN,
    OWN_MONEY,
    RECEIVE,
    REFUND,
    OneWord,
    doubt_of,
    first_receivable,
    first_status,
    is_receivable,
    must_be_handed,
    needs_second,
)
from tests.world import NOON

LIMIT = 15_000
CENTS = st.integers(1, 3 * LIMIT)


@dataclass
class Asker:
    """One person who asks for refunds; what went on this word alone, as (when, payment, own, cents)."""

    gone: list[tuple[datetime, int, bool, int]] = field(default_factory=list)

    def asks(self, cents: int, payment: int, *, own: bool, at: datetime) -> bool:
        """Whether it goes on this word alone."""
        before = OneWord(
            of_payment=sum(c for _, p, _, c in self.gone if p == payment),
            of_day=sum(c for when, _, _, c in self.gone if when > at - A_DAY),
            of_own=sum(c for when, _, o, c in self.gone if o and when > at - OWN_MONEY),
            is_own=own,
        )
        if needs_second(REFUND, cents, before=before, limit=LIMIT):
            return False
        self.gone.append((at, payment, own, cents))
        return True


@given(st.lists(st.tuples(CENTS, st.integers(0, 5), st.booleans()), min_size=1, max_size=30))
def test_no_sum_passes_in_parts_within_a_day_that_would_not_pass_whole(
    parts: Sequence[tuple[int, int, bool]],
) -> None:
    asker = Asker()
    for place, (cents, payment, own) in enumerate(parts):
        asker.asks(cents, payment, own=own, at=NOON + place * timedelta(minutes=40))
    gone = sum(cents for _, _, _, cents in asker.gone)
    assert not needs_second(REFUND, gone, before=OneWord(), limit=LIMIT)


@given(st.lists(st.tuples(CENTS, st.integers(0, 29)), min_size=1, max_size=30))
def test_money_that_one_noted_oneself_passes_in_no_parts_within_a_month(
    parts: Sequence[tuple[int, int]],
) -> None:
    asker = Asker()
    for payment, (cents, days) in enumerate(sorted(parts, key=lambda part: part[1])):
        asker.asks(cents, payment, own=True, at=NOON + timedelta(days=days))
    assert sum(cents for _, _, _, cents in asker.gone) <= LIMIT


@given(st.lists(st.tuples(CENTS, st.integers(0, 400)), min_size=1, max_size=30))
def test_nothing_of_one_payment_passes_in_parts_ever(parts: Sequence[tuple[int, int]]) -> None:
    asker = Asker()
    for cents, days in sorted(parts, key=lambda part: part[1]):
        asker.asks(cents, 1, own=False, at=NOON + timedelta(days=days))
    assert sum(cents for _, _, _, cents in asker.gone) <= LIMIT


def test_what_comes_in_waits_for_nobody() -> None:
    before = OneWord(of_day=LIMIT)
    assert not needs_second(RECEIVE, 10 * LIMIT, before=before, limit=LIMIT)
    assert needs_second(REFUND, 1, before=before, limit=LIMIT)


@pytest.mark.parametrize(
    ("cents", "can_be"), [(0, False), (-1, False), (1, True), (1_000_000, True), (1_000_001, False)]
)
def test_a_sum_at_the_desk_is_up_to_ten_thousand_euros(cents: int, can_be: bool) -> None:
    assert is_receivable(cents) is can_be


def test_money_at_the_desk_came_within_a_year_and_not_before_the_practice_began() -> None:
    today = date(2026, 11, 24)
    assert first_receivable(today, started_on=date(2020, 1, 1)) == date(2025, 11, 24)
    assert first_receivable(today, started_on=date(2026, 9, 1)) == date(2026, 9, 1)


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("second", [True, False])
@pytest.mark.parametrize("by_hand", [True, False])
def test_money_that_had_to_wait_and_goes_by_hand_is_booked_by_handing_it_over_alone(
    second: bool, alone: bool, by_hand: bool
) -> None:
    alone = alone and second
    status = first_status(second=second, alone=alone, by_hand=by_hand)
    waits = must_be_handed(by_hand=by_hand, agreed=second and not alone, alone=alone)
    assert waits == (by_hand and second)
    if status == "waiting":
        status = MONEY_ORDER.after(status, "agree" if by_hand else "approve")
    assert status == ("agreed" if waits else "approved")


def test_what_is_to_be_handed_over_is_handed_over_or_given_up_and_nothing_else() -> None:
    ways = {
        event: after for (before, event), after in MONEY_ORDER.edges.items() if before == "agreed"
    }
    assert ways == {"hand_over": "approved", "withdraw": "withdrawn", "stop": "declined"}
    assert {before for (before, _), after in MONEY_ORDER.edges.items() if after == "agreed"} == {
        "waiting"
    }
    assert "agreed" in OPEN, "it still counts as asked for"


@pytest.mark.parametrize(
    ("reason", "payments", "from_credit", "owed_again", "doubt"),
    [
        ("paid_twice", 1, 0, 1000, "one_payment"),
        ("overpaid", 1, 0, 1000, "one_payment"),
        ("overpaid", 2, 0, 1000, "no_credit"),
        ("overpaid", 1, 400, 600, "less_credit"),
        ("paid_twice", 2, 0, 1000, ""),
        ("overpaid", 1, 1000, 0, ""),
        ("goodwill", 1, 0, 1000, ""),
        ("corrected", 1, 0, 1000, ""),
    ],
)
def test_a_reason_that_the_account_does_not_show_is_doubted(
    reason: str, payments: int, from_credit: int, owed_again: int, doubt: str
):
    found = doubt_of(reason, payments=payments, from_credit=from_credit, owed_again=owed_again)
    assert found == doubt
