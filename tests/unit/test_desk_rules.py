"""A slip of the pen at the desk is asked about; who rounds up, or pays twice what is small, is not."""

import pytest

from shared.desk import can_be_found_by, is_far_beyond


@pytest.mark.parametrize(
    ("cents", "owed"),
    [
        (240_000, 2400),  # 24,00 typed without its comma
        (24_000, 2400),
        (9_900, 990),
        (2_001, 0),
        (5_000, -300),
        (6_001, 4_000),
        (150_001, 100_000),
    ],
)
def test_a_sum_that_looks_like_a_slip_is_asked_about(cents: int, owed: int):
    assert is_far_beyond(cents, owed=owed)


@pytest.mark.parametrize(
    ("cents", "owed"),
    [
        (2_400, 2_400),
        (1, 2_400),
        (2_500, 2_400),  # rounded up
        (4_400, 2_400),  # 20 € more, no more than that
        (2_000, 0),
        (150_000, 100_000),  # half of it more
        (6_000, 4_000),
    ],
)
def test_who_pays_what_is_owed_or_a_little_more_is_not(cents: int, owed: int):
    assert not is_far_beyond(cents, owed=owed)


@pytest.mark.parametrize(
    "reference", ["0012345", "VIR SEPA n° 12/2026", "Chèque B-4 (BNP)", "loyer+€"]
)
def test_what_stands_on_a_cheque_or_a_transfer_is_taken(reference: str):
    assert can_be_found_by(reference)


@pytest.mark.parametrize("reference", ["😀", "😀 12", "---", "12\u202e34", "12\x0034", "👍🏽1"])
def test_a_picture_or_a_sign_that_nobody_sees_is_no_reference(reference: str):
    assert not can_be_found_by(reference)
