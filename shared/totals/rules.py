"""When a kept figure may be shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.base.money import Cents

# The worker counts every half minute; after this long it is not there, and pages count themselves.
KEPT_FOR = timedelta(minutes=5)
# A page counts no more rows than that; where more waits, what the worker counted last is shown.
MOST_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Total:
    """How many, and how much money where there is a sum."""

    count: int = 0
    cents: Cents = 0


def is_fresh(
    counted_at: datetime | None,
    *,
    waiting: int,
    acted_at: datetime | None,
    day_began: datetime,
    now: datetime,
) -> bool:
    """Whether what was counted then may be shown now: today, lately, and not before whoever looks did
    something themselves, so that their own acts are seen at once. Where so much was ``waiting`` that no page
    is to count it, what is kept is shown whatever its age, with its time beside it."""
    if counted_at is None:
        return False
    if waiting > MOST_AT_ONCE:
        return True
    if counted_at < day_began or now - counted_at > KEPT_FOR:
        return False
    return acted_at is None or acted_at < counted_at
