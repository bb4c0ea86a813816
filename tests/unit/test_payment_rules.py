"""What may be paid, how a sum is shared, and when the processor is asked again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.payments import ATTEMPT, CARD_MINIMUM, Choice, ChoiceError, Payable, bounds, shares_of
from shared.payments.rules import check_is_due, event_of_unpaid, split_received

NOW = datetime(2026, 11, 24, 9, 40, tzinfo=UTC)
ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))
SUMS = st.lists(st.integers(min_value=0, max_value=20_000), max_size=6)
MINIMUM = st.integers(min_value=0, max_value=2_000)


def payables(sums: list[int]) -> list[Payable]:
    return [Payable(UUID(int=n), cents) for n, cents in enumerate(sums, 1)]


THREE_OPEN = payables([4000, 3000, 2000])


def reason(choice: Choice, open_now: list[Payable], minimum: int = 500) -> str:
    with pytest.raises(ChoiceError) as told:
        shares_of(choice, open_now, minimum)
    return told.value.reason


@given(SUMS, MINIMUM)
def test_bounds_lie_within_what_is_left(sums: list[int], minimum: int) -> None:
    low, most = bounds(payables(sums), minimum)
    assert most == sum(sums)
    assert 0 <= low <= most
    assert low == most or max(CARD_MINIMUM, minimum) <= low <= most - CARD_MINIMUM


CHOICES = st.builds(
    Choice,
    st.sampled_from(["all", "some", "other", "part", "link", "", "none"]),
    st.frozensets(st.integers(min_value=1, max_value=8).map(lambda n: UUID(int=n)), max_size=4),
    st.one_of(st.none(), st.integers(min_value=-100, max_value=130_000)),
)


@given(CHOICES, SUMS, MINIMUM)
def test_no_choice_pays_more_than_is_open_or_less_than_a_card_takes(
    choice: Choice, sums: list[int], minimum: int
) -> None:
    open_now = payables(sums)
    try:
        shares = shares_of(choice, open_now, minimum)
    except ChoiceError:
        return
    left = {p.invoice_id: p.cents for p in open_now}
    assert all(0 < cents <= left[invoice] for invoice, cents in shares.items())
    total = sum(shares.values())
    assert CARD_MINIMUM <= total <= sum(sums)
    rest = sum(sums) - total
    assert rest == 0 or shares_of(Choice("all"), payables([rest]), minimum)
    if choice.kind == "all":
        assert total == sum(sums)
    elif choice.kind == "some":
        assert total == sum(left.get(i, 0) for i in choice.invoices)
    else:
        assert total == choice.amount


def test_the_three_choices() -> None:
    assert shares_of(Choice("all"), THREE_OPEN, 500) == {ONE: 4000, TWO: 3000, THREE: 2000}
    assert shares_of(Choice("some", frozenset({THREE, ONE})), THREE_OPEN, 500) == {
        ONE: 4000,
        THREE: 2000,
    }
    assert shares_of(Choice("other", amount=5000), THREE_OPEN, 500) == {ONE: 4000, TWO: 1000}


def test_each_refusal_has_its_reason() -> None:
    assert reason(Choice("all"), []) == "nothing_left"
    assert reason(Choice("all"), payables([0, 0])) == "nothing_left"
    assert reason(Choice("all"), payables([49])) == "too_small"
    assert reason(Choice("some"), THREE_OPEN) == "choose_invoice"
    assert reason(Choice("some", frozenset({UUID(int=9)})), THREE_OPEN) == "choose_invoice"
    assert reason(Choice("other"), THREE_OPEN) == "out_of_bounds"
    assert reason(Choice("other", amount=499), THREE_OPEN) == "out_of_bounds"
    assert reason(Choice("other", amount=9001), THREE_OPEN) == "out_of_bounds"
    assert reason(Choice("everything"), THREE_OPEN) == "choose"


REST = CARD_MINIMUM - 1


def test_no_part_leaves_what_no_card_can_pay() -> None:
    for amount in (9000 - REST, 8999):
        assert reason(Choice("other", amount=amount), THREE_OPEN) == "leaves_too_little"
    assert sum(shares_of(Choice("other", amount=9000 - CARD_MINIMUM), THREE_OPEN, 500).values())
    tiny = payables([4000, REST])
    assert reason(Choice("some", frozenset({ONE})), tiny) == "leaves_too_little"
    assert reason(Choice("some", frozenset({TWO})), tiny) == "too_small"
    assert shares_of(Choice("some", frozenset({ONE, TWO})), tiny, 500) == {ONE: 4000, TWO: REST}


def test_where_no_part_can_be_paid_only_all_can() -> None:
    for left in (300, 500, 500 + REST):
        open_now = payables([left])
        assert bounds(open_now, 500) == (left, left)
        for amount in (None, 0, left - 1, left + 1):
            assert reason(Choice("other", amount=amount), open_now) == "only_all"
        assert shares_of(Choice("other", amount=left), open_now, 500) == {ONE: left}
    assert bounds(payables([500 + CARD_MINIMUM]), 500) == (500, 550)


def test_what_no_card_takes_is_told_whatever_was_chosen() -> None:
    for choice in (Choice("all"), Choice("some"), Choice("other", amount=1)):
        assert reason(choice, payables([REST])) == "too_small"


def test_the_bounds_are_told() -> None:
    with pytest.raises(ChoiceError) as told:
        shares_of(Choice("other", amount=1), THREE_OPEN, 500)
    assert (told.value.low, told.value.high) == (500, 9000)


def test_both_ends_of_the_bounds_are_allowed() -> None:
    for amount in (500, 9000):
        shares = shares_of(Choice("other", amount=amount), THREE_OPEN, 500)
        assert sum(shares.values()) == amount


KEYS = st.integers(min_value=1, max_value=6).map(lambda n: UUID(int=n))
MEANT = st.dictionaries(KEYS, st.integers(min_value=1, max_value=9_000), max_size=5)
OPEN_NOW = st.dictionaries(KEYS, st.integers(min_value=0, max_value=9_000), max_size=6)


@given(st.integers(min_value=0, max_value=60_000), MEANT, OPEN_NOW)
def test_received_money_is_never_lost_and_never_too_much_for_an_invoice(
    received: int, meant: dict[UUID, int], open_now: dict[UUID, int]
) -> None:
    split = split_received(received, list(meant.items()), open_now)
    assert sum(split.shares.values()) + split.credit == received
    assert split.credit >= 0
    assert all(0 < cents <= open_now[invoice] for invoice, cents in split.shares.items())
    if split.credit:
        assert split.shares == {i: cents for i, cents in open_now.items() if cents}


@given(MEANT)
def test_what_is_as_open_as_it_was_gets_what_was_meant(meant: dict[UUID, int]) -> None:
    split = split_received(sum(meant.values()), list(meant.items()), dict(meant))
    assert split.shares == meant
    assert split.credit == 0


def test_money_meant_for_what_was_paid_elsewhere_goes_to_the_oldest_first() -> None:
    split = split_received(4000, [(TWO, 4000)], {ONE: 1500, TWO: 1000, THREE: 9000})
    assert split.shares == {TWO: 1000, ONE: 1500, THREE: 1500}
    assert split.credit == 0
    assert split_received(4000, [(TWO, 4000)], {}).credit == 4000


def due(**changes: object) -> bool:
    values: dict[str, object] = {
        "now": NOW,
        "created_at": NOW,
        "returned_at": None,
        "checked_at": None,
        "checks": 0,
    }
    return check_is_due(**(values | changes))  # type: ignore[arg-type]


def test_who_came_back_is_looked_at_at_once_and_once() -> None:
    second = timedelta(seconds=1)
    assert due(returned_at=NOW)
    assert due(returned_at=NOW, checked_at=NOW - second)
    assert not due(returned_at=NOW - second, checked_at=NOW)


@given(st.integers(min_value=0, max_value=200))
def test_otherwise_the_wait_grows_to_an_hour_and_no_longer(checks: int) -> None:
    wait = timedelta(seconds=min(20 * 2 ** min(checks, 10), 3600))
    second = timedelta(seconds=1)
    assert due(checked_at=NOW - wait, checks=checks)
    assert not due(checked_at=NOW - wait + second, checks=checks)
    assert due(checked_at=NOW - timedelta(hours=1), checks=checks)


def test_an_attempt_never_heard_of_is_asked_about_after_twenty_seconds() -> None:
    assert not due(created_at=NOW - timedelta(seconds=19))
    assert due(created_at=NOW - timedelta(seconds=20))


def test_a_page_without_money_is_open_waiting_refused_or_over() -> None:
    assert event_of_unpaid("open", None) is None
    assert event_of_unpaid("open", "card_declined") is None
    assert event_of_unpaid("complete", None) == "process"
    assert event_of_unpaid("complete", "insufficient_funds") == "fail"
    assert event_of_unpaid("expired", None) == event_of_unpaid("expired", "x") == "expire"
    assert all(
        ATTEMPT.allows("redirected", str(event_of_unpaid(page, failed)))
        for page in ("complete", "expired")
        for failed in (None, "insufficient_funds")
    )


def part(amount: int | None, *invoices: UUID) -> Choice:
    return Choice("part", frozenset(invoices), amount)


def test_a_part_is_for_its_own_invoices_and_may_be_as_small_as_a_card_takes() -> None:
    assert shares_of(part(5000, TWO, THREE), THREE_OPEN, 500) == {TWO: 3000, THREE: 2000}
    assert shares_of(part(50, THREE), THREE_OPEN, 500) == {THREE: 50}
    assert reason(part(49, THREE), THREE_OPEN) == "too_small"
    for refused in (part(2001, THREE), part(0, THREE), part(None, THREE), part(1000)):
        assert reason(refused, THREE_OPEN) == "out_of_bounds"


@given(SUMS, MINIMUM, st.integers(min_value=1, max_value=130_000))
def test_a_link_takes_its_whole_sum_or_nothing(sums: list[int], minimum: int, cents: int) -> None:
    left = sum(sums) - cents
    choice = Choice("link", amount=cents)
    if left < 0 or cents < CARD_MINIMUM or 0 < left < CARD_MINIMUM:
        assert reason(choice, payables(sums), minimum) in {
            *("nothing_left", "too_small", "out_of_bounds", "leaves_too_little"),
        }
    else:
        assert sum(shares_of(choice, payables(sums), minimum).values()) == cents


def test_a_link_for_all_is_still_good_when_more_is_owed_than_before() -> None:
    made = sum(shares_of(Choice("all"), payables([300]), 500).values())
    assert shares_of(Choice("link", amount=made), payables([300, 9000]), 500) == {ONE: 300}
    assert reason(Choice("link", amount=made), payables([299])) == "out_of_bounds"
    assert reason(Choice("link", amount=made), payables([320])) == "leaves_too_little"
    assert reason(Choice("link"), payables([300])) == "out_of_bounds"
