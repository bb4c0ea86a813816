"""Where a code goes, how long it lives, what counts as one; what channels contacts allow."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.codes import ONE_TIME_CODE, code_contact, digits_of, is_live
from shared.preferences import OPEN, PROPOSAL, possible_channels

NOW = datetime(2026, 11, 24, 9, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("usable", "chosen"), [([], None), (["a"], "a"), (["a", "b"], "b"), (["a", "b", "c"], "b")]
)
def test_a_code_goes_to_the_second_contact_where_there_is_one(
    usable: list[str], chosen: str | None
) -> None:
    assert code_contact(usable) == chosen


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("123456", "123456"),
        ("123 456", "123456"),
        (" 12-34-56 ", "123456"),
        ("123\u202f456", "123456"),
        ("012345", "012345"),
        ("12345", None),
        ("1234567", None),
        ("12345a", None),
        ("١٢٣٤٥٦", None),
        ("", None),
    ],
)
def test_spaces_in_a_code_do_not_matter_and_nothing_else_is_one(
    typed: str, read: str | None
) -> None:
    assert digits_of(typed) == read


@given(st.text(max_size=12))
def test_whatever_is_typed_is_six_digits_or_nothing(typed: str) -> None:
    read = digits_of(typed)
    assert read is None or (len(read) == 6 and read.isascii() and read.isdigit())


def test_a_code_lives_until_its_instant_and_only_when_it_was_drawn() -> None:
    end = NOW + timedelta(minutes=5)
    assert is_live("drawn", end, now=end - timedelta(seconds=1))
    assert not is_live("drawn", end, now=end)
    for status in ONE_TIME_CODE.statuses - {"drawn"}:
        assert not is_live(status, end, now=NOW)
    assert not is_live("drawn", None, now=NOW)


@pytest.mark.parametrize(
    ("kinds", "possible"),
    [
        (set(), ("letter",)),
        ({"phone"}, ("any", "sms", "letter")),
        ({"email"}, ("any", "email", "letter")),
        ({"phone", "email"}, ("any", "sms", "email", "letter")),
        ({"landline"}, ("letter",)),
    ],
)
def test_only_what_contacts_allow_can_be_chosen(kinds: set[str], possible: tuple[str, ...]) -> None:
    assert possible_channels(kinds) == possible


def test_staff_accept_nothing_that_no_code_confirmed() -> None:
    assert {start for start, event in PROPOSAL.edges if event in {"accept", "decline"}} == {
        "confirmed"
    }
    assert all(PROPOSAL.allows(status, "withdraw") for status in OPEN)
