"""What staff do on an account: pauses, links, the closed door, tasks, messages in doubt."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.pages.steps import OTHER_PAUSE, PAUSES
from shared import plans
from shared.accounts import (
    Account,
    ContactPoint,
    Hold,
    account_vault,
    get_account,
    get_practice,
)
from shared.audit import PATIENT, TimelineEvent
from shared.delivery import Notice
from shared.links import LinkRequest
from shared.worklist import Task
from tests.backoffice_office import Samples, opened, press, text_of
from tests.backoffice_people import OURS, TODAY

IN_A_WEEK = (TODAY + timedelta(days=7)).isoformat()


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def told(client: FlaskClient, office: Samples, story: str, act: str, **fields: str) -> str:
    """Press a button of an account's page; what the page says then."""
    page = f"/accounts/{office.numbers[story]}"
    answer = press(client, f"{page}/{act}", **fields)
    assert (answer.status_code, answer.location) == (303, page)
    return text_of(client.get(page))


def holds_of(office: Samples, story: str) -> list[Hold]:
    with office.database.reading(OURS) as reading:
        query = select(Hold).where(Hold.account_id == office.ids[story]).order_by(Hold.placed_at)
        return list(reading.scalars(query))


def last_event(office: Samples, story: str) -> TimelineEvent:
    with office.database.reading(OURS) as reading:
        query = select(TimelineEvent).where(TimelineEvent.account_id == office.ids[story])
        return reading.scalars(query.order_by(TimelineEvent.id.desc()).limit(1)).one()


def requests_of(office: Samples, story: str) -> int:
    with office.database.reading(OURS) as reading:
        query = select(func.count()).where(LinkRequest.account_id == office.ids[story])
        return reading.scalar(query) or 0


def task_of(office: Samples, story: str) -> Task:
    with office.database.reading(OURS) as reading:
        return reading.scalars(select(Task).where(Task.account_id == office.ids[story])).one()


def test_a_pause_stops_the_ladder_and_keeps_its_note_sealed(office: Samples):
    note = "rappeler après les vacances"
    said = told(
        office.client("secretary"),
        office,
        "sister",
        "holds",
        kind="dispute",
        review_on=IN_A_WEEK,
        note=note,
    )
    assert "En pause : rien ne part. À revoir le 1er décembre 2026." in said
    assert note in said
    hold = holds_of(office, "sister")[0]
    assert (hold.kind, hold.placed_by, hold.status) == ("dispute", "Claire Le Goff", "active")
    assert "désaccord à vérifier, posée par Claire Le Goff, à revoir dans 7 jours" in said
    assert hold.note is not None
    assert note.encode() not in hold.note
    assert note not in text_of(
        office.client("auditor").get(f"/accounts/{office.numbers['sister']}")
    )
    assert (last_event(office, "sister").kind, last_event(office, "sister").actor) == (
        "hold.placed",
        "Claire Le Goff",
    )


def test_a_pause_that_cannot_be_is_refused_and_what_was_typed_stays(office: Samples):
    client, page = office.client("secretary"), f"/accounts/{office.numbers['sister']}/holds"
    good = {"kind": "claim", "review_on": IN_A_WEEK, "note": "elle rappelle <lundi>"}
    days = ("", "demain", "2026-11-24", "2026-11-01", "2028-01-01", "2026-02-30")
    cases = [({"review_on": day}, "revoir la pause") for day in days]
    cases += [({"kind": kind}, "Choisissez la raison") for kind in ("", "absent", "comet")]
    for change, sentence in cases:
        answer = press(client, page, **(good | change))
        assert answer.status_code == 422
        assert sentence in text_of(answer), change
        assert '<details id="pause" open>' in answer.text
        assert "elle rappelle &lt;lundi&gt;</textarea>" in answer.text
    answer = press(client, page, **(good | {"review_on": "2026-11-01"}))
    assert 'value="claim" checked' in answer.text
    assert 'value="2026-11-01" min="2026-11-25" max="2027-11-25"' in answer.text
    answer = press(client, page, **(good | {"note": "x" * 1001}))
    assert "La note compte 1001 caractères, et 1000 au plus : raccourcissez-la." in text_of(answer)
    assert "x" * 1001 in answer.text
    assert holds_of(office, "sister") == []


def test_a_second_pause_for_the_same_reason_is_refused_and_loses_nothing(office: Samples):
    client, page = office.client("secretary"), f"/accounts/{office.numbers['sister']}/holds"
    first = {"kind": "staff", "review_on": IN_A_WEEK, "note": "rappelle lundi"}
    for _ in range(2):  # pressed twice
        assert press(client, page, **first).status_code == 303
    for change in ({"note": "rappelle mardi"}, {"review_on": "2026-12-20"}):
        answer = press(client, page, **(first | change))
        assert answer.status_code == 422
        assert "déjà en pause pour cette raison, à revoir le 1er décembre 2026" in text_of(answer)
        assert all(value in answer.text for value in change.values())
    [hold] = holds_of(office, "sister")
    assert hold.review_on.isoformat() == IN_A_WEEK
    assert press(client, page, **(first | {"kind": "claim"})).status_code == 303


def test_no_pause_by_hand_tells_the_patient_what_never_happened(office: Samples):
    client, page = office.client("secretary"), f"/accounts/{office.numbers['sister']}"
    shown = client.get(page).text
    assert re.findall(r'name="kind" value="(\w+)"', shown) == [
        "staff",
        "dispute",
        "claim",
        "protection",
    ]
    for kind in ("message", "aid", "plan", "refund", "dispute_card"):
        answer = press(client, f"{page}/holds", kind=kind, review_on=IN_A_WEEK)
        assert answer.status_code == 422
        assert "Choisissez la raison de la pause." in text_of(answer)
    assert holds_of(office, "sister") == []


def test_beside_each_reason_of_a_pause_stands_what_the_patient_will_read(office: Samples):
    client, number = office.client("secretary"), office.numbers["sister"]
    shown = text_of(client.get(f"/accounts/{number}"))
    for kind in ("staff", "dispute", "claim", "protection"):
        told_then = PAUSES.get(f"hold_{kind}", OTHER_PAUSE)
        assert f"La personne lit : « {told_then} »" in shown


def test_a_pause_is_lifted_with_a_reason(office: Samples):
    client = office.client("secretary")
    lift = f"holds/{office.ids['held_hold']}/release"
    refused = press(client, f"/accounts/{office.numbers['held']}/{lift}", reason="because")
    assert refused.status_code == 422
    link = f'<a href="#reason-{office.ids["held_hold"]}">Choisissez la raison'
    assert link in unescape(refused.text)
    assert holds_of(office, "held")[0].status == "active"
    said = told(client, office, "held", lift, reason="answered")
    assert "L’échelle reprend" in said
    assert "Terminée : message en attente de réponse" in said
    hold = holds_of(office, "held")[0]
    assert (hold.status, hold.released_by, hold.release_reason) == (
        "released",
        "Claire Le Goff",
        "answered",
    )
    assert "Cette pause est levée." in told(client, office, "held", lift, reason="mistake")
    assert holds_of(office, "held")[0].release_reason == "answered"


def spread(office: Samples, story: str) -> plans.Plan:
    """The patient made a plan."""
    at = office.clock.now()
    with office.database.unit_of_work(OURS) as work:
        session = work.session
        account = get_account(session, practice_id=OURS, account_id=office.ids[story], lock=True)
        practice, wish = get_practice(session, OURS), plans.Wish(5, months=2)
        made = plans.propose_plan(
            session,
            practice=practice,
            account=account,
            drafted=plans.draft(
                session, practice=practice, account_id=account.id, wish=wish, today=TODAY
            ),
            words=plans.Words("1", "fr", "Entre nous."),
            way="link",
            once="0" * 32,
            vault=account_vault(office.settings.masters(), account),
            actor=PATIENT,
            at=at,
        )
        work.commit()
    return made


def test_the_pause_of_a_plan_ends_with_the_plan_and_not_by_hand(office: Samples):
    client, plan = office.client("secretary"), spread(office, "door")
    [hold] = holds_of(office, "door")
    lift = f"holds/{hold.id}/release"
    assert "finit avec lui" in told(client, office, "door", lift, reason="answered")
    with office.database.unit_of_work(OURS) as work:
        row = work.session.get_one(plans.Plan, (OURS, plan.id))
        plans.end(work.session, row, actor=PATIENT, at=office.clock.now())
        work.commit()
    assert [h.status for h in holds_of(office, "door")] == ["released"]


def test_a_new_link_is_asked_for_once_however_often_one_presses(office: Samples):
    client = office.client("secretary")
    for _ in range(2):
        said = told(client, office, "held", "link")
        assert "Un nouveau lien part vers le contact au dossier." in said
    assert requests_of(office, "held") == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("letter", "Cette personne ne veut que du courrier"),
        ("unreachable", "Aucun contact qui marche"),
        ("unknown", "Ni date de naissance"),
    ],
)
def test_no_new_link_is_promised_where_none_can_go(office: Samples, change: str, reason: str):
    with office.database.unit_of_work(OURS) as work:
        account = work.session.get_one(Account, (OURS, office.ids["held"]))
        if change == "letter":
            account.channel = "letter"
        elif change == "unknown":
            account.checkable = False
        else:
            for kind in ("phone", "email"):
                contact = work.session.get_one(ContactPoint, (OURS, office.ids[f"held_{kind}"]))
                contact.status = "bounced"
        work.commit()
    client = office.client("secretary")
    page = client.get(f"/accounts/{office.numbers['held']}")
    assert "Envoyer un nouveau lien" not in page.text
    assert f"Aucun nouveau lien ne peut partir. {reason}" in text_of(page)
    said = told(client, office, "held", "link")
    assert said.count(reason) == 2
    assert "Un nouveau lien part" not in said
    assert requests_of(office, "held") == 0


def test_a_number_to_call_is_shown_in_full_while_a_call_waits_and_the_look_is_noted(
    office: Samples,
):
    client, page = office.client("secretary"), f"/accounts/{office.numbers['held']}"
    assert "06 12 34 00 18" not in client.get(page).text
    shown = press(client, f"{page}/phone")
    assert shown.status_code == 200
    assert "Téléphone 06 12 34 00 18" in text_of(shown)
    assert "example.org" not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    event = last_event(office, "held")
    assert (event.kind, event.actor) == ("contact.shown", "Claire Le Goff")
    assert "Numéro de téléphone montré pour un appel Claire Le Goff" in text_of(client.get(page))
    told(client, office, "held", f"tasks/{task_of(office, 'held').id}/done", reason="reached")
    assert "Montrer le numéro" not in client.get(page).text
    refused = press(client, f"{page}/phone")
    assert (refused.status_code, "06 12 34" in refused.text) == (409, False)


def test_three_new_links_a_day_are_enough(office: Samples):
    client = office.client("secretary")
    for _ in range(3):
        told(client, office, "held", "link")
        office.later(minutes=2)
    assert "attendez demain" in told(client, office, "held", "link")
    assert requests_of(office, "held") == 3


def test_a_closed_door_gets_no_link_until_it_is_opened_again(office: Samples):
    client = office.client("secretary")
    page = client.get(f"/accounts/{office.numbers['door']}")
    assert "Porte fermée depuis aujourd’hui" in text_of(page)
    assert "Envoyer un nouveau lien" not in page.text
    assert "rouvrez-la d’abord" in told(client, office, "door", "link")
    assert requests_of(office, "door") == 0
    assert "La porte est ouverte." in told(client, office, "door", "door")
    with office.database.reading(OURS) as reading:
        assert reading.get_one(Account, (OURS, office.ids["door"])).door_closed_at is None
    assert task_of(office, "door").status == "done"
    assert "Un nouveau lien part" in told(client, office, "door", "link")


def test_a_task_is_noted_as_done(office: Samples):
    task = task_of(office, "held")
    said = told(
        office.client("secretary"), office, "held", f"tasks/{task.id}/done", reason="reached"
    )
    assert "C’est noté : fait." in said
    assert "Rien n’attend une personne." in said
    done = task_of(office, "held")
    assert (done.status, done.closed_by) == ("done", "Claire Le Goff")


def test_a_task_with_a_button_of_its_own_is_not_simply_done(office: Samples):
    client = office.client("secretary")
    task = task_of(office, "door")
    assert f"tasks/{task.id}" not in client.get(f"/accounts/{office.numbers['door']}").text
    assert "son propre bouton" in told(client, office, "door", f"tasks/{task.id}/done")
    assert task_of(office, "door").status == "open"


@pytest.mark.parametrize(("answer", "status"), [("yes", "sent"), ("no", "failed")])
def test_staff_say_whether_a_message_in_doubt_went_out(office: Samples, answer: str, status: str):
    client, act = office.client("secretary"), f"notices/{office.ids['doubt_notice']}/doubt"
    assert "Dites si le message" in told(client, office, "doubt", act, sent="perhaps")
    assert "C’est noté." in told(client, office, "doubt", act, sent=answer)
    with office.database.reading(OURS) as reading:
        notice = reading.get_one(Notice, (OURS, office.ids["doubt_notice"]))
    assert notice.status == status
    assert task_of(office, "doubt").status == "done"
    other = {"yes": "no", "no": "yes"}[answer]
    told(client, office, "doubt", act, sent=other)
    with office.database.reading(OURS) as reading:
        assert reading.get_one(Notice, (OURS, office.ids["doubt_notice"])).status == status


def test_a_part_of_another_account_is_not_found(office: Samples):
    client, page = office.client("secretary"), f"/accounts/{office.numbers['settled']}"
    for part in (
        f"holds/{office.ids['held_hold']}/release",
        f"notices/{office.ids['doubt_notice']}/doubt",
        f"tasks/{task_of(office, 'held').id}/done",
    ):
        answer = press(client, f"{page}/{part}", reason="answered", sent="yes")
        assert answer.status_code == 404, part


def test_a_role_that_may_not_act_sees_no_button_for_it(office: Samples):
    for role in ("accountant", "auditor"):
        for story in ("held", "door", "doubt"):
            page = office.client(role).get(f"/accounts/{office.numbers[story]}").text
            actions = set(re.findall(r'action="([^"]+)"', page))
            file = {f"/accounts/{office.numbers[story]}/file"} if role == "auditor" else set()
            assert actions == {"/sign-out", "/accounts/search", *file}
