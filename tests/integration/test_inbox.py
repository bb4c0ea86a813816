"""The inbox: what stands in which list and why, what a thread's page shows, and who has seen it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared.base.clock import local_date
from shared.inbox import PRESENT_FOR
from shared.messages import note_broken
from shared.totals import Moment, Totals, keep_totals, totals_of
from tests.backoffice_office import Samples, text_of
from tests.backoffice_people import OTHERS, OURS
from tests.integration.inbox_desk import Inbox, hidden, lines_of, list_of, opened_inbox
from tests.statements import counting

MOST_STATEMENTS = 12  # who is signed in and the rail included; that it was seen is one more, once


@pytest.fixture
def inbox(database_url: str) -> Iterator[Inbox]:
    with opened_inbox(database_url) as made:
        yield made


@pytest.fixture
def office(inbox: Inbox) -> Samples:
    return inbox.office


def test_the_oldest_promise_stands_first_and_what_is_late_says_so(inbox: Inbox, office: Samples):
    office.later(days=3)
    inbox.write("paid", "J’ai payé <b>hier</b>")
    client = office.client("secretary")
    html = list_of(client)
    first, second = lines_of(html)
    assert first.startswith("Bruno Lemoine non lu")
    assert "Une question en retard depuis le 24 novembre" in first
    assert second.startswith("Samira Ferhat non lu")
    assert "J’ai déjà payé J’ai payé <b>hier</b> répondre au plus tard" in second
    assert "J’ai payé &lt;b&gt;" in html


def test_each_sees_for_themselves_what_is_new(inbox: Inbox, office: Samples):
    thread_id = inbox.write()
    claire, camille = office.client("secretary"), office.client("manager")
    inbox.page(claire, thread_id)
    assert not any("Samira Ferhat non lu" in line for line in lines_of(list_of(claire)))
    assert any("Samira Ferhat non lu" in line for line in lines_of(list_of(camille)))
    office.later(minutes=1)
    inbox.write_on(thread_id, "Encore une chose")
    assert any("Samira Ferhat non lu" in line for line in lines_of(list_of(claire)))
    inbox.answer(camille, thread_id)
    assert not any("Samira Ferhat non lu" in line for line in lines_of(list_of(claire)))


def test_lists_are_what_they_are_called_with_their_counts(inbox: Inbox, office: Samples):
    mine, other = inbox.write(), inbox.write("wrong", story="doubt")
    client = office.client("secretary")
    me = str(office.staff["secretary"].user.id)
    inbox.press(client, f"{mine}/assign", to=me, seen_assigned="")
    page = list_of(client, "mine")
    assert [line.split(" non lu")[0] for line in lines_of(page)] == ["Samira Ferhat"]
    nobody = list_of(client, "nobody")
    assert any("Odile Kerbrat" in line for line in lines_of(nobody))
    assert not any("Samira" in line for line in lines_of(nobody))
    assert "Ouverts 3 À moi 1 Sans personne 2 En attente du patient 1 Finis 0" in text_of(
        client.get("/inbox")
    )
    inbox.press(
        client, f"{other}/close", mark=hidden(inbox.page(client, other), "mark"), reason="spoken"
    )
    assert ["Odile" in line for line in lines_of(list_of(client, "closed"))] == [True]
    assert client.get("/inbox?list=others").status_code == 404


def test_long_lists_are_turned_page_by_page_and_nothing_is_left_out(
    inbox: Inbox, office: Samples, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("backoffice.desks.inbox_list.PAGE", 2)
    ids = [inbox.write(subject) for subject in ("other", "paid", "unclear", "wrong")]
    client = office.client("secretary")
    # One comes back by itself: both kinds of what is open are in one order.
    inbox.answer(client, ids[1])
    until = (office.clock.now().date() + timedelta(days=1)).isoformat()
    inbox.press(
        client, f"{ids[1]}/await", until=until, mark=hidden(inbox.page(client, ids[1]), "mark")
    )
    office.later(days=2)
    client = office.client("secretary")
    for view, most in (("", 5), ("patient", 1)):
        seen, after = [], ""
        while True:
            html = list_of(client, view, **({"after": after} if after else {}))
            lines = lines_of(html)
            assert len(lines) <= 2
            seen += lines
            if "Messages suivants" not in html:
                break
            after = html.split("after=")[1].split('"')[0].split("&")[0].replace("%3D", "=")
        assert len(seen) == len(set(seen)) == most, view
    assert client.get("/inbox?after=nonsense").status_code == 404


def test_an_answered_thread_waits_for_the_patient_and_comes_back_by_itself(
    inbox: Inbox, office: Samples
):
    thread_id = inbox.write()
    client = office.client("secretary")
    until = (office.clock.now().date() + timedelta(days=2)).isoformat()
    page = inbox.page(client, thread_id)
    early = inbox.press(client, f"{thread_id}/await", until=until, mark=hidden(page, "mark"))
    assert "Répondez d’abord" in text_of(client.get(early.location))
    inbox.send(client, thread_id, page, "Pouvez-vous nous envoyer le reçu ?", await_until=until)
    assert not any("Samira" in line for line in lines_of(list_of(client)))
    assert any(
        "Attend le patient jusqu’au 26 novembre" in line
        for line in lines_of(list_of(client, "patient"))
    )
    office.later(days=2)
    client = office.client("secretary")
    back = [line for line in lines_of(list_of(client)) if "Samira" in line]
    assert len(back) == 1
    assert "pas de réponse : attente finie aujourd’hui" in back[0]
    assert "attente finie" in text_of(client.get(f"/inbox/{thread_id}"))
    inbox.write_on(thread_id, "Le voici")
    assert inbox.thread(thread_id).status == "waiting"
    assert any("répondre au plus tard" in line for line in lines_of(list_of(client)))


def test_a_day_that_can_not_be_waited_for_is_told_beside_its_field(inbox: Inbox, office: Samples):
    thread_id = inbox.write()
    client = office.client("secretary")
    inbox.answer(client, thread_id)
    mark = hidden(inbox.page(client, thread_id), "mark")
    wrong = inbox.press(client, f"{thread_id}/await", until="bientôt", mark=mark)
    assert wrong.status_code == 422
    assert "Donnez le jour jusqu’où attendre" in text_of(wrong)
    inbox.press(client, f"{thread_id}/await", until="2026-11-24", mark=mark)
    assert inbox.thread(thread_id).awaits_until is None


def counted_by_worker(office: Samples) -> Totals:
    """What pages read once the worker has counted."""
    moment = Moment(OURS, office.clock.now(), "Europe/Paris")
    with office.database.unit_of_work(OURS) as work:
        keep_totals(work.session, moment)
        work.commit()
    with office.database.reading(OURS) as reading:
        return totals_of(reading, moment, acted_at=None)


def test_a_broken_promise_is_told_once_and_counted(inbox: Inbox, office: Samples):
    thread_id = inbox.write()
    kept = inbox.write("paid", story="doubt")
    client = office.client("secretary")
    inbox.answer(client, kept)
    office.later(days=7)

    def look() -> int:
        now = office.clock.now()
        with office.database.unit_of_work(OURS) as work:
            noted = note_broken(
                work.session, practice_id=OURS, today=local_date(now, "Europe/Paris"), at=now
            )
            work.commit()
        return noted

    assert [look(), look()] == [2, 0]  # the samples hold one more that nobody answered
    [told] = inbox.told("thread.promise_broken")
    assert told["id"] == str(thread_id)
    found = counted_by_worker(office)
    assert [found[f"promises.{name}"].count for name in ("kept", "all", "overdue")] == [1, 3, 2]
    client = office.client("secretary")
    assert "Promesses tenues ces 30 jours : 33 %" in text_of(client.get("/inbox"))
    assert "33 % à la date promise" in text_of(client.get("/today")), "one figure, wherever it is"
    inbox.answer(client, thread_id)
    found = counted_by_worker(office)
    assert [found[f"promises.{name}"].count for name in ("kept", "all", "overdue")] == [1, 3, 1]
    inbox.write_on(thread_id, "Et encore")
    office.later(days=9)
    assert look() == 1, "a new promise that is broken is told anew"


def test_who_writes_an_answer_is_seen_by_others_for_a_minute(inbox: Inbox, office: Samples):
    thread_id = inbox.write()
    claire, camille = office.client("secretary"), office.client("manager")
    assert inbox.press(claire, f"{thread_id}/writing").status_code == 200
    assert "Claire Le Goff répond" in text_of(camille.get(f"/inbox/{thread_id}"))
    assert "Claire Le Goff répond" in camille.get(f"/inbox/{thread_id}/writing").text
    assert any("Claire Le Goff répond" in line for line in lines_of(list_of(camille)))
    assert "répond" not in claire.get(f"/inbox/{thread_id}/writing").text
    office.later(seconds=PRESENT_FOR.total_seconds())
    assert "répond" not in camille.get(f"/inbox/{thread_id}/writing").text
    inbox.press(claire, f"{thread_id}/writing")
    inbox.answer(claire, thread_id)
    assert "répond" not in camille.get(f"/inbox/{thread_id}/writing").text


def test_a_note_is_for_the_team_and_moves_nothing(inbox: Inbox, office: Samples):
    thread_id = inbox.write()
    client = office.client("secretary")
    page = inbox.page(client, thread_id)
    for _ in range(2):  # the same form twice
        inbox.press(
            client, f"{thread_id}/note", once=hidden(page, "once"), body="Son fils appelle."
        )
    shown = inbox.page(office.client("manager"), thread_id)
    assert shown.count("Son fils appelle.") == 1
    assert "Note interne, Claire Le Goff" in shown
    assert inbox.thread(thread_id).status == "waiting"
    assert inbox.said(thread_id) == ["Ma question"]
    empty = inbox.press(client, f"{thread_id}/note", once="a" * 32, body=" ")
    assert "Écrivez votre note." in text_of(empty)


def test_beside_a_thread_stand_the_money_and_why_nothing_goes_out(inbox: Inbox, office: Samples):
    thread_id = inbox.write("payer", story="held")
    shown = text_of(office.client("secretary").get(f"/inbox/{thread_id}"))
    assert "Nadia Ferhat" in shown
    assert "Reste dû 42,50 €" in shown
    assert "n° 2026-0412, 2 octobre 27,50 €" in shown
    assert "Rien ne part maintenant" in shown
    assert f"/accounts/{office.numbers['held']}" in inbox.page(
        office.client("secretary"), thread_id
    )


def test_threads_are_found_by_name_number_and_subject_but_not_by_what_was_written(
    inbox: Inbox, office: Samples
):
    inbox.write("wrong", "Une orchidée")
    client = office.client("secretary")
    for term in ("Samira", office.numbers["sister"], "pas juste"):
        found = inbox.press(client, "search", q=term)
        assert [line.split(" non lu")[0] for line in lines_of(found.text)] == ["Samira Ferhat"], (
            term
        )
    nothing = inbox.press(client, "search", q="orchidée")
    assert lines_of(nothing.text) == []
    assert "chiffré et ne se cherche pas" in text_of(nothing)
    assert client.get("/inbox/search").location == "/inbox"
    stranger = office.client("stranger", practice_id=OTHERS)
    assert lines_of(inbox.press(stranger, "search", q="Samira").text) == []


def test_another_practice_has_nothing_here(inbox: Inbox, office: Samples):
    thread_id = inbox.write()
    stranger = office.client("stranger", practice_id=OTHERS)
    assert lines_of(list_of(stranger)) == []
    assert stranger.get(f"/inbox/{thread_id}").status_code == 404
    for act in ("answer", "note", "assign", "await", "close", "writing", "draft"):
        given = {"body": "x", "once": "a" * 32, "to": "", "until": "2026-12-01"}
        assert inbox.press(stranger, f"{thread_id}/{act}", **given).status_code == 404, act


def test_pages_take_few_statements_however_many_threads_there_are(inbox: Inbox, office: Samples):
    thread_id = inbox.write()
    client = office.client("secretary")
    addresses = ("/inbox", f"/inbox/{thread_id}", "/inbox?list=patient")
    client.get(addresses[1])

    def cost(address: str) -> int:
        with counting(office.database.engine) as statements:
            assert client.get(address).status_code == 200
        asked = [one for one in statements if "set_config" not in one]
        assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)
        return len(asked)

    few = [cost(address) for address in addresses]
    for story in ("held", "door", "doubt", "settled"):
        for subject in ("other", "paid"):
            inbox.write(subject, story=story)
    assert [cost(address) for address in addresses] == few


def test_the_rail_counts_what_is_open(inbox: Inbox, office: Samples):
    inbox.write()
    shown = text_of(office.client("secretary").get("/accounts"))
    assert "Messages 2 à traiter" in shown
    assert (
        "Messages" not in text_of(office.client("accountant").get("/accounts")).split("Comptes")[0]
    )
