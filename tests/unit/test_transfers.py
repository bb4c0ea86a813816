"""References and codes for bank transfers, checked against sums done another way."""

from decimal import Decimal

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from schwifty import IBAN
from stdnum import iso11649

from shared.base.bank_numbers import BankNumberError, checked_bic, checked_iban
from shared.base.ids import CROCKFORD
from shared.base.transfers import (
    REFERENCE_LENGTH,
    creditor_reference,
    in_fours,
    new_creditor_reference,
    transfer_qr,
)

IBAN_OF_EXAMPLES = "FR7630006000011234567890189"


def remainder(reference: str) -> int:
    """ISO 7064, mod 97-10, digit by digit: the first four signs go to the end."""
    left = 0
    for sign in reference[4:] + reference[:4]:
        for digit in str(int(sign, 36)):
            left = (left * 10 + int(digit)) % 97
    return left


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ("539007547034", "RF18539007547034"),
        ("CAB0001234", "RF50CAB0001234"),
    ],
)
def test_known_references_come_out(body: str, whole: str) -> None:
    assert creditor_reference(body) == whole
    assert remainder(whole) == 1
    assert remainder("RF17539007547034") != 1


@given(st.text(alphabet=CROCKFORD, min_size=1, max_size=21))
def test_any_body_gets_check_digits_that_others_find_right(body: str) -> None:
    whole = creditor_reference(body)
    assert len(whole) == len(body) + 4
    assert remainder(whole) == 1
    assert iso11649.is_valid(whole)


def with_one_wrong_sign(whole: str, *, alike: bool) -> list[str]:
    """A reference with each of its signs mistaken for each other one: a digit for a digit and a letter
    for a letter when ``alike``, else the one for the other."""
    return [
        whole[:place] + wrong + whole[place + 1 :]
        for place in range(4, len(whole))
        for wrong in CROCKFORD
        if wrong != whole[place] and (wrong.isdigit() == whole[place].isdigit()) is alike
    ]


@given(st.text(alphabet=CROCKFORD, min_size=12, max_size=12))
def test_every_digit_mistaken_for_another_shows_and_every_letter(body: str) -> None:
    for wrong in with_one_wrong_sign(creditor_reference(body), alike=True):
        assert remainder(wrong) != 1


def test_nearly_every_letter_mistaken_for_a_digit_shows() -> None:
    """A letter counts as two digits, which moves all that stand before it: one mistake in 97 fits."""
    wrong = [
        one
        for _ in range(200)
        for one in with_one_wrong_sign(new_creditor_reference(), alike=False)
    ]
    assert sum(remainder(one) == 1 for one in wrong) < len(wrong) / 50


def test_references_are_drawn() -> None:
    drawn = {new_creditor_reference() for _ in range(500)}
    assert len(drawn) == 500
    assert {len(one) for one in drawn} == {REFERENCE_LENGTH}
    assert all(set(one[4:]) <= set(CROCKFORD) for one in drawn)


def test_codes_are_read_four_signs_at_a_time() -> None:
    assert in_fours("RF50CAB0001234") == "RF50 CAB0 0012 34"
    assert in_fours(IBAN_OF_EXAMPLES) == IBAN(IBAN_OF_EXAMPLES).formatted
    assert in_fours("") == ""


def payload(holder: str, iban: str, bic: str, cents: int, reference: str) -> bytes:
    """The lines of EPC069-12 as its table orders them, written without our library."""
    euros = Decimal(cents) / 100
    amount = f"EUR{euros:.2f}".rstrip("0").rstrip(".")
    lines = ["BCD", "002", "1", "SCT", bic, holder, iban, amount, "", reference]
    return "\n".join(lines).encode()


def drawn(size: int, path: str) -> list[list[bool]]:
    """What a path draws: the picture as rows of dark and light."""
    rows = [[False] * size for _ in range(size)]
    for stroke in path.split("M")[1:]:
        start, _, moves = stroke.partition(".5")
        row, at = int(start.split()[1]), 0
        for move in moves.replace("h", " h").replace("m", " m").split():
            if move[0] in "hm":
                length = int(move[1:])
                for place in range(at, at + length):
                    rows[row][place] = move[0] == "h"
                at += length
        assert at == size
    return rows


CODES = [
    ("Secretariat R12", IBAN_OF_EXAMPLES, "", 4250, "RF18539007547034"),
    ("Secrétariat R12", IBAN_OF_EXAMPLES, "AGRIFRPPXXX", 1, "RF50CAB0001234"),
    ("Société d’exercice ŒŁ " * 3, IBAN_OF_EXAMPLES, "", 99_999_999_999, "RF18539007547034"),
    ("A" * 70, IBAN_OF_EXAMPLES, "", 10_000, "RF18539007547034"),
]


@pytest.mark.parametrize(("holder", "iban", "bic", "cents", "reference"), CODES)
def test_the_code_says_what_the_standard_asks_for(
    holder: str, iban: str, bic: str, cents: int, reference: str
) -> None:
    holder = holder.strip()
    said = payload(holder, iban, bic, cents, reference)
    assert len(said) <= 331
    expected = segno.make_qr(said, error="m", boost_error=False)
    assert expected.version <= 13
    picture = transfer_qr(holder=holder, iban=iban, bic=bic, cents=cents, reference=reference)
    assert picture.size == len(expected.matrix)
    assert drawn(picture.size, picture.path) == [[bool(m) for m in row] for row in expected.matrix]


def test_another_sum_is_another_code() -> None:
    def path(cents: int) -> str:
        return transfer_qr(
            holder="R12", iban=IBAN_OF_EXAMPLES, bic="", cents=cents, reference="RF18539007547034"
        ).path

    assert len({path(cents) for cents in range(1, 200)}) == 199
    for cents in (0, 100_000_000_000):
        with pytest.raises(ValueError, match="amount"):
            path(cents)


def test_the_path_is_light_and_harmless() -> None:
    picture = transfer_qr(
        holder='"><script>', iban=IBAN_OF_EXAMPLES, bic="", cents=4250, reference="RF18539007547034"
    )
    assert len(picture.path) < 4_000
    assert set(picture.path) <= set("Mhm. 0123456789")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("FR76 3000 6000 0112 3456 7890 189", IBAN_OF_EXAMPLES),
        ("fr7630006000011234567890189", IBAN_OF_EXAMPLES),
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    ],
)
def test_an_iban_is_read_as_people_write_it(typed: str, read: str) -> None:
    assert checked_iban(typed) == read


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "no IBAN"),
        ("FR7630006000011234567890188", "no IBAN"),
        ("FR7630006000011234567890", "no IBAN"),
        ("FR0630006000011234567890188", "no IBAN"),  # France's own key is wrong
        ("BR1500000000000010932840814P2", "takes no SEPA transfers"),
        ("' OR 1=1 --", "no IBAN"),
    ],
)
def test_what_is_no_iban_is_told(typed: str, said: str) -> None:
    with pytest.raises(BankNumberError, match=said):
        checked_iban(typed)


def test_a_bic_is_checked_too() -> None:
    assert checked_bic("agri frpp xxx") == "AGRIFRPPXXX"
    for typed in ("AGRI", "AGRIXXPP", "123"):
        with pytest.raises(BankNumberError, match="no BIC"):
            checked_bic(typed)
