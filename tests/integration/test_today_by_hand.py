"""Nothing disappears without an actor and a reason; what is put off comes back by itself."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from shared.audit import TimelineEvent
from tests.backoffice_office import Samples, opened
from tests.backoffice_people import TODAY
from tests.integration.today_desk import act, kept, listed, plain, said, task_of, work_for

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def events(office: Samples, kind: str) -> list[TimelineEvent]:
    with office.database.reading() as reading:
        return reading.query(TimelineEvent).filter_by(kind=kind).all()


def story_of(office: Samples, story: str = "held") -> str:
    return plain(office.client("secretary").get(f"/accounts/{office.numbers[story]}").text)


def test_it_ends_by_hand_with_a_reason_of_its_kind_which_the_timeline_keeps(
    office: Samples,
) -> None:
    client, task = office.client("secretary"), task_of(office, "ladder_call")
    for reason in ("", "posted", "nonsense"):
        refused = act(client, task, "done", reason=reason)
        assert refused.status_code == 422
        assert "Choisissez pourquoi c’est fait." in said(refused)
        assert kept(office, task).status == "open"
    act(client, task, "done", reason="no_answer")
    [event] = events(office, "task.done")
    assert (event.actor, event.facts["reason"]) == ("Claire Le Goff", "no_answer")
    assert "Fait : Appeler ; raison : appelée, sans réponse" in story_of(office)


def test_what_only_its_own_act_ends_cannot_be_ticked_off(office: Samples) -> None:
    client, task = office.client("secretary"), task_of(office, "door_closed")
    assert "son propre bouton" in said(act(client, task, "done", reason="otherwise"))
    assert kept(office, task).status == "open"


def put_off(office: Samples, task: UUID, days: int, **fields: str) -> str:
    until = (TODAY + timedelta(days=days)).isoformat()
    filled = {"until": until, "why": "person"} | fields
    return said(act(office.client("secretary"), task, "later", **filled))


def test_what_is_put_off_leaves_the_list_is_found_by_its_filter_and_comes_back_by_itself(
    office: Samples,
) -> None:
    task = task_of(office, "ladder_call")
    assert "Reporté : revient le 27 novembre." in put_off(office, task, 3)
    client = office.client("manager")
    assert "Nadia Ferhat" not in listed(client)
    later = listed(client, "/today?show=later")
    assert "Reporté par Claire Le Goff : la personne rappelle ou répond ce jour-là" in later
    assert "Reporté au 27 novembre" in story_of(office)
    office.later(days=3)
    back = listed(office.client("manager"))
    assert "Revenu, reporté par Claire Le Goff" in back
    assert "Nadia Ferhat" in back


def test_it_is_put_off_neither_for_ever_nor_without_a_reason(office: Samples) -> None:
    task = task_of(office, "ladder_call")
    assert "soixante jours au plus" in put_off(office, task, 61)
    assert "soixante jours au plus" in put_off(office, task, 0)
    assert "Choisissez pourquoi c’est reporté." in put_off(office, task, 3, why="")
    assert "Donnez le jour" in put_off(office, task, 3, until="bientôt")
    assert kept(office, task).later_by is None


def test_a_promise_to_a_patient_is_not_put_off_in_silence(office: Samples) -> None:
    task = work_for(
        office, "message_waiting", story="settled", key=str(office.ids["settled_thread"])
    )
    refused = put_off(office, task, 3)
    assert "La personne attend une réponse pour le 24 novembre" in refused
    assert kept(office, task).later_by is None
    assert "Reporté" in put_off(office, task, 3, told="1")
    assert "la personne est prévenue" in story_of(office, "settled")


def test_what_is_put_off_can_be_taken_up_again_at_its_promised_day(office: Samples) -> None:
    task = task_of(office, "ladder_call")
    put_off(office, task, 10)
    act(office.client("manager"), task, "now")
    now = kept(office, task)
    assert (now.comes_on, now.later_by, now.due_on) == (TODAY, None, TODAY)
    assert [event.actor for event in events(office, "task.taken_up")] == ["Camille Manager"]


def test_whoever_puts_off_what_a_colleague_put_off_learns_who_did(office: Samples) -> None:
    task = task_of(office, "ladder_call")
    put_off(office, task, 3)
    until = (TODAY + timedelta(days=9)).isoformat()
    told = said(act(office.client("manager"), task, "later", until=until, why="payer"))
    assert "Claire Le Goff l’a déjà reportée au 27/11/2026" in told
    assert kept(office, task).comes_on == TODAY + timedelta(days=3)


def test_whoever_comes_second_is_told_who_did_it_and_when(office: Samples) -> None:
    task = task_of(office, "ladder_call")
    act(office.client("secretary"), task, "done", reason="reached")
    office.later(minutes=12)
    late = act(office.client("manager"), task, "done", reason="no_answer")
    assert late.status_code == 409
    assert "déjà finie, par Claire Le Goff, le 24 novembre 2026 à 9 h 40" in said(late)
    page = act(office.client("manager"), task, "later", in_place=False, until="x", why="person")
    assert "déjà finie, par Claire Le Goff" in said(page)
    assert [event.actor for event in events(office, "task.done")] == ["Claire Le Goff"]


def test_of_two_at_the_very_same_time_one_wins_and_the_other_reads_who(office: Samples) -> None:
    task, answers = task_of(office, "ladder_call"), {}
    together = threading.Barrier(2)

    def press(role: str) -> None:
        client = office.client(role)
        together.wait(timeout=20)
        answers[role] = act(client, task, "done", reason="reached")

    both = [threading.Thread(target=press, args=(role,)) for role in ("secretary", "manager")]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=60)
    assert sorted(answer.status_code for answer in answers.values()) == [200, 409]
    [event] = events(office, "task.done")
    [late] = [said(answer) for answer in answers.values() if answer.status_code == 409]
    assert f"déjà finie, par {event.actor}" in late


def test_pressing_twice_ends_it_once(office: Samples) -> None:
    client, task = office.client("secretary"), task_of(office, "ladder_call")
    for _ in range(2):
        act(client, task, "done", reason="reached")
    assert len(events(office, "task.done")) == 1
