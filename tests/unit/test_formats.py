"""Sums, days and hours read as the reader's language writes them."""

import re
from datetime import UTC, date, datetime
from timeit import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.formats import (
    MINUS,
    NARROW,
    NO_BREAK,
    Translator,
    clock_time,
    day,
    money,
    money_parts,
    near_day,
    plural,
    unbroken_hours,
)
from shared.base.money import parse_amount

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [
        (0, f"0,00{NO_BREAK}€", "€0.00"),
        (5, f"0,05{NO_BREAK}€", "€0.05"),
        (4250, f"42,50{NO_BREAK}€", "€42.50"),
        (123456, f"1{NARROW}234,56{NO_BREAK}€", "€1,234.56"),
        (-4250, f"{MINUS}42,50{NO_BREAK}€", f"{MINUS}€42.50"),
    ],
)
def test_a_sum_is_written_as_its_language_does(cents: int, french: str, english: str) -> None:
    assert money(cents, "fr") == french
    assert money(cents, "en") == english


@given(st.integers(min_value=0, max_value=99_999_999_999))
def test_a_french_sum_typed_back_is_the_same_sum(cents: int) -> None:
    assert parse_amount(money(cents, "fr")) == cents


@given(st.integers(min_value=-(10**11), max_value=10**11), st.sampled_from(["fr", "en"]))
def test_the_parts_of_a_sum_make_the_sum(cents: int, language: str) -> None:
    number, sign, sign_first = money_parts(cents, language)
    assert sign == "€"
    assert sign_first is (language == "en")
    assert re.sub(r"\D", "", number) == re.sub(r"\D", "", money(cents, language))
    assert "€" not in number


def test_sums_of_a_page_cost_next_to_nothing() -> None:
    money(4250, "fr")
    seconds = min(timeit(lambda: money(4250, "fr"), number=10_000) for _ in range(5))
    assert seconds / 10_000 < 3e-6


@pytest.mark.parametrize(
    ("value", "language", "today", "words"),
    [
        (date(2026, 3, 3), "fr", TODAY, "3 mars"),
        (date(2025, 3, 3), "fr", TODAY, "3 mars 2025"),
        (date(2026, 3, 3), "fr", None, "3 mars 2026"),
        (date(2026, 3, 1), "fr", TODAY, "1er mars"),
        (date(2027, 8, 1), "fr", TODAY, "1er août 2027"),
        (date(2026, 3, 11), "fr", TODAY, "11 mars"),
        (date(2026, 3, 1), "en", TODAY, "1 March"),
        (date(2025, 12, 31), "en", TODAY, "31 December 2025"),
    ],
)
def test_a_day_is_said_in_words(value: date, language: str, today: date | None, words: str) -> None:
    assert day(value, language, today) == words


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (date(2026, 11, 24), "aujourd’hui", "today"),
        (date(2026, 11, 23), "hier", "yesterday"),
        (date(2026, 11, 22), "avant-hier", f"2{NO_BREAK}days ago"),
        (date(2026, 11, 25), "demain", "tomorrow"),
        (date(2026, 11, 27), f"dans 3{NO_BREAK}jours", f"in 3{NO_BREAK}days"),
        (date(2026, 11, 17), f"il y a 7{NO_BREAK}jours", f"7{NO_BREAK}days ago"),
        (date(2026, 12, 2), "2 décembre", "2 December"),
        (date(2027, 1, 2), "2 janvier 2027", "2 January 2027"),
    ],
)
def test_staff_read_near_days_as_they_say_them(value: date, french: str, english: str) -> None:
    assert near_day(value, "fr", TODAY) == french
    assert near_day(value, "en", TODAY) == english


@pytest.mark.parametrize(
    ("instant", "french", "english"),
    [
        (datetime(2026, 11, 24, 13, 30, tzinfo=UTC), "14 h 30", "2:30 pm"),
        (datetime(2026, 7, 24, 13, 5, tzinfo=UTC), "15 h 05", "3:05 pm"),
        (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), "9 h", "9 am"),
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), "0 h", "12 am"),
    ],
)
def test_an_hour_is_the_practices_own(instant: datetime, french: str, english: str) -> None:
    assert clock_time(instant, "Europe/Paris", "fr") == french.replace(" ", NO_BREAK)
    assert clock_time(instant, "Europe/Paris", "en") == english.replace(" ", NO_BREAK)


@pytest.mark.parametrize(
    ("count", "french", "english"),
    [
        (0, "jour", "jours"),
        (1, "jour", "jour"),
        (2, "jours", "jours"),
        (1_000_000, "jours", "jours"),
    ],
)
def test_zero_is_singular_in_french_only(count: int, french: str, english: str) -> None:
    assert plural(count, "jour", "jours", "fr") == french
    assert plural(count, "jour", "jours", "en") == english


@pytest.mark.parametrize(
    ("hours", "whole"),
    [
        ("9 h – 12 h et 14 h – 17 h", "9~h~–~12~h et 14~h~–~17~h"),
        ("le lundi, 9 h 30 – 12 h", "le lundi, 9~h~30~–~12~h"),
        ("Monday, 9 am – 12 pm", "Monday, 9~am~–~12~pm"),
        ("du lundi au vendredi", "du lundi au vendredi"),
    ],
)
def test_no_line_ends_within_opening_hours(hours: str, whole: str) -> None:
    told = unbroken_hours(hours)
    assert told.replace("–\u2060", "–") == whole.replace("~", "\u00a0")
    assert "–\u00a0" not in told, "a line may end behind a dash"


def test_no_line_ends_within_email() -> None:
    assert "e\u2011mail" in Translator({}).gettext("fr", "Un e-mail.")
