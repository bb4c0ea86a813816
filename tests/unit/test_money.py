"""Money: read from what people type, shared without losing a cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import ArdoiseError
from shared.base.money import AmountError, parse_amount, spend_oldest_first, total_of

MOST = 10**11 - 1  # nine digits of euros
CENTS = st.integers(min_value=0, max_value=MOST)
SPACES = st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", "\t"])


def grouped(euros: int, space: str) -> str:
    return f"{euros:,}".replace(",", space)


@given(CENTS, st.sampled_from([",", "."]), SPACES, st.booleans(), st.booleans())
def test_an_amount_is_read_as_it_was_written(
    cents: int, point: str, space: str, groups: bool, sign: bool
) -> None:
    euros, rest = divmod(cents, 100)
    written = f"{grouped(euros, space) if groups else euros}{point}{rest:02d}"
    assert parse_amount(written + (space + "€" if sign else "")) == cents


@given(CENTS)
def test_decimals_that_are_nothing_may_be_left_out(cents: int) -> None:
    euros, rest = divmod(cents, 100)
    if rest % 10 == 0:
        assert parse_amount(f"{euros},{rest // 10}") == cents
    assert parse_amount(str(euros)) == euros * 100


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12,5", 1250),
        ("1 234,56 €", 123456),
        ("0", 0),
        ("007", 700),
        (" 12 ", 1200),
        ("12€", 1200),
        ("١٢", 1200),
    ],
)
def test_examples(typed: str, cents: int) -> None:
    assert parse_amount(typed) == cents


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "€",
        ",50",
        "12,",
        "12,345",
        "1,2,3",
        "1.234,56",
        "-5",
        "+5",
        "1e3",
        "0x10",
        "NaN",
        "inf",
        "12 €€",
        "€ 12",
        "½",
        "1234567890",
        "douze",
    ],
)
def test_what_is_no_amount_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(AmountError, match="par exemple 12,50"):
        parse_amount(typed)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_an_amount_or_one_kind_of_error(typed: str) -> None:
    try:
        cents = parse_amount(typed)
    except ArdoiseError:
        return
    assert 0 <= cents <= MOST


OPEN = st.lists(st.integers(min_value=-10, max_value=10_000), max_size=8)


@given(st.integers(min_value=-5, max_value=60_000), OPEN)
def test_spending_never_loses_a_cent_nor_exceeds_what_is_open(
    total: int, opened: list[int]
) -> None:
    named = list(enumerate(opened))
    shares = spend_oldest_first(total, named)
    most = sum(max(cents, 0) for cents in opened)
    assert total_of(shares) == max(min(total, most), 0)
    assert all(0 < cents <= opened[key] for key, cents in shares.items())


@given(st.integers(min_value=0, max_value=60_000), OPEN)
def test_spending_settles_the_older_before_the_younger(total: int, opened: list[int]) -> None:
    shares = spend_oldest_first(total, list(enumerate(opened)))
    touched = [key for key, cents in enumerate(opened) if cents > 0]
    wholly = [key for key in touched if shares.get(key, 0) == opened[key]]
    assert wholly == touched[: len(wholly)]
    assert set(shares) <= set(touched[: len(wholly) + 1])


def test_the_sum_of_nothing_is_nothing() -> None:
    assert total_of({}) == 0
    assert spend_oldest_first(500, []) == {}
