"""What staff read of patients' messages and requests, and how they answer from the account's page."""

import re
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shared.accounts import Hold, account_vault, get_account, get_practice
from shared.aid import AidAnswers, AidRequest, ask_aid
from shared.messages import CleanDocument, Message, Thread, Words, open_body, open_thread, reply
from shared.worklist import Task
from tests.backoffice_office import Samples, opened, press, text_of, token_of
from tests.backoffice_people import KEYS, OTHERS, OURS

STORY = "sister"
SCAN = CleanDocument("pdf", 1, b"%PDF-1.4 a scan")
ASKED = AidAnswers(("later",), ("family",), 2000, "Deux enfants à charge")


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def write(office: Samples, subject: str = "other", body: str = "Ma question") -> UUID:
    """A patient opens a thread; its id."""
    with office.database.unit_of_work(OURS) as work:
        account = get_account(work.session, practice_id=OURS, account_id=office.ids[STORY])
        thread = open_thread(
            work.session,
            practice=get_practice(work.session, OURS),
            account_id=account.id,
            vault=account_vault(KEYS, account),
            subject=subject,
            words=Words(body, secrets.token_hex(16), (SCAN,)),
            at=office.clock.now(),
        )
        work.commit()
    return thread.id


def write_on(office: Samples, thread_id: UUID, body: str) -> None:
    with office.database.unit_of_work(OURS) as work:
        account = get_account(work.session, practice_id=OURS, account_id=office.ids[STORY])
        reply(
            work.session,
            practice=get_practice(work.session, OURS),
            account_id=account.id,
            thread_id=thread_id,
            vault=account_vault(KEYS, account),
            words=Words(body, secrets.token_hex(16)),
            at=office.clock.now(),
        )
        work.commit()


def ask(office: Samples) -> UUID:
    """A patient asks for help; the id of the request's thread."""
    with office.database.unit_of_work(OURS) as work:
        account = get_account(work.session, practice_id=OURS, account_id=office.ids[STORY])
        request = ask_aid(
            work.session,
            practice=get_practice(work.session, OURS),
            account_id=account.id,
            vault=account_vault(KEYS, account),
            answers=ASKED,
            once=secrets.token_hex(16),
            at=office.clock.now(),
        )
        work.commit()
    return request.thread_id


def page(office: Samples) -> str:
    return f"/accounts/{office.numbers[STORY]}"


def fields(client: FlaskClient, office: Samples) -> dict[str, str]:
    """What the page's form for the first thread holds before anything is typed."""
    html = client.get(page(office)).text
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', html)[1]  # type: ignore[index]
        for name in ("once", "seen")
    }


def send(
    client: FlaskClient, office: Samples, thread_id: UUID, given: dict[str, str]
) -> TestResponse:
    token = token_of(client)
    address = f"{page(office)}/threads/{thread_id}/answer"
    return client.post(address, data={"csrf_token": token} | given)


def said(office: Samples) -> list[tuple[str, str]]:
    """(author, words) of all that was written."""
    with office.database.reading(OURS) as reading:
        account = get_account(reading, practice_id=OURS, account_id=office.ids[STORY])
        vault = account_vault(KEYS, account)
        query = select(Message).where(Message.account_id == account.id)
        rows = reading.scalars(query.order_by(Message.at, Message.id))
        return [(row.author, open_body(vault, row)) for row in rows]


def thread_of(office: Samples, thread_id: UUID) -> Thread:
    with office.database.reading(OURS) as reading:
        return reading.get_one(Thread, (OURS, thread_id))


def holds(office: Samples) -> list[str]:
    with office.database.reading(OURS) as reading:
        query = select(Hold.kind).where(
            Hold.account_id == office.ids[STORY], Hold.status == "active"
        )
        return sorted(reading.scalars(query))


def work_left(office: Samples) -> list[str]:
    with office.database.reading(OURS) as reading:
        query = select(Task.kind).where(Task.account_id == office.ids[STORY], Task.status == "open")
        return sorted(reading.scalars(query))


def test_staff_read_the_message_and_what_was_promised(office: Samples):
    write(office, "paid", "J’ai payé <b>le 20</b>")
    told = office.client("secretary").get(page(office))
    assert "J’ai payé &lt;b&gt;le 20&lt;/b&gt;" in told.text
    assert "J’ai déjà payé attend notre réponse promise au plus tard après-demain" in text_of(told)
    assert "Message auquel répondre" in text_of(told)
    assert "Chercher un paiement annoncé" in text_of(told)
    assert "Se termine par son bouton" in text_of(told)


def test_an_answer_goes_out_once_and_ends_pause_and_work(office: Samples):
    thread_id = write(office)
    client = office.client("secretary")
    given = fields(client, office) | {"body": "Bonjour,\r\nvoici."}
    office.later(minutes=5)
    for _ in range(2):
        told = send(client, office, thread_id, given)
        assert (told.status_code, told.location) == (303, page(office))
    assert said(office) == [("portal", "Ma question"), ("Claire Le Goff", "Bonjour,\nvoici.")]
    assert thread_of(office, thread_id).patient_unread
    assert holds(office) == work_left(office) == []
    shown = text_of(client.get(page(office)))
    assert "Réponse envoyée. Un message neutre prévient la personne" in shown
    assert "pas encore lu" in shown
    assert "Réponse donnée dans l’espace" in shown


def test_while_something_is_still_looked_for_the_pause_goes_on(office: Samples):
    thread_id = write(office, "paid")
    client = office.client("secretary")
    given = fields(client, office) | {"body": "Nous cherchons.", "keeps_hold": "1"}
    assert send(client, office, thread_id, given).status_code == 303
    assert holds(office) == ["message"]
    assert work_left(office) == ["pause_to_end", "payment_search"]


def test_a_text_that_the_lint_frowns_at_is_shown_again_and_may_be_sent_anyway(office: Samples):
    thread_id = write(office)
    client = office.client("secretary")
    body = "Dernier avertissement avant le tribunal, pour vos soins."
    given = fields(client, office) | {"body": body}
    warned = send(client, office, thread_id, given)
    assert warned.status_code == 422
    assert "pression ou menace" in text_of(warned)
    assert "mot de santé" in text_of(warned)
    assert f"{body}</textarea>" in warned.text
    assert len(said(office)) == 1
    mark = re.search(r'name="anyway" value="([^"]+)"', warned.text)
    assert mark
    other = send(client, office, thread_id, given | {"body": f"{body} Honte.", "anyway": mark[1]})
    assert other.status_code == 422, "the second press is for the text that was warned of"
    assert send(client, office, thread_id, given | {"anyway": mark[1]}).status_code == 303
    assert said(office)[-1][1] == body
    assert "Réponse envoyée malgré l’avertissement" in text_of(client.get(page(office)))


def test_who_asks_about_their_insurer_is_answered_in_plain_words_at_once(office: Samples):
    """The word is refused where anyone may read it; this reply stands in the person's own space."""
    thread_id = write(office, "payer")
    client = office.client("secretary")
    body = "Votre mutuelle ne nous a pas encore payés. Nous écrivons à la CPAM."
    given = fields(client, office) | {"body": body}
    assert send(client, office, thread_id, given).status_code == 303
    assert said(office)[-1][1] == body


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"body": "  "}, "Écrivez votre réponse."),
        ({"body": "x" * 4001}, "au plus 4000 signes"),
        ({"once": "x"}, "Cette page a vieilli"),
        ({"seen": "x"}, "La personne a écrit entre-temps"),
    ],
)
def test_what_can_not_be_sent_is_told_and_kept(office: Samples, changes: dict[str, str], why: str):
    thread_id = write(office)
    client = office.client("secretary")
    given = fields(client, office) | {"body": "Ma réponse"} | changes
    told = send(client, office, thread_id, given)
    assert told.status_code == 422
    assert why in text_of(told)
    assert given["body"].strip() in told.text
    assert len(said(office)) == 1


def test_who_wrote_again_meanwhile_is_read_first(office: Samples):
    thread_id = write(office)
    client = office.client("secretary")
    given = fields(client, office) | {"body": "Ma réponse"}
    office.later(minutes=1)
    write_on(office, thread_id, "Attendez, j’ai trouvé")
    told = send(client, office, thread_id, given)
    assert told.status_code == 422
    assert "Attendez, j’ai trouvé" in told.text
    assert "Ma réponse</textarea>" in told.text
    again = fields(client, office) | {"body": "Ma réponse"}
    assert send(client, office, thread_id, again).status_code == 303


def test_a_conversation_is_ended_without_an_answer(office: Samples):
    thread_id = write(office, "payer")
    client = office.client("secretary")
    for _ in range(2):
        token = token_of(client)
        told = client.post(
            f"{page(office)}/threads/{thread_id}/close",
            data={"csrf_token": token, "reason": "spoken"},
        )
        assert told.status_code == 303
    assert thread_of(office, thread_id).status == "closed"
    assert holds(office) == work_left(office) == []


def test_a_document_is_handed_out_to_keep(office: Samples):
    write(office)
    client = office.client("secretary")
    [address] = re.findall(r'href="([^"]+/documents/[^"]+)"', client.get(page(office)).text)
    told = client.get(address)
    assert told.data == SCAN.content
    assert told.headers["Content-Disposition"] == 'attachment; filename="document.pdf"'
    assert told.headers["Content-Security-Policy"].endswith("sandbox")
    elsewhere = address.replace(office.numbers[STORY], office.numbers["held"])
    assert client.get(elsewhere).status_code == 404
    assert office.client("stranger", practice_id=OTHERS).get(address).status_code == 404
    assert office.client("accountant").get(address).status_code == 403


@pytest.mark.parametrize("role", ["accountant", "auditor"])
def test_who_may_not_answer_reads_nothing_either(office: Samples, role: str):
    thread_id = write(office, body="Ma question privée")
    client = office.client(role)
    told = client.get(page(office))
    assert "Ma question privée" not in told.text
    assert "Conversations" not in told.text
    assert send(client, office, thread_id, {"body": "Oui"}).status_code == 403
    assert len(said(office)) == 1


# Help


def test_a_request_shows_what_would_help(office: Samples):
    ask(office)
    told = text_of(office.client("secretary").get(page(office)))
    assert "Demande d’aide : à décider." in told
    assert "Aiderait : payer plus tard. Raison : la famille a changé." in told
    assert "Pourrait payer 20,00 € par mois." in told
    assert "Deux enfants à charge" in told


@pytest.mark.parametrize(
    ("decision", "status", "held"),
    [
        ("", "asked", ["aid"]),
        ("want_documents", "documents", ["aid"]),
        ("grant", "granted", ["staff"]),
        ("decline", "declined", []),
    ],
)
def test_a_request_is_decided_with_words(
    office: Samples, decision: str, status: str, held: list[str]
):
    thread_id = ask(office)
    client = office.client("secretary")
    given = fields(client, office) | {"body": "Voici notre réponse.", "decision": decision}
    given |= {"pause_until": "2027-01-15"} if decision == "grant" else {}
    assert send(client, office, thread_id, given).status_code == 303
    with office.database.reading(OURS) as reading:
        assert reading.scalars(select(AidRequest.status)).one() == status
    assert holds(office) == held


def test_a_pause_that_can_not_be_is_told_and_nothing_is_decided(office: Samples):
    thread_id = ask(office)
    client = office.client("secretary")
    for until in ("demain", "2020-01-01"):
        given = fields(client, office) | {"body": "Oui", "decision": "grant", "pause_until": until}
        told = send(client, office, thread_id, given)
        assert told.status_code == 422
        assert "revoir la pause" in text_of(told)
    odd = fields(client, office) | {"body": "Oui", "decision": "forget"}
    assert send(client, office, thread_id, odd).status_code == 422
    assert holds(office) == ["aid"]
    assert said(office) == []


def test_granting_asks_until_when_our_messages_pause(office: Samples):
    thread_id = ask(office)
    client = office.client("secretary")
    html = client.get(page(office)).text
    a_month = (office.clock.now().date() + timedelta(days=31)).isoformat()
    assert f'name="pause_until" type="date" value="{a_month}"' in html
    given = fields(client, office) | {"body": "Oui", "decision": "grant", "pause_until": ""}
    refused = send(client, office, thread_id, given)
    assert refused.status_code == 422
    assert "cochez « Sans pause »" in text_of(refused)
    assert (holds(office), said(office)) == (["aid"], [])
    assert send(client, office, thread_id, given | {"no_pause": "1"}).status_code == 303
    assert holds(office) == []
    assert "Les messages reprennent" in text_of(client.get(page(office)))


def test_time_granted_during_a_pause_of_staff_makes_it_longer(office: Samples):
    thread_id = ask(office)
    client = office.client("secretary")
    press(client, f"{page(office)}/holds", kind="staff", review_on="2026-12-01", note="")
    given = fields(client, office) | {"body": "Oui", "decision": "grant"}
    send(client, office, thread_id, given | {"pause_until": "2027-01-15"})
    assert "Les messages sont en pause jusqu’au 15 janvier" in text_of(client.get(page(office)))
    with office.database.reading(OURS) as reading:
        days = reading.scalars(
            select(Hold.review_on).where(
                Hold.account_id == office.ids[STORY], Hold.status == "active"
            )
        ).all()
    assert days == [date(2027, 1, 15)]


def test_a_request_that_waits_is_not_ended_by_the_way(office: Samples):
    thread_id = ask(office)
    client = office.client("secretary")
    with office.database.reading(OURS) as reading:
        hold = reading.scalars(select(Hold.id).where(Hold.kind == "aid")).one()
    token = token_of(client)
    for act, given in (
        (f"threads/{thread_id}/close", {}),
        (f"holds/{hold}/release", {"reason": "over"}),
    ):
        client.post(f"{page(office)}/{act}", data={"csrf_token": token} | given)
        told = text_of(client.get(page(office)))
        assert re.search("attend une décision|décidez-en d’abord", told)
    assert holds(office) == ["aid"]


@pytest.mark.parametrize(
    ("ends", "told", "left"),
    [
        ({}, "La pause dure jusqu’à « Finir »", (["dispute"], ["pause_to_end"])),
        ({"ends": "1"}, "La conversation est finie", ([], [])),
    ],
)
def test_an_answer_to_a_dispute_says_whether_the_pause_goes_on_and_who_has_it(
    office: Samples, ends: dict[str, str], told: str, left: tuple[list[str], list[str]]
):
    thread_id = write(office, "wrong")
    client = office.client("secretary")
    given = fields(client, office) | {"body": "Nous regardons."} | ends
    answered = send(client, office, thread_id, given)
    assert told in text_of(client.get(answered.location))
    assert (holds(office), work_left(office)) == left


def test_the_history_says_why_a_dispute_ended_that_nobody_answered(office: Samples):
    thread_id = write(office, "wrong")
    client = office.client("secretary")
    shown = text_of(client.get(page(office)))
    assert "Finir lève la pause « désaccord à vérifier »" in shown
    assert "aucune réponse n’est attendue" not in shown
    close = {"csrf_token": token_of(client)}
    told = client.post(
        f"{page(office)}/threads/{thread_id}/close", data=close, follow_redirects=True
    )
    assert "Personne n’a répondu à cette conversation" in text_of(told)
    client.post(f"{page(office)}/threads/{thread_id}/close", data=close | {"reason": "withdrawn"})
    history = text_of(client.get(page(office)))
    assert "personne n’a répondu ; raison : demande retirée par la personne" in history
    assert "réponse donnée" not in history.split("Historique")[-1]
