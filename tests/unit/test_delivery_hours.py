"""When a message may arrive: never at night, at lunch, on a weekend or on a holiday."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ardoise.jobs import may_arrive_now
from ardoise.office import is_holiday
from shared.accounts import Practice
from shared.base.clock import FixedClock, at_local, local_date
from shared.delivery import Hours, may_arrive
from shared.delivery.mail import TIMEOUT_SECONDS
from shared.delivery.rules import FIRST_RETRY, LEASE, MOST_TRIES, retry_at

PARIS, REUNION, MARTINIQUE = "Europe/Paris", "Indian/Reunion", "America/Martinique"
TUESDAY = date(2026, 11, 24)
NINE = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo(PARIS))
instants = st.integers(0, 60 * 24 * 365 * 6).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def allowed(at: datetime, timezone: str = PARIS) -> bool:
    return may_arrive_now(Practice(timezone=timezone), FixedClock(at))


def at(day: date, hour: int, minute: int = 0, timezone: str = PARIS) -> bool:
    return allowed(at_local(day, hour, minute, timezone), timezone)


@pytest.mark.parametrize(
    ("hour", "minute", "may"),
    [
        *((0, 0, False), (1, 0, False), (8, 0, False), (9, 59, False)),
        *((10, 0, True), (11, 30, True), (12, 59, True)),
        *((13, 0, False), (13, 30, False), (13, 59, False)),
        *((14, 0, True), (16, 45, True), (18, 59, True)),
        *((19, 0, False), (20, 0, False), (23, 59, False)),
    ],
)
def test_messages_come_late_in_the_morning_and_in_the_afternoon(
    hour: int, minute: int, may: bool
) -> None:
    assert at(TUESDAY, hour, minute) is may


@pytest.mark.parametrize("days", range(7))
def test_messages_come_on_working_days_only(days: int) -> None:
    day = TUESDAY + timedelta(days=days)
    assert at(day, 11) is (day.weekday() < 5)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 4, 6),  # Easter Monday
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),  # Ascension
        date(2026, 5, 25),  # Whit Monday
        date(2026, 7, 14),
        date(2027, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ],
)
@pytest.mark.parametrize("timezone", [PARIS, REUNION, MARTINIQUE])
def test_no_message_comes_on_a_french_holiday(day: date, timezone: str) -> None:
    assert day.weekday() < 5, "a weekend proves nothing"
    assert not at(day, 11, 0, timezone)


@pytest.mark.parametrize(
    ("timezone", "day"),
    [
        (REUNION, date(2027, 12, 20)),
        (MARTINIQUE, date(2026, 5, 22)),
        ("America/Guadeloupe", date(2026, 5, 27)),
        ("America/Cayenne", date(2026, 6, 10)),
        ("Indian/Mayotte", date(2026, 4, 27)),
        ("Pacific/Noumea", date(2026, 9, 24)),
    ],
)
def test_a_day_that_only_one_part_of_the_country_keeps_is_kept_there(
    timezone: str, day: date
) -> None:
    assert not at(day, 11, 0, timezone)
    assert at(day, 11, 0, PARIS)


@pytest.mark.parametrize("day", [date(2026, 4, 3), date(2028, 12, 26)])
def test_the_days_of_alsace_and_moselle_are_kept_from_paris_to_strasbourg(day: date) -> None:
    assert not at(day, 11)
    assert at(day, 11, 0, REUNION)


def test_the_practices_own_clock_counts_and_not_the_machines() -> None:
    late_in_paris = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # 7 h 30 in Paris
    assert not allowed(late_in_paris)
    assert allowed(late_in_paris, REUNION)  # 10 h 30
    evening_in_paris = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)  # 19 h 30 in Paris
    assert not allowed(evening_in_paris)
    assert not allowed(evening_in_paris, REUNION)  # 22 h 30
    assert allowed(evening_in_paris, MARTINIQUE)  # 14 h 30


def test_a_day_begins_where_the_practice_is() -> None:
    # Sunday evening in Paris is Monday morning in New Caledonia.
    monday_there = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert not allowed(monday_there)
    assert allowed(monday_there, "Pacific/Noumea")


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (date(2026, 3, 27), 9),  # the last Friday of winter time
        (date(2026, 3, 30), 8),  # the first Monday of summer time
        (date(2026, 10, 23), 8),  # the last Friday of summer time
        (date(2026, 10, 26), 9),  # the first Monday of winter time
    ],
)
def test_ten_in_the_morning_is_ten_on_the_wall_before_and_after_the_clocks_change(
    day: date, utc_hour: int
) -> None:
    ten = datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)
    assert allowed(ten)
    assert not allowed(ten - timedelta(minutes=1))


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_nothing_comes_on_the_sunday_itself_on_which_the_clocks_change(day: date) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert not any(allowed(start + timedelta(minutes=15 * step)) for step in range(88))


@given(instants, st.sampled_from([PARIS, REUNION, MARTINIQUE, "Pacific/Noumea", "Asia/Tokyo"]))
def test_whatever_is_sent_arrives_on_a_weekday_between_ten_and_seven(
    instant: datetime, timezone: str
) -> None:
    if not allowed(instant, timezone):
        return
    local = instant.astimezone(ZoneInfo(timezone))
    assert local.weekday() < 5
    assert 10 <= local.hour < 19
    assert local.hour != 13
    assert not is_holiday(Practice(timezone=timezone), FixedClock(instant))


@given(instants)
def test_every_week_has_hours_in_which_messages_may_come(instant: datetime) -> None:
    hours = (instant + timedelta(hours=step) for step in range(24 * 7))
    assert any(allowed(hour) for hour in hours)


def test_a_practice_may_have_other_hours() -> None:
    mornings = Hours(spans=((time(9), time(12)),))
    assert may_arrive(NINE, mornings, holiday=False)
    assert not may_arrive(NINE.replace(hour=12), mornings, holiday=False)
    assert not may_arrive(NINE, mornings, holiday=True)
    assert not may_arrive(NINE, Hours(spans=()), holiday=False)


def test_a_new_try_waits_longer_each_time_and_ends_within_a_day() -> None:
    now = datetime(2026, 11, 24, 9, 40, tzinfo=UTC)
    waits = [retry_at(now, tries) - now for tries in range(1, MOST_TRIES + 1)]
    assert waits[0] == FIRST_RETRY
    assert all(later == 2 * earlier for earlier, later in pairwise(waits))
    assert sum(waits, timedelta()) < timedelta(days=1)
    assert retry_at(now, 0) > now


def test_a_claim_outlasts_the_slowest_vendor() -> None:
    # Every answer of a mail server may take that long: connect, two greetings, encryption,
    # two for the password, sender, recipient, text twice, goodbye.
    assert timedelta(seconds=TIMEOUT_SECONDS) * 11 < LEASE


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(4, 23), st.integers(0, 59))
def test_a_wall_clock_time_is_found_again_on_its_day(day: date, hour: int, minute: int) -> None:
    instant = at_local(day, hour, minute, PARIS)
    assert local_date(instant, PARIS) == day
    local = instant.astimezone(ZoneInfo(PARIS))
    assert (local.hour, local.minute) == (hour, minute)
