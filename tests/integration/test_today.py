"""« Aujourd’hui »: everything that waits for a person, in one list, and done in its place."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared.base.ids import new_id
from shared.messages import Thread
from shared.worklist import KINDS
from tests.backoffice_office import Samples, counted, opened, text_of
from tests.backoffice_orders import add_orders
from tests.backoffice_people import OTHERS, OURS, TODAY
from tests.integration.today_desk import (
    IN_PLACE,
    act,
    kept,
    listed,
    plain,
    said,
    task_of,
    work_for,
)

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")

ACTS = ("answer", "plan", "doubt", "change", "contact", "door")


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def test_staff_arrive_at_what_waits_for_them(office: Samples) -> None:
    assert office.client("secretary").get("/").location == "/today"
    assert office.client("auditor").get("/").location == "/today"


def test_the_oldest_promise_comes_first_in_bands_of_days(office: Samples) -> None:
    for days, kind in ((40, "overpaid"), (-3, "payer_claim"), (1, "invoice_absent")):
        work_for(office, kind, story="held", due_on=TODAY + timedelta(days=days))
    found = listed(office.client("secretary"))
    order = ["En retard · 1", "Payeur", "Aujourd’hui · 4", "Demain · 1", "Dossier", "Plus tard · 1"]
    places = [found.index(word) for word in order]
    assert places == sorted(places)


def test_work_of_no_account_stands_on_the_same_list(office: Samples) -> None:
    work_for(office, "processor_refused")
    found = listed(office.client("secretary"))
    assert "aucun compte" in found
    assert "Le prestataire de carte refuse nos demandes" in found


def test_a_row_says_in_brief_what_it_is_about(office: Samples) -> None:
    work_for(office, "message_waiting", story="settled", key=str(office.ids["settled_thread"]))
    work_for(office, "plan_to_decide", story="settled", key=str(office.ids["settled_plan"]))
    work_for(office, "payment_mismatch", story="settled", key="no row of ours")
    found = listed(office.client("secretary"))
    assert "10,00 € en 1 fois" in found
    assert "« Premier message » par SMS : parti ou non ?" in found
    assert "Bruno Lemoine « " in found
    assert "Paiement qui ne correspond pas" in found


def test_filters_are_links_with_what_they_show(office: Samples) -> None:
    client = office.client("secretary")
    page = plain(client.get("/today").text)
    for key, count in (("all", 4), ("calls", 1), ("contacts", 3), ("later", 0)):
        assert re.search(rf'class="n n-{key}">{count}<', page), key
    calls = listed(client, "/today?show=calls")
    assert "Nadia Ferhat" in calls
    assert "Étienne Vasseur" not in calls
    assert "Rien n’attend une personne dans cette partie" in listed(client, "/today?show=payers")


def test_what_is_assigned_to_me_has_a_filter_of_its_own(office: Samples) -> None:
    thread = office.ids["settled_thread"]
    task = work_for(office, "message_waiting", story="settled", key=str(thread))
    claire, marc = office.client("secretary"), office.client("manager")
    assert "Rien ne vous est attribué" in listed(claire, "/today?show=mine")
    with office.database.unit_of_work(OURS) as work:
        found = work.session.get_one(Thread, (OURS, thread))
        found.assigned_to = office.staff["secretary"].user.id
        work.commit()
    page = claire.get("/today?show=mine").text
    assert re.findall(r'id="t-([^"]+)"', page) == [str(task)]
    assert 'class="n n-mine">1<' in page
    assert "Rien ne vous est attribué" in listed(marc, "/today?show=mine")
    act(claire, task, "later", until="2026-11-27", why="person", told="1")
    assert "Rien ne vous est attribué" in listed(claire, "/today?show=mine")


def test_what_ends_is_counted_at_once_for_whoever_ended_it(office: Samples) -> None:
    client = office.client("secretary")
    answer = act(client, task_of(office, "ladder_call"), "done", reason="reached")
    assert answer.status_code == 200
    assert "fait, 9 h 40" in said(answer)
    assert '<hx-partial hx-target="#n-rail-today" hx-swap="innerHTML">3<' in answer.text
    assert '<hx-partial hx-target="#told"' in answer.text
    assert "Appel" not in listed(client).partition("Quoi")[2]


def test_a_page_holds_fifty_and_leads_to_the_next(office: Samples) -> None:
    for place in range(57):
        work_for(office, "invoice_absent", story="held", due_on=TODAY + timedelta(days=place % 3))
    client = office.client("secretary")
    first = client.get("/today").text
    following = re.search(r'href="(/today\?after=[^"]+)"', first)
    assert following is not None
    second = client.get(following[1].replace("&amp;", "&")).text
    rows = re.findall(r'id="(t-[^"]+)"', first) + re.findall(r'id="(t-[^"]+)"', second)
    assert len(rows) == len(set(rows)) == 61
    assert "Page suivante" not in second
    assert client.get("/today?after=nonsense").status_code == 404


def test_a_page_costs_twelve_statements_whatever_stands_on_it(office: Samples) -> None:
    add_orders(office)
    for kind in KINDS:
        key = str(office.ids["settled_thread"]) if kind == "message_waiting" else str(new_id())
        work_for(office, kind, story="settled" if place_of(kind) else "", key=key)
        work_for(office, kind, story="held" if place_of(kind) else "")
    client = office.client("secretary")
    with counted(office.database) as statements:
        assert client.get("/today").status_code == 200
    asked = [one for one in statements if not one.startswith("BEGIN")]
    assert len(asked) <= 12, "\n".join(asked)


def place_of(kind: str) -> bool:
    return KINDS[kind].way.place not in {"checks", "strays"}


def test_names_are_for_roles_that_see_them(office: Samples) -> None:
    work_for(office, "message_waiting", story="settled", key=str(office.ids["settled_thread"]))
    for role in ("accountant", "auditor"):
        client = office.client(role)
        page = client.get("/today").text
        assert office.numbers["held"] in page
        for row in re.findall(r"/today/([0-9a-f-]{36})", page):
            page += client.get(f"/today/{row}").text
        assert not re.search("Nadia|Ferhat|Vasseur|Kerbrat|Lemoine", page)
        assert 'action="/today/' not in page
        assert "Envoyer la réponse" not in page


def test_another_practices_work_is_not_there(office: Samples) -> None:
    task = task_of(office, "ladder_call")
    stranger = office.client("stranger", practice_id=OTHERS)
    assert stranger.get(f"/today/{task}").status_code == 404
    for deed in (*ACTS, "done", "later", "now", "phone"):
        assert act(stranger, task, deed, reason="reached").status_code == 404, deed
    assert kept(office, task).status == "open"
    assert "Rien n’attend une personne" in listed(stranger)


def test_a_row_opens_in_place_and_closes_again(office: Samples) -> None:
    client, task = office.client("secretary"), task_of(office, "ladder_call")
    opened_row = client.get(f"/today/{task}", headers=IN_PLACE)
    assert opened_row.text.lstrip().startswith("<tbody")
    assert "Montrer le numéro" in opened_row.text
    closed = client.get(f"/today/{task}?closed=1", headers=IN_PLACE)
    assert "Montrer le numéro" not in closed.text
    assert "Montrer le numéro" in client.get(f"/today/{task}").text  # without JavaScript: a page
    assert "<html" in client.get(f"/today/{task}").text


def test_whoever_has_signed_out_is_told_so_and_the_page_with_what_is_written_in_it_stays(
    office: Samples,
) -> None:
    answer = office.client().get(f"/today/{task_of(office, 'ladder_call')}", headers=IN_PLACE)
    assert (answer.status_code, "HX-Redirect" in answer.headers) == (401, False)
    assert answer.text.startswith("<!doctype html>"), "a whole page, which no row takes in"
    assert "Votre session est finie" in text_of(answer)


def test_the_number_to_call_is_shown_in_its_row_and_the_look_is_noted(office: Samples) -> None:
    client, task = office.client("secretary"), task_of(office, "ladder_call")
    assert "tel:+33" in act(client, task, "phone").text
    page = plain(client.get(f"/accounts/{office.numbers['held']}").text)
    assert "Numéro de téléphone montré pour un appel" in page


def test_a_message_is_answered_in_its_row_and_the_lint_is_asked_first(office: Samples) -> None:
    thread = office.ids["settled_thread"]
    task = work_for(office, "message_waiting", story="settled", key=str(thread))
    client = office.client("secretary")
    row = client.get(f"/today/{task}", headers=IN_PLACE).text
    fields = dict(re.findall(r'name="(thread|once|seen)" value="([^"]*)"', row))
    empty = act(client, task, "answer", body=" ", **fields)
    assert (empty.status_code, "Écrivez votre réponse." in said(empty)) == (422, True)
    frowned = act(client, task, "answer", body="Vous devez payer sans délai.", **fields)
    assert frowned.status_code == 422
    assert "À relire avant d’envoyer" in said(frowned)
    assert "Vous devez payer sans délai." in frowned.text
    sent = act(client, task, "answer", body="Bonjour, c’est réglé.", **fields)
    assert sent.status_code == 200
    assert "Réponse envoyée" in said(sent)
    assert kept(office, task).closed_by == "Claire Le Goff"


def test_without_javascript_the_same_forms_post_and_lead_back_to_the_list(office: Samples) -> None:
    client, task = office.client("secretary"), task_of(office, "notice_in_doubt")
    wrong = act(client, task, "doubt", in_place=False)
    assert (wrong.status_code, "Dites si le message est parti" in said(wrong)) == (422, True)
    assert "<html" in wrong.text
    page = said(act(client, task, "doubt", in_place=False, sent="yes"))
    assert "C’est noté." in page
    assert "parti ou non" not in page


def test_a_plan_is_decided_in_its_row(office: Samples) -> None:
    task = work_for(office, "plan_to_decide", story="settled", key=str(office.ids["settled_plan"]))
    client = office.client("secretary")
    assert "Accepter ces dates" in client.get(f"/today/{task}", headers=IN_PLACE).text
    assert "a changé entre-temps" in said(act(client, task, "plan", decision="resume"))
    assert "Proposition déclinée" in said(act(client, task, "plan", decision="decline"))
    assert kept(office, task).status == "done"


def test_a_closed_door_is_reopened_in_its_row(office: Samples) -> None:
    client, task = office.client("secretary"), task_of(office, "door_closed")
    assert "Rouvrir la porte" in client.get(f"/today/{task}", headers=IN_PLACE).text
    assert "La porte est ouverte" in said(act(client, task, "door"))
    assert kept(office, task).closed_by == "Claire Le Goff"
    again = act(office.client("manager"), task, "door")
    assert (again.status_code, "par Claire Le Goff" in said(again)) == (409, True)


def test_a_proposed_change_is_shown_noted_and_decided_in_its_row(office: Samples) -> None:
    client, task = office.client("secretary"), task_of(office, "change_decide")
    row = said(client.get(f"/today/{task}", headers=IN_PLACE))
    assert "••" in row
    assert "••" not in said(act(client, task, "contact")).partition("Contact proposé")[2][:40]
    refused = act(client, task, "change", decision="accept")
    assert (refused.status_code, "Vérifiez d’abord" in said(refused)) == (422, True)
    assert kept(office, task).status == "open"
    assert "Changement accepté" in said(act(client, task, "change", decision="accept", checked="1"))
    assert kept(office, task).closed_by == "Claire Le Goff"
    story = plain(client.get(f"/accounts/{office.numbers['settled']}").text)
    assert "Contact donné par la personne montré en entier" in story


def test_an_act_of_another_kind_of_work_is_refused(office: Samples) -> None:
    client, task = office.client("secretary"), task_of(office, "ladder_call")
    for deed in ACTS:
        assert act(client, task, deed, body="x", decision="decline", sent="yes").status_code == 404
    assert kept(office, task).status == "open"
