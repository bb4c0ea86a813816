"""Where a code goes, how long it lives, what counts as one; what channels contacts allow."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.codes import ONE_TIME_CODE, code_contact, digits_of, is_live
from shared.preferences import OPEN, PROPOSAL, offered_channels, possible_channels

NOW = datetime(2026, 11, 24, 9, 40, tzinfo=UTC)


@dataclass(frozen=True)
class OnFile:
    """A contact as far as the choice reads it."""

    kind: str
    status: str = "usable"


PHONE, MAIL, OTHER = OnFile("phone"), OnFile("email"), OnFile("phone")
BOTH = ("phone", "email")


@pytest.mark.parametrize(
    ("on_file", "chosen"),
    [
        ([], None),
        ([PHONE], PHONE),
        ([PHONE, MAIL], MAIL),
        ([PHONE, MAIL, OTHER], MAIL),
        ([MAIL, PHONE], PHONE),
        ([OnFile("landline"), PHONE], PHONE),
        ([PHONE, OnFile("email", "bounced")], PHONE),
        ([OnFile("phone", "bounced"), MAIL], MAIL),
    ],
)
def test_a_code_goes_to_the_second_contact_where_there_is_one(
    on_file: list[OnFile], chosen: OnFile | None
) -> None:
    assert code_contact(on_file, kinds=BOTH) == chosen


@pytest.mark.parametrize("first", ["usable", "opted_out", "unsafe"])
def test_a_contact_that_rests_gets_its_codes_all_the_same(first: str) -> None:
    resting = OnFile("email", "opted_out")
    assert code_contact([OnFile("phone", first), resting], kinds=BOTH) == resting


def test_an_unsafe_contact_gets_no_code_and_hands_none_to_another() -> None:
    assert code_contact([PHONE, OnFile("email", "unsafe")], kinds=BOTH) is None
    assert code_contact([OnFile("phone", "unsafe")], kinds=BOTH) is None
    assert code_contact([OnFile("phone", "unsafe"), MAIL], kinds=BOTH) == MAIL


@given(st.sampled_from(["usable", "opted_out", "unsafe"]), st.integers(0, 1))
def test_no_choice_in_a_visit_brings_a_code_to_a_contact_that_had_none(
    chosen: str, place: int
) -> None:
    before = [OnFile("phone"), OnFile("email")]
    after = [replace(one, status=chosen) if i == place else one for i, one in enumerate(before)]
    moved = code_contact(after, kinds=BOTH)
    assert moved is None or moved.kind == "email"


def test_a_code_goes_only_the_ways_that_the_practice_was_told() -> None:
    assert code_contact([PHONE, MAIL], kinds=("phone",)) == PHONE
    assert code_contact([PHONE, MAIL], kinds=()) is None


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


@pytest.mark.parametrize(
    ("kinds", "channel", "offered"),
    [
        (set(), "any", ("letter",)),
        ({"phone"}, "any", ("any", "letter")),
        ({"phone"}, "sms", ("sms", "letter")),
        ({"phone"}, "email", ("any", "letter")),
        ({"email"}, "letter", ("any", "letter")),
        ({"email"}, "email", ("email", "letter")),
        ({"phone", "email"}, "sms", ("any", "sms", "email", "letter")),
        ({"landline"}, "letter", ("letter",)),
    ],
)
def test_no_way_is_offered_that_no_contact_works_for(
    kinds: set[str], channel: str, offered: tuple[str, ...]
) -> None:
    assert offered_channels(kinds, channel=channel) == offered
    assert set(offered) <= set(possible_channels(kinds))


def test_staff_accept_nothing_that_no_code_confirmed() -> None:
    assert {start for start, event in PROPOSAL.edges if event in {"accept", "decline"}} == {
        "confirmed"
    }
    assert all(PROPOSAL.allows(status, "withdraw") for status in OPEN)
