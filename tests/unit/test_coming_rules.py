"""What comes next for an account, and why not, as the board and its page both say it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from backoffice.said import night_words
from shared.ladder import DEFAULT_POLICY, MESSAGE, Hindrances, Place, steps_ahead, why_not

TODAY = date(2026, 11, 23)
LATE = Place(3, TODAY - timedelta(days=20), 0, None, date(2026, 9, 1), date(2026, 10, 1), 4250)
FREE = Hindrances(None, paused=False, door_closed=False, checkable=True, unreachable=None)


def states(place: Place) -> list[tuple[str, str]]:
    ahead = steps_ahead(DEFAULT_POLICY, place, earliest=TODAY)
    return [(one.step.name, one.state) for one in ahead]


def test_a_letter_under_its_minimum_does_not_come_though_its_day_would() -> None:
    assert states(LATE) == [("call", "next"), ("formal_notice", "next")]
    assert states(replace(LATE, askable_cents=1999)) == [
        ("call", "next"),
        ("formal_notice", "below"),
    ]
    assert {state for _, state in states(replace(LATE, askable_cents=0))} == {"below"}


def test_behind_a_step_that_a_human_has_nobody_knows_the_day() -> None:
    asked = replace(LATE, asked_position=4, asked_on=TODAY - timedelta(days=8))
    call, letter = steps_ahead(DEFAULT_POLICY, asked, earliest=TODAY)
    assert (call.state, call.day) == ("asked", TODAY - timedelta(days=8))
    assert (letter.state, letter.day) == ("next", None)


def test_no_day_is_in_the_past_and_steps_stand_a_week_apart() -> None:
    days = [one.day for one in steps_ahead(DEFAULT_POLICY, LATE, earliest=TODAY)]
    assert days[0] == TODAY
    assert days[1] is not None
    assert days[1] >= TODAY + timedelta(days=7)


@pytest.mark.parametrize(
    ("said", "still", "mended"),
    [
        ("no_contact", {"unreachable": "no_contact"}, {}),
        ("letter_only", {"unreachable": "letter_only"}, {}),
        ("door_closed", {"door_closed": True}, {}),
        ("no_identity", {"checkable": False}, {}),
        ("hold_dispute", {"paused": True}, {"paused": False}),
        ("stale", {}, None),
    ],
)
def test_what_the_last_night_said_is_told_until_it_is_mended(
    said: str, still: dict[str, object], mended: dict[str, object] | None
) -> None:
    last = replace(FREE, withheld=said)
    assert why_not("next", MESSAGE, replace(last, **still)) == said
    assert why_not(None, MESSAGE, replace(last, **still)) == ""
    if mended is not None:
        assert why_not("next", MESSAGE, replace(last, **mended)) == ""


def test_a_night_is_named_by_both_its_days() -> None:
    assert night_words(date(2026, 11, 24)) == "du 23 au 24 novembre 2026"
    assert night_words(date(2026, 12, 1)) == "du 30 novembre au 1er décembre 2026"
