"""The identity check: who is let in, and what wrong answers bring."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts import (
    IdentityGiven,
    after_wrong_try,
    asked_more,
    identity_matches,
)
from shared.accounts.rules import (
    CONTACT,
    FAILURES_A_DAY,
    HOLD,
    TRIES_BEFORE_DEATH,
    TRIES_BEFORE_WAIT,
    WAIT,
    IdentityOnFile,
    PersonName,
    masked_email,
    masked_phone,
)
from shared.base.errors import NotAllowedError

BORN = date(1984, 3, 27)
NOW = datetime(2026, 11, 24, 9, 40, tzinfo=UTC)
FULL = IdentityOnFile(BORN, "44200", "0118")
RIGHT = IdentityGiven(BORN, "44200", "0118")
NOTHING = IdentityGiven(None, None, None)

birth_dates = st.none() | st.sampled_from([BORN, date(1990, 1, 1), date(1984, 3, 28)])
postcodes = st.none() | st.sampled_from(["44200", "44000", "97400"])
phone_ends = st.none() | st.sampled_from(["0118", "0119"])
on_files = st.builds(IdentityOnFile, birth_dates, postcodes, phone_ends)
givens = st.builds(IdentityGiven, birth_dates, postcodes, phone_ends)


@given(on_files, st.booleans())
def test_who_types_exactly_what_is_on_file_is_let_in(on_file: IdentityOnFile, asks: bool) -> None:
    typed = IdentityGiven(on_file.birth_date, on_file.postcode, on_file.phone_end)
    assert identity_matches(on_file, typed, practice_asks=asks) == on_file.checkable


@given(on_files, givens, st.booleans())
def test_nobody_is_let_in_where_too_little_is_on_file(
    on_file: IdentityOnFile, typed: IdentityGiven, asks: bool
) -> None:
    if not on_file.checkable:
        assert not identity_matches(on_file, typed, practice_asks=asks)


@given(on_files, st.booleans())
def test_an_empty_form_opens_nothing(on_file: IdentityOnFile, asks: bool) -> None:
    assert not identity_matches(on_file, NOTHING, practice_asks=asks)


@given(on_files, givens, st.booleans())
def test_whoever_is_let_in_knew_the_birth_date_or_both_of_the_rest(
    on_file: IdentityOnFile, typed: IdentityGiven, asks: bool
) -> None:
    if not identity_matches(on_file, typed, practice_asks=asks):
        return
    knew_date = typed.birth_date == on_file.birth_date is not None
    knew_rest = (
        typed.postcode == on_file.postcode is not None
        and typed.phone_end == on_file.phone_end is not None
    )
    assert knew_date or (on_file.birth_date is None and knew_rest)
    if asked_more(on_file, practice_asks=asks):
        assert knew_rest


@given(on_files, givens)
def test_a_practice_that_asks_for_more_lets_nobody_in_whom_others_would_refuse(
    on_file: IdentityOnFile, typed: IdentityGiven
) -> None:
    if identity_matches(on_file, typed, practice_asks=True):
        assert identity_matches(on_file, typed, practice_asks=False)


@pytest.mark.parametrize(
    "typed",
    [
        replace(RIGHT, birth_date=date(1984, 3, 28)),
        replace(RIGHT, birth_date=date(1984, 3, 27).replace(year=1985)),
        replace(RIGHT, birth_date=None),
        NOTHING,
    ],
)
@pytest.mark.parametrize("asks", [True, False])
def test_another_birth_date_is_refused(typed: IdentityGiven, asks: bool) -> None:
    assert identity_matches(FULL, RIGHT, practice_asks=asks)
    assert not identity_matches(FULL, typed, practice_asks=asks)


@pytest.mark.parametrize(
    "typed",
    [
        replace(RIGHT, postcode="44000"),
        replace(RIGHT, phone_end="0119"),
        replace(RIGHT, postcode=None),
        replace(RIGHT, phone_end=None),
    ],
)
def test_where_more_is_asked_for_each_part_counts(typed: IdentityGiven) -> None:
    assert not identity_matches(FULL, typed, practice_asks=True)
    assert identity_matches(FULL, typed, practice_asks=False)
    without_date = replace(FULL, birth_date=None)
    assert not identity_matches(without_date, typed, practice_asks=False)


def test_a_birth_date_that_is_not_on_file_is_no_key() -> None:
    without_date = replace(FULL, birth_date=None)
    assert not identity_matches(without_date, IdentityGiven(BORN, None, None), practice_asks=False)


@pytest.mark.parametrize(
    ("on_file", "asks", "more"),
    [
        (FULL, False, False),
        (FULL, True, True),
        (replace(FULL, birth_date=None), False, True),
        (replace(FULL, birth_date=None), True, True),
        (replace(FULL, postcode=None), True, False),
        (replace(FULL, phone_end=None), True, False),
        (IdentityOnFile(None, None, None), True, False),
    ],
)
def test_postcode_and_telephone_are_asked_for_only_where_they_are_on_file(
    on_file: IdentityOnFile, asks: bool, more: bool
) -> None:
    assert asked_more(on_file, practice_asks=asks) is more


# Wrong answers


@given(st.integers(0, 9), st.integers(0, 30))
def test_three_wrong_answers_wait_five_kill_the_link_ten_close_the_door(
    before: int, today: int
) -> None:
    after = after_wrong_try(tries_before=before, failures_today_before=today, now=NOW)
    tries = before + 1
    assert after.tries == tries
    assert after.link_dies == (tries >= 5)
    assert after.door_closes == (today + 1 >= 10)
    waits = 3 <= tries < 5
    assert after.waits_until == (NOW + timedelta(minutes=15) if waits else None)


@given(st.integers(0, 9), st.integers(0, 30))
def test_the_tries_that_are_announced_are_the_tries_there_are(before: int, today: int) -> None:
    after = after_wrong_try(tries_before=before, failures_today_before=today, now=NOW)
    assert after.left >= 0
    if after.left == 0:
        assert after.waits_until is not None or after.link_dies
    more = before
    for _ in range(after.left):
        more += 1
        step = after_wrong_try(tries_before=more, failures_today_before=0, now=NOW)
    if after.left:
        assert step.waits_until is not None or step.link_dies


def test_a_link_is_told_what_is_left_at_each_try() -> None:
    left = [
        after_wrong_try(tries_before=tries, failures_today_before=0, now=NOW).left
        for tries in range(TRIES_BEFORE_DEATH)
    ]
    assert left == [2, 1, 2, 1, 0]


def test_the_limits_are_those_that_were_decided() -> None:
    limits = (TRIES_BEFORE_WAIT, TRIES_BEFORE_DEATH, FAILURES_A_DAY, WAIT)
    assert limits == (3, 5, 10, timedelta(minutes=15))


# What staff and patients see of a contact


@given(st.from_regex(r"\+33[67]\d{8}", fullmatch=True))
def test_of_a_number_only_the_end_shows(number: str) -> None:
    shown = masked_phone(number)
    assert shown.endswith(number[-2:])
    assert sum(c.isdigit() for c in shown) == 2


@given(
    st.from_regex(r"[a-z][a-z.]{0,20}", fullmatch=True),
    st.from_regex(r"[a-z]{2,12}\.(fr|example)", fullmatch=True),
)
def test_of_an_address_only_the_first_letter_and_the_last_label_show(
    local: str, domain: str
) -> None:
    name, _, last = domain.rpartition(".")
    assert masked_email(f"{local}@{domain}") == f"{local[0]}•••@•••.{last}"
    assert name not in masked_email(f"{local}@{domain}").replace(last, "").replace(local[0], "")


def test_a_person_without_a_given_name_is_written_without_a_space() -> None:
    assert PersonName("Nadia", "Ferhat").full == "Nadia Ferhat"
    assert PersonName("", "Ferhat").full == "Ferhat"


# Pauses and contacts


def test_a_pause_ends_once() -> None:
    assert HOLD.after("active", "release") == "released"
    with pytest.raises(NotAllowedError):
        HOLD.after("released", "release")


def test_a_contact_that_was_replaced_is_never_written_to_again() -> None:
    assert CONTACT.statuses == {
        *("usable", "bounced", "opted_out", "replaced"),
        *("unsafe", "proposed"),
    }
    # An import that is taken back gives back what it had replaced; nothing else does.
    assert {event for start, event in CONTACT.edges if start == "replaced"} == {"restore"}


def test_what_others_read_is_never_written_to_again_as_it_is() -> None:
    assert {end for (start, _), end in CONTACT.edges.items() if start == "unsafe"} == {"replaced"}


def test_who_said_stop_is_written_to_again_only_when_they_say_so() -> None:
    ways_back = {
        event
        for (start, event), end in CONTACT.edges.items()
        if (start, end) == ("opted_out", "usable")
    }
    assert ways_back == {"opt_in"}
