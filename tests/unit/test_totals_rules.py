"""A figure that the worker kept is shown while it is of today, fresh, and after one's own acts."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.totals import is_fresh

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 23, 23, tzinfo=UTC)


def fresh(counted: float | None, acted: float | None = None, now: datetime = NOON) -> bool:
    """Minutes before now at which it was counted, and at which whoever looks did something."""
    ago = [None if one is None else now - timedelta(minutes=one) for one in (counted, acted)]
    return is_fresh(ago[0], acted_at=ago[1], day_began=MIDNIGHT, now=now)


@pytest.mark.parametrize(
    ("counted", "acted", "shown"),
    [
        (None, None, False),
        (0.5, None, True),
        (5, None, True),
        (5.1, None, False),
        (1, 2, True),
        (2, 1, False),
        (1, 1, False),
    ],
)
def test_a_count_is_shown_while_it_is_true_enough(
    counted: float | None, acted: float | None, shown: bool
) -> None:
    assert fresh(counted, acted) is shown


def test_what_was_counted_before_midnight_is_of_another_day() -> None:
    just_after = MIDNIGHT + timedelta(minutes=1)
    assert fresh(0.5, now=just_after)
    assert not fresh(2, now=just_after)
