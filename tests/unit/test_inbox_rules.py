"""What the inbox decides: which thread stays, what is filled in, what is said of a promise."""

from datetime import UTC, date, datetime, timedelta

import pytest

from backoffice.desks.drafts import Draft, is_confirmed, replaced, warnings_about
from backoffice.desks.inbox_search import subjects_like
from backoffice.desks.inbox_words import promise, state_of
from shared.base.errors import NotAllowedError
from shared.delivery import Profile, lint_text
from shared.inbox import (
    PLACEHOLDERS,
    filled_in,
    placeholders_left,
    put_behind,
    unknown_placeholders,
    without_placeholders,
)
from shared.inbox.starting import STARTING
from shared.messages import Thread
from shared.messages.rules import Mergeable, Standing, check_merge, check_wait, needs_hold, stays

TODAY = date(2026, 11, 24)
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def thread(
    status: str, answer_by: date = TODAY, subject: str = "other", days: int = 0
) -> Mergeable:
    return Mergeable(subject, status, answer_by, AT + timedelta(days=days))


def test_the_livelier_of_two_threads_stays_so_that_no_state_changes():
    order = ("waiting", "answered", "closed")
    for place, status in enumerate(order):
        for other in order[place + 1 :]:
            assert stays(thread(status), thread(other))
            assert not stays(thread(other), thread(status))


def test_no_promise_is_put_off_by_merging():
    early, late = thread("waiting", TODAY), thread("waiting", TODAY + timedelta(days=3), days=-5)
    assert stays(early, late)
    assert not stays(late, early)


def test_of_two_alike_the_older_stays():
    assert stays(thread("answered"), thread("answered", days=1))
    assert not stays(thread("answered", days=1), thread("answered"))


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (thread("waiting"), thread("answered", subject="aid"), "demande d’aide"),
        (thread("merged"), thread("answered"), "déjà rassemblée"),
    ],
)
def test_some_threads_stay_apart(one: Mergeable, other: Mergeable, why: str):
    with pytest.raises(NotAllowedError, match=why):
        check_merge(one, other)


def test_what_was_merged_needs_its_hold_as_long_as_the_thread_that_it_lives_in():
    assert needs_hold(Standing("payer", "answered", keeps_hold=False), "claim")
    assert not needs_hold(Standing("payer", "closed", keeps_hold=False), "claim")


@pytest.mark.parametrize("days", [0, 367])
def test_a_patient_is_not_waited_for_until_today_nor_beyond_a_year(days: int):
    with pytest.raises(NotAllowedError, match="entre demain et dans un an"):
        check_wait(TODAY + timedelta(days=days), status="answered", today=TODAY)


def test_a_patient_whom_nobody_answered_is_not_waited_for():
    with pytest.raises(NotAllowedError, match="Répondez d’abord"):
        check_wait(TODAY + timedelta(days=5), status="waiting", today=TODAY)


@pytest.mark.parametrize(
    ("days", "said", "tone"),
    [
        (-1, "en retard depuis hier", "late"),
        (-5, "en retard depuis le 19 novembre", "late"),
        (0, "répondre aujourd’hui", "soon"),
        (1, "répondre au plus tard demain", "soon"),
    ],
)
def test_a_promise_is_said_as_one_speaks(days: int, said: str, tone: str):
    state = promise(TODAY + timedelta(days=days), TODAY)
    assert (state.text, state.tone) == (said, tone)


def test_an_answer_that_waited_in_vain_says_why_it_is_back():
    row = Thread(status="answered", awaits_until=TODAY - timedelta(days=1))
    assert state_of(row, TODAY).text == "pas de réponse : attente finie hier"


def test_placeholders_are_filled_in_and_what_is_not_known_stays_to_be_seen():
    text = filled_in(
        "{Référence} et { reste  dû } et {prénom}", {"référence": "RF1", "reste dû": ""}
    )
    assert text == "RF1 et { reste  dû } et {prénom}"
    assert placeholders_left(text) == ("{ reste  dû }", "{prénom}")


def test_no_placeholder_names_a_person():
    assert unknown_placeholders("Bonjour {prénom} {nom}, {date}") == ("{prénom}", "{nom}")
    assert not any("nom" in name.split() for name in PLACEHOLDERS)


@pytest.mark.parametrize(("title", "body"), STARTING, ids=[title for title, _ in STARTING])
def test_the_answers_to_start_with_are_sound(title: str, body: str):
    assert len(title) <= 60
    assert unknown_placeholders(body) == ()
    assert lint_text(without_placeholders(f"{title}. {body}"), profile=Profile.PORTAL) == []


def test_a_warning_shows_the_word_as_typed_and_a_better_one_that_fits():
    text = "Bonjour, la Séance du 8 est impayée."
    found = {one.excerpt: one.instead for one in warnings_about(text)}
    assert found == {"Séance": "facture", "impayée": "encore à payer"}
    place = next(str(one.start) for one in warnings_about(text) if one.excerpt == "Séance")
    assert replaced(text, place) == "Bonjour, la Facture du 8 est impayée."


def test_no_better_word_is_offered_where_it_would_be_no_french():
    assert [one.instead for one in warnings_about("Il y a l’impayé.")] == [""]


def test_a_place_where_nothing_was_found_changes_nothing():
    for place in ("0", "x", "", "-1"):
        assert replaced("votre dette", place) == "votre dette"


def test_the_second_press_is_for_the_very_text_that_was_warned_of():
    mark = Draft(body="Votre dette\r\n").mark
    assert is_confirmed(mark, "Votre dette")
    assert not is_confirmed(mark, "Votre dette, immédiatement")
    assert not is_confirmed("1", "Votre dette")


def test_subjects_are_found_however_they_are_typed():
    assert subjects_like("COMPLEMENTAIRE") == ["payer"]
    assert subjects_like("déja paye") == ["paid"]
    assert subjects_like("je") == []


READY = "Bonjour,\n\nVotre paiement est bien arrivé.\n\nBonne journée"


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("", READY),
        ("Bonjour Pierre,", "Bonjour Pierre,\n\nVotre paiement est bien arrivé.\n\nBonne journée"),
        (
            "Madame,\n\nMerci.",
            "Madame,\n\nMerci.\n\nVotre paiement est bien arrivé.\n\nBonne journée",
        ),
        ("Merci de votre patience.", f"Merci de votre patience.\n\n{READY}"),
    ],
)
def test_a_ready_made_answer_greets_nobody_twice(typed: str, whole: str):
    assert put_behind(typed, READY) == whole


def test_an_answer_that_begins_otherwise_is_put_in_whole():
    assert put_behind("Bonjour,", "Merci.\n\nÀ bientôt") == "Bonjour,\n\nMerci.\n\nÀ bientôt"
