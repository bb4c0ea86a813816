"""Spreading: sums that add up, dates that exist, what is possible at once, what is said when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import NotAllowedError
from shared.plans import (
    LAST_DAY,
    LEAST_PART,
    MOST_PARTS,
    PLAN,
    Part,
    PlanError,
    PlanRules,
    Wish,
    durations,
    monthly_dates,
    postponed,
    schedule,
)
from shared.plans.rules import (
    DUE,
    INSTANT,
    MISSED,
    NEAR,
    PROPOSAL,
    amounts_by_months,
    amounts_by_sum,
    check_parts,
    next_on,
    paid_of_each,
    verdict,
    word_of_day,
)
from tests.counts import sample

TODAY = date(2026, 11, 24)
RULES = PlanRules(minimum_cents=1000, most_months=10, instant_cents=30_000, first_now=False)
NOW_FIRST = PlanRules(minimum_cents=1000, most_months=10, instant_cents=30_000, first_now=True)
LARGEST = 1_000_000  # 10 000 €
FOUR_YEARS = [date(2025, 1, 1) + timedelta(days=n) for n in range(4 * 365 + 1)]  # with a leap day
DATES = st.dates(min_value=date(2024, 1, 1), max_value=date(2039, 12, 31))


def reason(total: int, wish: Wish, rules: PlanRules = RULES) -> PlanError:
    with pytest.raises(PlanError) as told:
        schedule(total, wish, rules, TODAY)
    return told.value


def holds(total: int, parts: list[Part], rules: PlanRules) -> bool:
    """The bar: to the cent, none but the last below the minimum, none zero, dates in order."""
    sums = [part.cents for part in parts]
    days = [part.due_on for part in parts]
    return (
        sum(sums) == total
        and all(cents >= rules.minimum_cents for cents in sums[:-1])
        and sums[-1] > 0
        and days == sorted(set(days))
    )


# Every balance, every allowed duration


WIDEST = PlanRules(LEAST_PART, MOST_PARTS, instant_cents=LARGEST, first_now=False)


# In a sample every so many cents: both steps meet every remainder of every duration.
@pytest.mark.parametrize(
    ("rules", "step", "at_least"), [(RULES, 97, 90_000), (WIDEST, 997, 59_000)]
)
def test_every_balance_over_every_allowed_duration_is_whole_to_the_cent(
    rules: PlanRules, step: int, at_least: int
) -> None:
    tried = 0
    for total in range(1, LARGEST + 1, sample(step, 1)):
        for months in durations(total, rules):
            sums = amounts_by_months(total, months)
            assert len(sums) == months
            assert sum(sums) == total
            assert min(sums) >= rules.minimum_cents
            tried += 1
    assert tried >= at_least * sample(1, step)


@given(st.integers(1, LARGEST), st.integers(1, LARGEST), st.integers(1, LAST_DAY))
def test_any_sum_a_month_is_whole_to_the_cent_or_refused(
    total: int, monthly: int, day: int
) -> None:
    try:
        parts = schedule(total, Wish(day, monthly_cents=monthly), RULES, TODAY)
    except PlanError as error:
        told = error
    else:
        check_sums([part.cents for part in parts], total, monthly)
        return
    if total >= LEAST_PART:
        assert told.reason == "too_little"
        assert amounts_by_sum(total, told.least), "what is said to be possible is possible"
    else:
        assert told.reason == "nothing_to_spread"


def check_sums(sums: list[int], total: int, monthly: int) -> None:
    assert sum(sums) == total
    assert len(sums) <= MOST_PARTS
    assert min(sums) >= LEAST_PART
    assert all(cents == monthly for cents in sums[:-1])
    assert sums[-1] < monthly + LEAST_PART


# Every start day, every allowed duration


def test_every_start_day_of_four_years_over_every_duration_has_its_dates() -> None:
    for first in FOUR_YEARS:
        longest = monthly_dates(first, MOST_PARTS)
        assert longest[0] == first
        for ahead, day in enumerate(longest):
            assert (day.year - first.year) * 12 + day.month - first.month == ahead
            last_of_month = (day + timedelta(days=1)).month != day.month
            assert day.day == first.day or (day.day < first.day and last_of_month)
        for count in range(1, MOST_PARTS + 1, sample(15, 1)):
            assert monthly_dates(first, count) == longest[:count]


@pytest.mark.parametrize("rules", [RULES, NOW_FIRST])
def test_every_day_of_four_years_and_every_wish_of_a_day_is_planned_right(
    rules: PlanRules,
) -> None:
    for today in FOUR_YEARS[:: sample(7, 1)]:
        for day in range(1, LAST_DAY + 1):
            for months in (1, 2, 10):
                parts = schedule(30_000, Wish(day, months=months), rules, today)
                assert holds(30_000, parts, rules)
                later = parts[1:] if rules.first_now else parts
                assert all(part.due_on.day == day for part in later)
                if rules.first_now:
                    assert parts[0].due_on == today
                    assert all(part.due_on - today >= timedelta(days=15) for part in later)
                else:
                    wait = parts[0].due_on - today
                    assert timedelta(days=8) <= wait <= timedelta(days=39)


def test_a_month_end_is_kept_where_there_is_one() -> None:
    days = monthly_dates(date(2027, 11, 30), 5)
    assert [f"{day:%d/%m/%y}" for day in days] == [
        *("30/11/27", "30/12/27", "30/01/28", "29/02/28", "30/03/28"),
    ]


@given(st.integers(1, LAST_DAY), DATES)
def test_the_next_day_of_a_month_is_the_first_there_is(day: int, earliest: date) -> None:
    found = next_on(day, earliest)
    assert found.day == day
    between = (found - earliest).days
    assert all((earliest + timedelta(days=n)).day != day for n in range(between))


# What is possible


def test_the_two_ways_of_wishing() -> None:
    by_sum = schedule(4250, Wish(5, monthly_cents=1500), RULES, TODAY)
    assert [(part.due_on, part.cents) for part in by_sum] == [
        (date(2026, 12, 5), 1500),
        (date(2027, 1, 5), 1500),
        (date(2027, 2, 5), 1250),
    ]
    by_months = schedule(4250, Wish(5, months=4), RULES, TODAY)
    assert [part.cents for part in by_months] == [1062, 1062, 1062, 1064]
    assert [part.cents for part in schedule(4250, Wish(5, monthly_cents=9000), RULES, TODAY)] == [
        4250
    ]


def test_a_rest_that_no_card_takes_joins_the_one_before() -> None:
    assert amounts_by_sum(3049, 1000) == [1000, 1000, 1049]
    assert amounts_by_sum(3050, 1000) == [1000, 1000, 1000, 50]
    assert amounts_by_sum(1049, 1000) == [1049]


def test_each_refusal_says_what_is_possible() -> None:
    assert reason(49, Wish(5, months=1)).reason == "nothing_to_spread"
    assert reason(0, Wish(5, monthly_cents=1000)).reason == "nothing_to_spread"
    too_little = reason(30_000, Wish(5, monthly_cents=100))
    assert (too_little.reason, too_little.least) == ("too_little", 500)
    too_long = reason(30_000, Wish(5, months=61))
    assert (too_long.reason, too_long.most) == ("too_long", 60)
    too_many = reason(220, Wish(5, months=5))
    assert (too_many.reason, too_many.most) == ("too_many_months", 4)
    assert reason(4250, Wish(29, months=2)).reason == "day"
    assert reason(4250, Wish(0, months=2)).reason == "day"
    assert reason(4250, Wish(5)).reason == "choose"


def test_inside_the_rules_it_runs_at_once_outside_it_is_a_proposal() -> None:
    def answer(total: int, **wish: int) -> str:
        return verdict(schedule(total, Wish(5, **wish), RULES, TODAY), RULES)

    assert answer(4250, monthly_cents=1000) == INSTANT
    assert answer(4250, monthly_cents=999) == PROPOSAL
    assert answer(10_000, months=10) == INSTANT
    assert answer(30_000, months=11) == PROPOSAL
    assert answer(30_000, months=2) == INSTANT
    assert answer(30_001, months=2) == PROPOSAL
    assert answer(1010, monthly_cents=1000) == INSTANT, "ten cents join the date before"
    assert answer(1900, months=2) == PROPOSAL


@given(st.integers(0, 40_000), st.integers(0, 5000), st.integers(0, 80))
def test_durations_are_those_that_run_at_once_whatever_the_rules(
    total: int, minimum: int, most: int
) -> None:
    rules = PlanRules(minimum, most, instant_cents=total, first_now=False)
    allowed = durations(total, rules)
    for months in range(2, MOST_PARTS + 1):
        try:
            parts = schedule(total, Wish(5, months=months), rules, TODAY)
            at_once = verdict(parts, rules) == INSTANT and parts[-1].cents >= rules.least_part
        except PlanError:
            at_once = False
        assert (months in allowed) is at_once


def test_a_schedule_made_by_hand_must_hold() -> None:
    good = [Part(TODAY, 2000), Part(date(2027, 1, 31), 2250)]
    check_parts(good, 4250, TODAY)
    for parts, told in (
        ([], "too_long"),
        ([Part(TODAY, 4249)], "sum"),
        ([Part(TODAY, 4201), Part(date(2027, 1, 31), 49)], "too_little"),
        (good[::-1], "dates"),
        ([Part(TODAY, 2000), Part(TODAY, 2250)], "dates"),
        ([Part(TODAY - timedelta(days=1), 4250)], "dates"),
    ):
        with pytest.raises(PlanError) as error:
            check_parts(parts, 4250, TODAY)
        assert error.value.reason == told


# What becomes of it


@given(st.lists(st.integers(50, 9000), max_size=20), st.integers(-100, 200_000))
def test_what_is_paid_is_spent_on_the_oldest_first(sums: list[int], paid: int) -> None:
    each = paid_of_each(sums, paid)
    assert sum(each) == min(max(paid, 0), sum(sums))
    assert all(0 <= done <= cents for done, cents in zip(each, sums, strict=True))
    touched = [done < cents for done, cents in zip(each, sums, strict=True)]
    assert all(each[n] == 0 for n in range(len(sums)) if any(touched[:n]))


@given(DATES, st.integers(1, MOST_PARTS), DATES)
def test_dates_are_put_off_by_whole_months_and_never_drawn_forward(
    first: date, count: int, today: date
) -> None:
    before = monthly_dates(first, count)
    after = postponed(before, today)
    if first >= today:
        assert after == before
        return
    assert after[0] >= today + timedelta(days=8)
    assert after[0] - (today + timedelta(days=8)) <= timedelta(days=33), (
        "and no further than needed"
    )
    assert len(after) == count
    assert after == sorted(set(after))
    assert all(new > old for new, old in zip(after, before, strict=True))


def test_the_words_of_a_date_come_in_their_time() -> None:
    def word(days: int, *, oldest: bool = True) -> int | None:
        due_on = TODAY + timedelta(days=days)
        told = due_on - timedelta(days=5)
        return word_of_day(due_on, TODAY, announced_on=told, oldest_open=oldest)

    assert [word(days) for days in (6, 5, 1)] == [None, NEAR, NEAR]
    assert [word(days) for days in (0, -1, -4)] == [DUE] * 3
    assert [word(days) for days in (-5, -400)] == [MISSED] * 2
    assert word(-5, oldest=False) is None
    assert word(-4, oldest=False) == DUE


def test_what_is_over_never_comes_back() -> None:
    over = PLAN.statuses - {"proposed", "offered", "active", "paused"}
    assert over == {"declined", "withdrawn", "replaced", "kept", "ended"}
    assert not [edge for edge in PLAN.edges if edge[0] in over]
    with pytest.raises(NotAllowedError):
        PLAN.after("proposed", "agree")
