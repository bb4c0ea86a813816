"""« Nous vous prévenons trois jours avant »: on every day of four years, weekends and holidays too."""

from datetime import date, timedelta

import pytest

from shared.base.working_days import is_public_holiday, is_working_day
from shared.plans import NEAR_BEFORE, PlanRules, Wish, schedule
from shared.plans.following import announced_on
from shared.plans.rules import NEAR, word_of_day

ZONES = ("Europe/Paris", "Indian/Reunion", "America/Martinique", "Pacific/Noumea")
RULES = PlanRules(minimum_cents=1500, most_months=10, instant_cents=100_000, first_now=False)
FOUR_YEARS = [date(2025, 1, 1) + timedelta(days=n) for n in range(4 * 366)]


def told_on(due_on: date, zone: str, *, since: date) -> date | None:
    """The first day from ``since`` on which the announcement of a date can go out."""
    day = since
    while day < due_on:
        word = word_of_day(due_on, day, announced_on=announced_on(due_on, zone), oldest_open=True)
        if word == NEAR and is_working_day(day, zone):
            return day
        day += timedelta(days=1)
    return None


@pytest.mark.parametrize("zone", ZONES)
def test_every_date_is_announced_three_days_before_on_a_day_on_which_messages_go(zone: str) -> None:
    for due_on in FOUR_YEARS:
        told = told_on(due_on, zone, since=due_on - timedelta(days=20))
        assert told is not None
        assert due_on - told >= timedelta(days=3), due_on
        assert told.weekday() < 5
        assert not is_public_holiday(told, zone)
        later = (told + timedelta(days=n) for n in range(1, (due_on - NEAR_BEFORE - told).days + 1))
        assert not any(is_working_day(day, zone) for day in later), "no earlier than needed"


def test_the_date_of_a_tuesday_is_announced_on_the_friday_before() -> None:
    tuesday = date(2026, 11, 24)
    assert told_on(tuesday, "Europe/Paris", since=date(2026, 11, 1)) == date(2026, 11, 20)


@pytest.mark.parametrize("zone", ZONES)
def test_the_first_date_of_a_plan_made_late_any_evening_is_announced_in_time(zone: str) -> None:
    for made_on in FOUR_YEARS:
        soonest = min(
            schedule(6000, Wish(day, months=2), RULES, made_on)[0].due_on for day in range(1, 29)
        )
        told = told_on(soonest, zone, since=made_on + timedelta(days=1))
        assert told is not None
        assert soonest - told >= timedelta(days=3), made_on


def test_a_date_that_was_set_later_than_that_is_announced_as_soon_as_it_can_be() -> None:
    tuesday, sunday = date(2026, 11, 24), date(2026, 11, 22)
    assert told_on(tuesday, "Europe/Paris", since=sunday) == date(2026, 11, 23)
