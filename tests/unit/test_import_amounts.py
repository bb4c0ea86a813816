"""Sums as practices' software writes them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.billing.rules import LARGEST_CENTS, CellError, amount_of

SPACES = [" ", "\u00a0", "\u202f", "\u2009"]
CENTS = st.integers(min_value=-LARGEST_CENTS, max_value=LARGEST_CENTS)


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("1 234,56", 123_456),
        ("1\u00a0234,56", 123_456),
        ("1\u202f234,56", 123_456),
        ("1\u202f234,56\u00a0€", 123_456),
        ("42.50", 4_250),
        ("42", 4_200),
        ("42,5", 4_250),
        ("1.234,56", 123_456),
        ("1,234.56", 123_456),
        ("1,234,567", 123_456_700),
        ("-5,00", -500),
        ("\u22125,00 €", -500),
        ("- 5,00", -500),
        ("+5,00", 500),
        ("€ 12,00", 1_200),
        ("12 EUR", 1_200),
        ("0,00", 0),
        ("1 234", 123_400),
        (" 7 ", 700),
        (42, 4_200),
        (60.3, 6_030),
        (0.1 + 0.2, 30),
        (1.1 * 3, 330),
    ],
)
def test_a_sum_reads_as_it_is_meant(written, cents):
    assert amount_of(written) == cents


@pytest.mark.parametrize("written", ["1.234", "1,234", "12.345", "-1,234 €"])
def test_a_sum_that_two_readers_would_read_differently_is_refused(written):
    with pytest.raises(CellError, match="ambigu"):
        amount_of(written)


@pytest.mark.parametrize("written", ["12,345678", "1234,567", 12.345, 0.001])
def test_more_than_two_decimals_are_refused(written):
    with pytest.raises(CellError, match="deux décimales"):
        amount_of(written)


@pytest.mark.parametrize(
    "written",
    [
        "", "€", "-", "--5", "5-", "douze", "1 23", "12 34,00", "1.234.56", "1,234,56",
        "1 234.567,00", "12,", ",50", "1e3", "٤٢", "5 %", "12/03/2026", "=1+1",
        float("nan"), True, None,
    ],
)  # fmt: skip
def test_what_is_no_sum_is_refused(written):
    with pytest.raises(CellError):
        amount_of(written)


@pytest.mark.parametrize(
    "written", ["10 000 000,00", "9" * 50, 1e300, -(10**12), 10**400, float("inf")]
)
def test_an_unbelievable_sum_is_refused(written):
    with pytest.raises(CellError, match="invraisemblable"):
        amount_of(written)


@given(CENTS, st.sampled_from(SPACES))
def test_a_french_sum_comes_back_to_the_cent(cents, space):
    whole, rest = divmod(abs(cents), 100)
    written = f"{'-' if cents < 0 else ''}{whole:,}".replace(",", space) + f",{rest:02d}"
    assert amount_of(written) == cents
    assert amount_of(f"{written}{space}€") == cents


@given(CENTS)
def test_an_english_or_german_sum_comes_back_to_the_cent(cents):
    english = f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    assert amount_of(english) == cents
    assert amount_of(english.translate(str.maketrans(",.", ".,"))) == cents


@given(CENTS)
def test_a_sum_without_thousands_comes_back_to_the_cent(cents):
    plain = f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
    assert amount_of(plain) == cents
    assert amount_of(plain.replace(".", ",")) == cents


@given(CENTS)
def test_a_spreadsheets_number_comes_back_to_the_cent(cents):
    assert amount_of(cents / 100) == cents


@given(CENTS, CENTS)
def test_a_spreadsheets_computed_number_comes_back_to_the_cent(first, second):
    total = first + second
    if abs(total) <= LARGEST_CENTS:
        assert amount_of(first / 100 + second / 100) == total


@given(st.text(max_size=40))
def test_any_text_is_a_sum_or_is_refused(text):
    with suppress(CellError):
        assert abs(amount_of(text)) <= LARGEST_CENTS
