"""Money: read from what people type, shared without losing a cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import ArdoiseError
from shared.base.money import AmountError, parse_amount, spend_oldest_first, total_of

MOST = 10**11 - 1  # nine digits of euros
CENTS = st.integers(min_value=0, max_value=MOST)
SPACES = st.sampled_from([" ", "\u00a0", "\u202f", "\u2009"])


def grouped(euros: int, space: str) -> str:
    return f"{euros:,}".replace(",", space)


@given(CENTS, st.sampled_from([",", "."]), SPACES, st.booleans(), st.booleans())
def test_an_amount_is_read_as_it_was_written(
    cents: int, point: str, space: str, groups: bool, sign: bool
) -> None:
    euros, rest = divmod(cents, 100)
    written = f"{grouped(euros, space) if groups else euros}{point}{rest:02d}"
    assert parse_amount(written + (space + "€" if sign else "")) == cents


@given(CENTS, st.booleans())
def test_dots_may_stand_between_thousands(cents: int, decimals: bool) -> None:
    euros, rest = divmod(cents, 100)
    if decimals:
        assert parse_amount(f"{grouped(euros, '.')},{rest:02d}") == cents
    else:
        assert parse_amount(grouped(euros, ".")) == euros * 100


GROUPS = st.lists(st.text("0123456789", min_size=1, max_size=4), min_size=2, max_size=3)


@given(GROUPS, st.one_of(SPACES, st.just(".")), st.sampled_from(["", ",5", ",50"]))
def test_digits_apart_are_one_number_only_in_groups_of_three(
    groups: list[str], apart: str, decimals: str
) -> None:
    written = apart.join(groups) + decimals
    euros_and_cents = apart == "." and len(groups) == 2 and len(groups[1]) < 3 and not decimals
    if len(groups[0]) < 4 and all(len(group) == 3 for group in groups[1:]):
        assert parse_amount(written) == parse_amount("".join(groups) + decimals)
    elif not euros_and_cents:
        with pytest.raises(AmountError):
            parse_amount(written)


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
        ("1 234.56", 123456),
        ("1.234,56", 123456),
        ("1 234 567", 123456700),
        ("0", 0),
        ("0,00", 0),
        ("007", 700),
        (" 12 ", 1200),
        ("12€", 1200),
        ("15 euros", 1500),
        ("1 euro", 100),
        ("12,50\u00a0Euros", 1250),
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
        "12 50",
        "12\u00a050",
        "12\u202f50 €",
        "12 5",
        "1 2",
        "1234 567",
        "1 2345",
        "1  234",
        "1 234 56",
        "1,234.56",
        "1.234.56",
        "1.234 567",
        "12 ,50",
        "12, 50",
        "1\t234",
        "-5",
        "+5",
        "1e3",
        "0x10",
        "NaN",
        "inf",
        "12 €€",
        "€ 12",
        "½",
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


@pytest.mark.parametrize(
    "written", ["99999999999", "1234567890,50", "1 234 567 890", "1.234.567.890"]
)
def test_a_sum_that_is_too_large_is_told_so(written: str) -> None:
    with pytest.raises(AmountError, match="trop grande"):
        parse_amount(written)


@pytest.mark.parametrize(
    "written", ["\u0663", "1\u0662,50", "\uff11\uff12", "\u096b.\u0660\u0660\u0660"]
)
def test_digits_of_other_scripts_are_no_sum(written: str) -> None:
    with pytest.raises(AmountError, match="par exemple"):
        parse_amount(written)
