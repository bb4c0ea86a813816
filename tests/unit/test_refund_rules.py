"""What a refund takes from what, and where its money goes when it comes back."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.reversals.refund_rules import OverRefundError, split_back, split_refund

ONE, TWO = UUID(int=1), UUID(int=2)
CENTS = st.integers(min_value=1, max_value=50_000)
SETTLED = st.lists(CENTS, max_size=5).map(
    lambda sums: [(UUID(int=n), cents) for n, cents in enumerate(sums, 1)]
)


@given(st.integers(0, 20_000), SETTLED, st.data())
def test_a_refund_is_shared_to_the_cent_and_takes_no_more_than_is_there(
    credit: int, settled: list[tuple[UUID, int]], data: st.DataObject
) -> None:
    most = credit + sum(cents for _, cents in settled)
    amount = data.draw(st.integers(0, most))
    split = split_refund(amount, credit=credit, settled=settled)
    assert split.credit + sum(split.shares.values()) == amount
    assert split.credit == min(amount, credit)
    assert all(0 < cents <= dict(settled)[i] for i, cents in split.shares.items())
    touched = [cents - split.shares.get(i, 0) for i, cents in settled]
    first_left = next((n for n, left in enumerate(touched) if left), len(touched))
    assert all(i not in split.shares for i, _ in settled[first_left + 1 :])


@given(st.integers(0, 20_000), SETTLED, CENTS)
def test_no_refund_is_above_what_is_there(
    credit: int, settled: list[tuple[UUID, int]], more: int
) -> None:
    most = credit + sum(cents for _, cents in settled)
    with pytest.raises(OverRefundError):
        split_refund(most + more, credit=credit, settled=settled)


@given(st.integers(0, 20_000), SETTLED, st.lists(st.integers(0, 60_000), min_size=5, max_size=5))
def test_money_that_comes_back_settles_no_more_than_is_open(
    credit: int, shares: list[tuple[UUID, int]], open_now: list[int]
) -> None:
    still_open = {UUID(int=n): cents for n, cents in enumerate(open_now, 1)}
    back = split_back(dict(shares), credit, still_open)
    assert back.credit + sum(back.shares.values()) == credit + sum(c for _, c in shares)
    assert back.credit >= credit
    assert all(0 < c <= min(still_open[i], dict(shares)[i]) for i, c in back.shares.items())


def test_the_credit_goes_first_then_the_latest_invoice() -> None:
    split = split_refund(900, credit=500, settled=[(TWO, 300), (ONE, 4000)])
    assert (split.credit, split.shares) == (500, {TWO: 300, ONE: 100})
