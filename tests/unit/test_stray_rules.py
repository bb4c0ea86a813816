"""Which names on money of nobody known are ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.transfers import new_creditor_reference
from shared.payments.stray_rules import our_reference

ATTEMPT = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    "told", ["RF18539007547034", "RF18 5390 0754 7034", "RF50CAB0001234", ATTEMPT]
)
def test_a_reference_of_ours_is_known_however_it_is_spaced(told: str) -> None:
    assert our_reference(told) == told.replace(" ", "")


@pytest.mark.parametrize(
    "told",
    [
        None,
        "",
        "RF17539007547034",
        "RF18539007547043",
        "RF00CAB0001234",
        "rf18539007547034",
        "Ferhat",
    ],
)
def test_a_slip_of_the_pen_or_any_other_word_is_none(told: str | None) -> None:
    assert our_reference(told) is None


@given(st.integers(4, 15), st.sampled_from("0123456789"), st.sampled_from("ABCDEFGHJKMNPQRSTVWXYZ"))
def test_each_reference_that_we_print_is_known_and_with_one_sign_changed_it_is_not(
    place: int, digit: str, letter: str
) -> None:
    # A letter for a digit is two digits more to the check digits: one such slip in 97 passes them.
    printed = new_creditor_reference()
    assert our_reference(printed) == printed
    sign = digit if printed[place].isdigit() else letter
    changed = printed[:place] + sign + printed[place + 1 :]
    assert our_reference(changed) == (printed if changed == printed else None)
