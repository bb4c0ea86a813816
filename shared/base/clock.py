"""Time, handed in rather than asked for, so that every decision can be replayed.

All instants are aware and UTC; calendar days are the practice's own.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Whatever can tell the present instant."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until it is moved; for dated runs and tests."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant


def local_date(instant: datetime, timezone: str) -> date:
    """The calendar day of ``instant`` in the practice's time zone."""
    return instant.astimezone(ZoneInfo(timezone)).date()


def at_local(day: date, hour: int, minute: int, timezone: str) -> datetime:
    """The UTC instant of a practice-local wall-clock time."""
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(timezone))
    return local.astimezone(UTC)
