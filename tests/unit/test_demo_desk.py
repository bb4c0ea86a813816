"""What the demo's secretary promises is what is done."""

from datetime import date

import pytest

from ardoise.demo.desk import end_of_next_month


@pytest.mark.parametrize(
    ("today", "until"),
    [
        (date(2026, 11, 9), date(2026, 12, 31)),
        (date(2026, 12, 15), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2026, 10, 31), date(2026, 11, 30)),
    ],
)
def test_time_until_the_end_of_next_month_ends_with_it(today: date, until: date) -> None:
    assert end_of_next_month(today) == until
