"""A formal notice and a contact that refused are dealt with in their rows of « Aujourd’hui »."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from shared.accounts import ContactPoint, Hold, get_practice
from shared.audit import TimelineEvent
from shared.base.ids import new_id
from shared.delivery import LADDER, Notice
from shared.delivery.outcomes import note_refused
from shared.ladder import LadderCycle, LadderLetter
from shared.ladder.letter_calls import look_again_after_calls
from tests.backoffice_ladder import add_letter
from tests.backoffice_office import Samples, opened, press, text_of, token_of
from tests.backoffice_orders import confirm
from tests.backoffice_people import OURS, TODAY
from tests.integration.today_desk import IN_PLACE, act, kept, plain, said, task_of, work_for

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def row(office: Samples, task: UUID, role: str = "manager") -> str:
    return plain(office.client(role).get(f"/today/{task}", headers=IN_PLACE).text)


def letter(office: Samples) -> LadderLetter | None:
    with office.database.reading(OURS) as session:
        return session.scalar(select(LadderLetter))


def approve(office: Samples, task: UUID) -> str:
    client = office.client("manager")
    seen = row(office, task).split('name="seen" value="')[1].split('"')[0]
    confirm(office)
    answer = client.post(
        f"/today/{task}/letter/approve",
        data={"csrf_token": token_of(client), "seen": seen},
        follow_redirects=True,
    )
    return plain(text_of(answer))


def test_a_formal_notice_is_approved_and_its_sending_noted_in_the_rows(office: Samples) -> None:
    number = add_letter(office)
    task = task_of(office, "ladder_formal_notice")
    shown = row(office, task)
    assert "162,00 €" in shown
    assert "letter-2" in shown
    assert "moins de deux rappels arrivés" in shown
    approved = approve(office, task)
    assert "est approuvée. Envoyez-la en recommandé" in approved
    assert "La lettre est approuvée" not in approved, "it says to whom"
    assert "Imprimer la lettre (PDF)" in approved
    assert kept(office, task).status == "done"

    to_send = task_of(office, "ladder_letter_send")
    assert f"/accounts/{number}/letter.pdf" in row(office, to_send, "secretary")
    client = office.client("secretary")
    missing = act(client, to_send, "letter/sent", sent_on="", tracking="2C 118 45")
    assert missing.status_code == 422
    assert "Donnez un jour" in said(missing)
    assert 'value="2C 118 45"' in missing.text
    noted = act(client, to_send, "letter/sent", sent_on="2026-11-24", tracking="2C 118 45")
    assert "est noté : l’étape est faite" in said(noted)
    kept_letter = letter(office)
    assert kept_letter is not None
    assert (kept_letter.status, kept_letter.tracking) == ("sent", "2C 118 45")
    assert kept(office, to_send).status == "done"


def test_it_is_declined_in_its_row_with_a_reason_and_only_by_who_may_decide(
    office: Samples,
) -> None:
    add_letter(office)
    task = task_of(office, "ladder_formal_notice")
    assert "Une personne responsable décide" in row(office, task, "secretary")
    assert act(office.client("secretary"), task, "letter/decline", reason="talk").status_code == 403
    assert act(office.client("manager"), task, "letter/decline", reason="").status_code == 422
    assert "ne part pas" in said(
        act(office.client("manager"), task, "letter/decline", reason="talk")
    )
    kept_letter = letter(office)
    assert kept_letter is not None
    assert (kept_letter.status, kept_letter.reason) == ("declined", "talk")
    called = task_of(office, "ladder_letter_call")
    assert "La lettre attend cet appel" in text_of(office.client("secretary").get("/today"))
    again = act(office.client("owner"), task, "letter/decline", reason="small")
    assert again.status_code == 409
    assert letter(office).reason == "talk"  # type: ignore[union-attr]
    assert act(office.client("secretary"), called, "phone").status_code == 200
    assert asked_again(office) == 0, "nobody has called yet"
    act(office.client("secretary"), called, "done", reason="no_answer")
    assert asked_again(office) == 1
    assert asked_again(office) == 0, "it is asked once"
    assert letter(office).status == "open"  # type: ignore[union-attr]
    office.later(hours=1)
    waits = task_of(office, "ladder_formal_notice")
    assert kept(office, waits).status == "open"
    act(office.client("manager"), waits, "letter/decline", reason="talk")
    assert task_of(office, "ladder_letter_call") != called, "another call is other work"
    assert asked_again(office) == 0


def asked_again(office: Samples) -> int:
    """How many letters the night has wait for a word again, after a call."""
    with office.database.unit_of_work(OURS) as work:
        found = look_again_after_calls(
            work.session, practice_id=OURS, today=TODAY, at=office.clock.now()
        )
        work.commit()
    return found


def test_what_changed_since_the_row_was_shown_is_looked_at_again_before_it_is_approved(
    office: Samples,
) -> None:
    add_letter(office)
    task = task_of(office, "ladder_formal_notice")
    client = office.client("manager")
    confirm(office)
    answer = client.post(
        f"/today/{task}/letter/approve",
        data={"csrf_token": token_of(client), "seen": "f" * 32},
        follow_redirects=True,
    )
    assert answer.status_code == 422
    assert letter(office) is None


def refuse(office: Samples, story: str = "held", kind: str = "email") -> UUID:
    """A reminder is refused at a contact; returns the task."""
    contact_id, at = office.ids[f"{story}_{kind}"], office.clock.now()
    with office.database.unit_of_work(OURS) as work:
        notice = Notice(
            practice_id=OURS,
            id=new_id(),
            account_id=office.ids[story],
            purpose=LADDER,
            cause_id=new_id(),
            step=2,
            template="reminder",
            channel="email",
            language="fr",
            contact_id=contact_id,
            status="claimed",
            planned_at=at - timedelta(hours=1),
            not_before=at - timedelta(hours=1),
            claimed_at=at,
            tries=1,
        )
        work.session.add(notice)
        work.session.flush()
        practice = get_practice(work.session, OURS)
        note_refused(work.session, notice, practice=practice, reason="550", at=at)
        work.commit()
    return task_of(office, "contact_bounced")


def status_of(office: Samples, kind: str = "email") -> str:
    with office.database.reading(OURS) as session:
        return session.get_one(ContactPoint, (OURS, office.ids[f"held_{kind}"])).status


def test_a_contact_that_refused_is_shown_on_request_and_that_look_is_noted(office: Samples) -> None:
    task, client = refuse(office), office.client("secretary")
    assert "Nadia@example.org" not in row(office, task, "secretary")
    assert "a refusé" in row(office, task, "secretary")
    shown = act(client, task, "bounced/show")
    assert "Nadia@example.org" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    with office.database.reading(OURS) as session:
        looks = select(TimelineEvent).where(TimelineEvent.kind == "contact.refused_shown")
        [event] = session.scalars(looks)
    assert event.actor == "Claire Le Goff"
    assert "Nadia" not in str(event.facts)


def test_staff_say_that_it_works_after_all_and_messages_go_there_again(office: Samples) -> None:
    task, client = refuse(office), office.client("secretary")
    assert status_of(office) == "bounced"
    # the night's own rule: a step that was refused did not take place (product: « a bounce is a task »)
    assert "la même étape y part de nouveau" in plain(row(office, task, "secretary"))
    assert "ne repart pas" not in row(office, task, "secretary")
    told = act(client, task, "bounced")
    assert "partira de nouveau à ce contact" in said(told)
    assert status_of(office) == "usable"
    assert kept(office, task).status == "done"
    story = plain(text_of(client.get(f"/accounts/{office.numbers['held']}")))
    assert "Contact confirmé" in story
    assert "raison : le contact marche" in story
    again = act(office.client("manager"), task, "bounced")
    assert again.status_code == 409
    assert "Claire Le Goff" in said(again)


def test_once_another_contact_has_replaced_it_nothing_can_be_said_of_it(office: Samples) -> None:
    task = refuse(office)
    with office.database.unit_of_work(OURS) as work:
        contact = work.session.get_one(ContactPoint, (OURS, office.ids["held_email"]))
        contact.status = "replaced"
        work.commit()
    assert "un autre l’a remplacé" in row(office, task, "secretary") or (
        "Il n’est plus refusé" in row(office, task, "secretary")
    )
    refused = act(office.client("secretary"), task, "bounced")
    assert refused.status_code == 422
    assert "n’est plus au dossier comme refusé" in said(refused)
    assert status_of(office) == "replaced"
    press(office.client("secretary"), f"/today/{task}/done", reason="filed")
    assert kept(office, task).status == "done"


def test_once_the_contact_is_good_the_account_says_no_more_that_none_works(office: Samples) -> None:
    task, client = refuse(office), office.client("secretary")
    with office.database.unit_of_work(OURS) as work:
        for kind in ("phone", "landline"):
            if f"held_{kind}" in office.ids:
                one = work.session.get_one(ContactPoint, (OURS, office.ids[f"held_{kind}"]))
                one.status = "opted_out"
        for hold in work.session.scalars(select(Hold).where(Hold.account_id == office.ids["held"])):
            hold.status, hold.released_at = "released", office.clock.now()
        cycle = work.session.scalars(
            select(LadderCycle).where(LadderCycle.account_id == office.ids["held"])
        ).one()
        cycle.withheld, cycle.withheld_since = "no_contact", office.clock.now()
        work.commit()
    page = f"/accounts/{office.numbers['held']}"
    assert "aucun contact qui marche" in plain(text_of(client.get(page))).lower()
    act(client, task, "bounced")
    assert "aucun contact qui marche" not in plain(text_of(client.get(page))).lower()


def test_a_letter_to_write_says_where_to_and_what_to_do(office: Samples) -> None:
    number = add_letter(office)
    story = next(name for name, known in office.numbers.items() if known == number)
    task = work_for(office, "ladder_letter_only", story=story)
    on_account = plain(text_of(office.client("secretary").get(f"/accounts/{number}")))
    for page in (plain(row(office, task, "secretary")), on_account):
        assert "3 rue des Tilleuls" in page
        assert "puis notez" in page
    assert "rue des Tilleuls" not in row(office, task, "accountant")


def test_who_noted_a_call_reads_what_comes_next(office: Samples) -> None:
    task = work_for(office, "ladder_letter_call", story="held")
    told = said(act(office.client("secretary"), task, "done", reason="no_answer"))
    assert "La nuit prochaine, la lettre attend de nouveau une décision." in told
