"""Which bookings an export holds: those made in its days, whatever day they are dated.

A payment of last week that is noted today is booked today. It belongs to today's export, or it would be
in none: last week's is long made. So what was booked is in exactly one of exports that follow each other.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression

from shared.base.clock import at_local


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant on, and before another; None is without end."""

    begin: datetime | None
    end: datetime | None

    @classmethod
    def of(cls, since: date | None, until: date | None, timezone: str) -> "Period":
        """Both days of the practice are included."""
        after = until + timedelta(days=1) if until is not None else None
        return cls(
            at_local(since, 0, 0, timezone) if since is not None else None,
            at_local(after, 0, 0, timezone) if after is not None else None,
        )

    def holds(self, booked_at: SQLColumnExpression[datetime]) -> list[ColumnElement[bool]]:
        """The conditions for what was booked at an instant."""
        conditions = []
        if self.begin is not None:
            conditions.append(booked_at >= self.begin)
        if self.end is not None:
            conditions.append(booked_at < self.end)
        return conditions
