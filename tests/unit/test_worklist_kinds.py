"""Every kind of work says where it stands on « Aujourd’hui » and how it is done; when it may wait longer."""

from datetime import date, timedelta
from pathlib import Path

import pytest

import backoffice.app  # noqa: F401 - every concept has offered its kinds
from backoffice.desks.today_briefs import BRIEFS, PLAIN
from backoffice.desks.today_facts import SOURCES
from backoffice.desks.today_panels import PANELS
from backoffice.desks.today_words import DESKS, PAGES, PARTS, WHAT, WHAT_OF_KIND, band_of
from shared.base.errors import NotAllowedError
from shared.staff import PERMISSIONS
from shared.worklist import (
    GROUPS,
    KINDS,
    LONGEST_PUT_OFF,
    PUT_OFF_REASONS,
    REASONS,
    TO_BANK,
    TO_PATIENT,
    TaskKind,
)
from shared.worklist.rules import check_put_off

TODAY = date(2026, 11, 24)  # a Tuesday
TEMPLATES = Path(__file__).parents[2] / "templates" / "backoffice"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_says_its_group_title_act_place_and_permission(kind: TaskKind) -> None:
    assert kind.title
    assert kind.way.act
    assert kind.way.group in GROUPS
    assert kind.way.permission in PERMISSIONS
    assert kind.way.place in PARTS | PAGES | DESKS
    assert kind.way.promised in {"", TO_PATIENT, TO_BANK}
    assert set(kind.way.by_hand) <= set(REASONS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_no_kind_waits_for_ever_there_is_a_reason_to_end_it_a_panel_or_a_place(
    kind: TaskKind,
) -> None:
    elsewhere = kind.way.place != "account"
    assert kind.way.by_hand or kind.name in PANELS or elsewhere


def test_what_is_said_and_opened_is_of_kinds_that_there_are() -> None:
    assert set(BRIEFS) | set(PLAIN) | set(PANELS) | set(WHAT_OF_KIND) <= set(KINDS)
    assert set(WHAT) == set(GROUPS)
    assert {source for source, _ in BRIEFS.values()} <= set(SOURCES)
    for panel in PANELS.values():
        assert (TEMPLATES / "today" / panel.template).is_file()


def put_off(days: int, *, promise: str = "", told: bool = False, reason: str = "person") -> None:
    promised = TODAY + timedelta(days=2)
    check_put_off(
        TODAY + timedelta(days=days),
        today=TODAY,
        promised=promised,
        promise=promise,
        told=told,
        reason=reason,
    )


@pytest.mark.parametrize("days", [1, 2, 3, LONGEST_PUT_OFF.days])
@pytest.mark.parametrize("reason", PUT_OFF_REASONS)
def test_work_may_wait_up_to_sixty_days_with_a_reason(days: int, reason: str) -> None:
    put_off(days, reason=reason)


@pytest.mark.parametrize("days", [-1, 0, LONGEST_PUT_OFF.days + 1, 400])
def test_it_waits_neither_for_a_day_that_is_there_nor_for_ever(days: int) -> None:
    with pytest.raises(NotAllowedError, match="entre demain et le 23 janvier 2027"):
        put_off(days)


def test_without_a_reason_it_does_not_wait() -> None:
    for reason in ("", "later", "reached"):
        with pytest.raises(NotAllowedError, match="Choisissez pourquoi"):
            put_off(3, reason=reason)


def test_a_patient_who_was_promised_an_answer_waits_longer_only_when_told() -> None:
    put_off(2, promise=TO_PATIENT)
    put_off(3, promise=TO_PATIENT, told=True)
    with pytest.raises(NotAllowedError, match="prévenez-la"):
        put_off(3, promise=TO_PATIENT)


def test_a_bank_does_not_wait_whoever_was_told() -> None:
    put_off(2, promise=TO_BANK)
    for told in (False, True):
        with pytest.raises(NotAllowedError, match="La banque n’attend que jusqu’au 26 novembre"):
            put_off(3, promise=TO_BANK, told=told)


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (-30, "En retard"),
        (-1, "En retard"),
        (0, "Aujourd’hui"),
        (1, "Demain"),
        (2, "Cette semaine"),
        (5, "Cette semaine"),
        (6, "Plus tard"),
        (90, "Plus tard"),
    ],
)
def test_days_stand_in_bands_as_a_team_speaks_of_them(days: int, band: str) -> None:
    assert band_of(TODAY + timedelta(days=days), today=TODAY) == band


def test_on_a_sunday_tomorrow_comes_before_next_week() -> None:
    sunday = date(2026, 11, 29)
    assert band_of(date(2026, 11, 30), today=sunday) == "Demain"
    assert band_of(date(2026, 12, 1), today=sunday) == "Plus tard"
