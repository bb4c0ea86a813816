"""The number of a registered letter proves that it was sent: what can't be one is not noted."""

import pytest

from shared.ladder import tracking_of


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1A 123 456 7890 1", "1A 123 456 7890 1"),
        ("2C 123 456 7890 1", "2C 123 456 7890 1"),
        ("  2C\u00a0123  456 7890 1 ", "2C 123 456 7890 1"),
        ("1A12345678901", "1A12345678901"),
        ("RK123456785FR", "RK123456785FR"),
    ],
)
def test_a_number_of_the_slip_is_taken_as_it_is_written(typed: str, kept: str):
    assert tracking_of(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "1A 1", "😀 pas un numéro", "1A 123 456 😀", "pas de numero", "1A-123-456-7890", "1" * 21],
)
def test_anything_else_is_asked_for_again(typed: str):
    assert tracking_of(typed) is None
