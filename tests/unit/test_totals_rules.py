"""A figure that the worker kept is shown while it is of today, fresh, and after one's own acts."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.totals import MOST_AT_ONCE, is_fresh

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 23, 23, tzinfo=UTC)


def fresh(
    counted: float | None, acted: float | None = None, now: datetime = NOON, waiting: int = 3
) -> bool:
    """Minutes before now at which it was counted, and at which whoever looks did something."""
    ago = [None if one is None else now - timedelta(minutes=one) for one in (counted, acted)]
    return is_fresh(ago[0], waiting=waiting, acted_at=ago[1], day_began=MIDNIGHT, now=now)


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


def test_where_very_much_waits_no_page_counts_it_and_what_the_worker_counted_is_shown():
    assert fresh(90, acted=1, waiting=MOST_AT_ONCE + 1)
    assert not fresh(90, acted=1, waiting=MOST_AT_ONCE)
    assert not fresh(None, waiting=MOST_AT_ONCE + 1)
