"""Two at once in the inbox: one wins, the other reads who did what and when, and keeps what was typed."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shared.audit import PATIENT
from shared.inbox import CannedAnswer
from shared.messages import Thread
from shared.worklist import Task
from tests.backoffice_office import Samples, press, text_of, token_of
from tests.backoffice_people import OURS
from tests.integration.inbox_desk import Inbox, hidden, list_of, opened_inbox


@pytest.fixture
def inbox(database_url: str) -> Iterator[Inbox]:
    with opened_inbox(database_url) as made:
        yield made


@pytest.fixture
def office(inbox: Inbox) -> Samples:
    return inbox.office


@pytest.fixture
def claire(office: Samples) -> FlaskClient:
    return office.client("secretary")


@pytest.fixture
def camille(office: Samples) -> FlaskClient:
    return office.client("manager")


def test_of_two_answers_one_goes_out_and_the_other_is_kept(
    inbox: Inbox, office: Samples, claire: FlaskClient, camille: FlaskClient
):
    thread_id = inbox.write()
    hers, theirs = inbox.page(claire, thread_id), inbox.page(camille, thread_id)
    assert inbox.send(claire, thread_id, hers, "Voici.").status_code == 303
    office.later(minutes=3)
    told = inbox.send(camille, thread_id, theirs, "Ma longue réponse")
    assert told.status_code == 422
    assert "Claire Le Goff a répondu à 9 h 40" in text_of(told)
    assert "Ma longue réponse</textarea>" in told.text
    assert inbox.said(thread_id) == ["Ma question", "Voici."]
    again = inbox.send(camille, thread_id, told.text, "Ma longue réponse")
    assert again.status_code == 303, "having read it, one may still send"


def test_the_same_holds_on_the_accounts_page(
    inbox: Inbox, office: Samples, claire: FlaskClient, camille: FlaskClient
):
    thread_id = inbox.write()
    address = f"/accounts/{office.numbers['sister']}"
    shown = camille.get(address).text
    inbox.answer(claire, thread_id)
    fields = {name: hidden(shown, name) for name in ("once", "seen", "answered")}
    told = press(camille, f"{address}/threads/{thread_id}/answer", body="Ma réponse", **fields)
    assert told.status_code == 422
    assert "Claire Le Goff a répondu" in text_of(told)
    assert "Ma réponse</textarea>" in told.text


def test_who_wrote_again_meanwhile_is_read_first(
    inbox: Inbox, office: Samples, claire: FlaskClient
):
    thread_id = inbox.write()
    page = inbox.page(claire, thread_id)
    office.later(minutes=1)
    inbox.write_on(thread_id, "Attendez, j’ai trouvé")
    told = inbox.send(claire, thread_id, page, "Ma réponse")
    assert told.status_code == 422
    assert "La personne a écrit entre-temps" in text_of(told)
    assert "Attendez, j’ai trouvé" in told.text
    closing = inbox.press(claire, f"{thread_id}/close", mark=hidden(page, "mark"))
    assert "La personne a écrit à 9 h 41" in text_of(claire.get(closing.location))
    assert inbox.thread(thread_id).status == "waiting"


def test_the_same_answer_sent_twice_goes_out_once(inbox: Inbox, claire: FlaskClient):
    thread_id = inbox.write()
    page = inbox.page(claire, thread_id)
    for _ in range(2):
        assert inbox.send(claire, thread_id, page, "Voici.").status_code == 303
    assert inbox.said(thread_id) == ["Ma question", "Voici."]


def test_of_two_who_end_a_thread_the_second_reads_who_did(
    inbox: Inbox, office: Samples, claire: FlaskClient, camille: FlaskClient
):
    thread_id = inbox.write("payer")
    marks = [hidden(inbox.page(one, thread_id), "mark") for one in (claire, camille)]
    office.later(minutes=1)
    inbox.press(claire, f"{thread_id}/close", mark=marks[0], reason="spoken")
    told = inbox.press(camille, f"{thread_id}/close", mark=marks[1], reason="spoken")
    assert "Claire Le Goff a terminé cette conversation à 9 h 41" in text_of(
        camille.get(told.location)
    )
    assert len(inbox.told("thread.close")) == 1
    assert inbox.holds() == inbox.work() == []


def test_of_two_who_take_a_thread_the_second_reads_whose_it_is(
    inbox: Inbox, office: Samples, claire: FlaskClient, camille: FlaskClient
):
    thread_id = inbox.write()
    ids = {role: str(office.staff[role].user.id) for role in ("secretary", "manager")}
    inbox.press(claire, f"{thread_id}/assign", to=ids["secretary"], seen_assigned="")
    told = inbox.press(camille, f"{thread_id}/assign", to=ids["manager"], seen_assigned="")
    assert "Claire Le Goff l’a attribuée à 9 h 40" in text_of(camille.get(told.location))
    assert inbox.thread(thread_id).assigned_name == "Claire Le Goff"
    over = {"to": ids["manager"], "seen_assigned": ids["secretary"]}
    inbox.press(camille, f"{thread_id}/assign", **over)
    assert inbox.thread(thread_id).assigned_name == "Camille Manager"
    assert [one["to"] for one in inbox.told("thread.assigned")] == [
        "Claire Le Goff",
        "Camille Manager",
    ]


@pytest.mark.parametrize("role", ["accountant", "stranger"])
def test_a_thread_is_given_only_to_who_may_answer_here(
    inbox: Inbox, office: Samples, claire: FlaskClient, role: str
):
    thread_id = inbox.write()
    to = str(office.staff[role].user.id)
    told = inbox.press(claire, f"{thread_id}/assign", to=to, seen_assigned="")
    assert "ne répond pas aux messages" in text_of(claire.get(told.location))
    assert inbox.thread(thread_id).assigned_to is None


def merge(inbox: Inbox, client: FlaskClient, one: UUID, other: UUID, page: str = "") -> str:
    """Merge two threads as the page that asks says; what is told then."""
    shown = page or client.get(f"/inbox/{one}/merge/{other}").text
    fields = {name: hidden(shown, name) for name in ("mark", "other_mark")}
    told = inbox.press(client, f"{one}/merge/{other}", **fields)
    return text_of(client.get(told.location, follow_redirects=True))


def test_two_threads_become_one_with_all_that_was_said(
    inbox: Inbox, office: Samples, claire: FlaskClient
):
    first = inbox.write("payer", "Ma mutuelle paie")
    office.later(minutes=1)
    second = inbox.write("unclear", "Je ne comprends pas")
    page = inbox.page(claire, second)
    inbox.press(claire, f"{second}/note", once=hidden(page, "once"), body="À voir ensemble.")
    assert "n’en font plus qu’une" in merge(inbox, claire, second, first)
    assert inbox.said(first) == ["Ma mutuelle paie", "Je ne comprends pas"]
    gone = inbox.thread(second)
    assert (gone.status, gone.merged_into) == ("merged", first)
    shown = claire.get(f"/inbox/{second}", follow_redirects=True).text
    assert "Je ne comprends pas" in shown
    assert "À voir ensemble." in shown
    assert inbox.write_on(second, "Par l’ancienne page") == first, "no word of the patient is lost"


def test_pauses_and_work_of_both_last_until_neither_needs_them(
    inbox: Inbox, office: Samples, claire: FlaskClient
):
    asked = inbox.write("unclear", "Je ne comprends pas")
    office.later(minutes=1)
    paid_by = inbox.write("payer", "Ma mutuelle paie")
    assert inbox.holds() == ["claim", "message"]
    merge(inbox, claire, asked, paid_by)
    assert inbox.holds() == ["claim", "message"]
    assert inbox.work() == ["message_waiting", "payer_claim"]
    inbox.answer(claire, asked)
    assert inbox.holds() == ["claim"], "the insurer has not answered yet"
    assert inbox.work() == ["pause_to_end", "payer_claim"]
    mark = hidden(inbox.page(claire, asked), "mark")
    inbox.press(claire, f"{asked}/close", mark=mark)
    assert inbox.holds() == inbox.work() == []


def test_a_pause_that_somebody_looks_after_stays_theirs_once_when_two_become_one(
    inbox: Inbox, office: Samples, claire: FlaskClient
):
    wrong = inbox.write("wrong", "Ce n’est pas juste.")
    inbox.answer(claire, wrong)
    office.later(minutes=5)
    other = inbox.write("other", "Autre chose.")
    merge(inbox, claire, wrong, other)
    kept = inbox.thread(wrong).merged_into or wrong
    assert inbox.work() == ["message_waiting"], "who answers sees the pause again"
    inbox.answer(claire, kept, "Voici la suite.")
    assert inbox.work() == ["pause_to_end"]
    again = inbox.write("unclear", "Et ceci ?")
    inbox.answer(claire, again)
    merge(inbox, claire, kept, again)
    assert inbox.work() == ["pause_to_end"], "both are answered, and the pause still runs"
    with inbox.office.database.reading(OURS) as session:
        [work] = session.scalars(
            select(Task).where(Task.status == "open", Task.kind == "pause_to_end")
        )
    assert claire.get(f"/today/{work.id}").status_code == 200


def test_who_merges_second_reads_that_it_is_done(
    inbox: Inbox, office: Samples, claire: FlaskClient, camille: FlaskClient
):
    first = inbox.write("other", "Un")
    office.later(minutes=1)
    second = inbox.write("unclear", "Deux")
    page = camille.get(f"/inbox/{first}/merge/{second}").text
    office.later(minutes=1)
    merge(inbox, claire, first, second)
    assert "Claire Le Goff a rassemblé" in merge(inbox, camille, first, second, page)
    assert len(inbox.told("thread.merge")) == 1


def test_an_answer_to_a_thread_that_was_merged_meanwhile_is_kept(
    inbox: Inbox, office: Samples, claire: FlaskClient, camille: FlaskClient
):
    first = inbox.write("other", "Un")
    office.later(minutes=1)
    second = inbox.write("unclear", "Deux")
    page = inbox.page(camille, second)
    merge(inbox, claire, first, second)
    told = inbox.send(camille, second, page, "Ma réponse")
    assert told.status_code == 422
    assert "Claire Le Goff a rassemblé cette conversation avec une autre" in text_of(told)
    assert "Ma réponse</textarea>" in told.text
    assert f"/inbox/{first}/answer" in told.text


def test_a_request_for_help_stays_apart(inbox: Inbox, claire: FlaskClient):
    help_id, other = inbox.ask_help(), inbox.write()
    told = claire.get(f"/inbox/{other}/merge/{help_id}", follow_redirects=True)
    assert "demande d’aide garde sa propre conversation" in text_of(told)
    assert "Rassembler" not in inbox.page(claire, other)


def test_threads_of_two_people_are_never_merged(inbox: Inbox, claire: FlaskClient):
    one, other = inbox.write(), inbox.write(story="doubt")
    assert claire.get(f"/inbox/{one}/merge/{other}").status_code == 404
    given = {"mark": hidden(inbox.page(claire, one), "mark"), "other_mark": "x"}
    assert inbox.press(claire, f"{one}/merge/{other}", **given).status_code == 404
    assert inbox.thread(other).merged_into is None


def picked(client: FlaskClient) -> list[str]:
    html = list_of(client)
    return [part.split('"')[0] for part in html.split('name="pick" value="')[1:]]


def post_several(client: FlaskClient, step: str, picks: list[str], **more: str) -> str:
    data = {"csrf_token": token_of(client), "pick": picks} | more
    return text_of(client.post(f"/inbox/{step}", data=data, follow_redirects=True))


def test_several_are_ended_after_a_summary_and_only_as_they_were_seen(
    inbox: Inbox, office: Samples, claire: FlaskClient
):
    quiet, lively = inbox.write(story="doubt"), inbox.write()
    help_id = inbox.ask_help("door")
    picks = picked(claire)
    assert len(picks) == 4
    office.later(minutes=1)
    inbox.write_on(lively, "Encore")
    said = post_several(claire, "several", picks, do="close")
    assert "Finir : 2 conversations" in said
    assert "Elle a changé depuis que la liste a été ouverte" in said
    assert "Une demande d’aide attend une décision" in said
    assert inbox.thread(quiet).status == "waiting", "a summary does nothing"
    assert "Personne n’a répondu. La pause « " in said
    refused = post_several(claire, "several/do", picks, do="close")
    assert "choisissez pourquoi elle finit ainsi" in refused
    assert inbox.thread(quiet).status == "waiting", "not without a reason"
    told = post_several(claire, "several/do", picks, do="close", reason="spoken")
    assert "C’est noté : 2 conversations finies." in told
    assert "2 sont restées comme elles étaient" in told
    states = [inbox.thread(one).status for one in (quiet, lively, help_id)]
    assert states == ["closed", "waiting", "waiting"]
    again = post_several(claire, "several/do", picks, do="close")
    assert "finies" not in again


def test_several_are_given_to_a_colleague(inbox: Inbox, office: Samples, claire: FlaskClient):
    thread_id = inbox.write()
    to = str(office.staff["manager"].user.id)
    said = post_several(claire, "several/do", picked(claire), do="assign", to=to)
    assert "2 conversations attribuées" in said
    assert inbox.thread(thread_id).assigned_name == "Camille Manager"


@pytest.mark.parametrize(
    ("picks", "more", "why"),
    [
        ([], {"do": "close"}, "Cochez d’abord"),
        (["x"], {"do": "close"}, "Cochez des conversations de la liste"),
        ([f"{UUID(int=1)} x"], {}, "Choisissez ce que vous faites"),
        ([f"{UUID(int=1)} x"], {"do": "assign"}, "Choisissez à qui"),
        ([f"{UUID(int=1)} x"], {"do": "assign", "to": str(UUID(int=2))}, "ne répond pas"),
    ],
)
def test_what_can_not_be_done_with_several_is_told(
    claire: FlaskClient, picks: list[str], more: dict[str, str], why: str
):
    assert why in post_several(claire, "several/do", picks, **more)


def test_of_two_who_change_a_ready_made_answer_the_second_reads_who_did(
    inbox: Inbox, office: Samples, camille: FlaskClient
):
    owner, address = office.client("owner"), f"ready-made/{office.ids['canned']}"
    seen = hidden(owner.get(f"/inbox/{address}").text, "seen")
    office.later(minutes=1)
    given = {"title": "Virement", "body": "La référence est {référence}."}
    inbox.press(camille, address, **given, seen=seen)
    told = inbox.press(owner, address, **(given | {"body": "Autre texte"}), seen=seen)
    assert told.status_code == 422
    assert "Camille Manager l’a changée le 24 novembre 2026 à 9 h 41" in text_of(told)
    assert "Autre texte</textarea>" in told.text
    inbox.press(camille, f"{address}/remove")
    gone = inbox.press(owner, f"{address}/remove")
    assert "n’existe plus" in text_of(owner.get(gone.location))
    with office.database.reading(OURS) as reading:
        assert reading.scalars(select(CannedAnswer.body)).all() == ["La référence est {référence}."]
        placed = reading.scalars(select(Thread.assigned_by)).all()
    assert PATIENT.name not in placed
