"""Working days where a practice is: neither a weekend nor a public holiday."""

from datetime import date, timedelta
from functools import lru_cache

import holidays

# Days that are kept in one part of the country only, by its time zone. Alsace and Moselle share
# theirs with Paris: their two more days are kept there too, since no setting tells them apart.
_HOLIDAYS_OF = {
    "Europe/Paris": "6AE",
    "America/Guadeloupe": "971",
    "America/Martinique": "972",
    "America/Cayenne": "973",
    "Indian/Reunion": "974",
    "Indian/Mayotte": "976",
    "America/St_Barthelemy": "BL",
    "America/Marigot": "MF",
    "Pacific/Noumea": "NC",
    "Pacific/Tahiti": "PF",
    "Pacific/Wallis": "WF",
}
SATURDAY = 5


@lru_cache(maxsize=32)
def _french_holidays(year: int, part: str | None) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", subdiv=part, years=year))


def is_public_holiday(day: date, timezone: str) -> bool:
    """Whether a day is a public holiday in the French territory of this time zone."""
    return day in _french_holidays(day.year, _HOLIDAYS_OF.get(timezone))


def is_working_day(day: date, timezone: str) -> bool:
    """Whether somebody works on a day there."""
    return day.weekday() < SATURDAY and not is_public_holiday(day, timezone)


def last_working_day(day: date, timezone: str) -> date:
    """The last working day up to ``day``, which may be that day itself."""
    while not is_working_day(day, timezone):
        day -= timedelta(days=1)
    return day


def working_day_after(day: date, count: int, timezone: str) -> date:
    """The ``count``-th working day after ``day``."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, timezone):
            count -= 1
    return day
