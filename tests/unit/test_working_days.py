"""A promise is kept on days on which somebody works."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.working_days import is_public_holiday, last_working_day, working_day_after

PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    ("day", "count", "after"),
    [
        (date(2026, 11, 24), 2, date(2026, 11, 26)),
        (date(2026, 11, 26), 2, date(2026, 11, 30)),  # over a weekend
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # asked on a Saturday
        (date(2026, 11, 10), 1, date(2026, 11, 12)),  # 11 November
        (date(2026, 12, 24), 2, date(2026, 12, 29)),  # Christmas, kept with its morrow in Alsace
        (date(2026, 11, 24), 0, date(2026, 11, 24)),
    ],
)
def test_weekends_and_holidays_do_not_count(day: date, count: int, after: date) -> None:
    assert working_day_after(day, count, PARIS) == after


def test_each_territory_keeps_its_own_days() -> None:
    abolition = date(2026, 12, 20)
    assert is_public_holiday(abolition, "Indian/Reunion")
    assert not is_public_holiday(abolition, PARIS)
    assert not is_public_holiday(date(2026, 11, 24), "Nowhere/Else")


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 11, 24), date(2026, 11, 24)),
        (date(2026, 11, 22), date(2026, 11, 20)),  # a Sunday
        (date(2027, 1, 2), date(2026, 12, 31)),  # the Saturday after New Year's Day
        (date(2026, 4, 6), date(2026, 4, 2)),  # Easter Monday, and Good Friday in Alsace
    ],
)
def test_the_last_working_day_is_the_day_itself_or_before_it(day: date, last: date) -> None:
    assert last_working_day(day, PARIS) == last


@given(day=st.dates(date(2020, 1, 1), date(2040, 1, 1)), count=st.integers(1, 10))
def test_the_promised_day_is_a_working_day_and_later(day: date, count: int) -> None:
    promised = working_day_after(day, count, PARIS)
    assert promised > day
    assert promised.weekday() < 5
    assert not is_public_holiday(promised, PARIS)
    assert (promised - day).days >= count
