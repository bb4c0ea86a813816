"""When a kept figure may be shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.base.money import Cents

# The worker counts every half minute; after this long it is not there, and pages count themselves.
KEPT_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Total:
    """How many, and how much money where there is a sum."""

    count: int = 0
    cents: Cents = 0


def is_fresh(
    counted_at: datetime | None, *, acted_at: datetime | None, day_began: datetime, now: datetime
) -> bool:
    """Whether what was counted then may be shown now: today, lately, and not before whoever looks did
    something themselves, so that their own acts are seen at once."""
    if counted_at is None or counted_at < day_began or now - counted_at > KEPT_FOR:
        return False
    return acted_at is None or acted_at < counted_at
