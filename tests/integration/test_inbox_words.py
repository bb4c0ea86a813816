"""What goes out of the inbox: ready-made answers filled in, words the lint frowns at, requests for help."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from ardoise.jobs_messages import note_broken_promises
from shared.aid import AidRequest
from shared.audit import TimelineEvent
from shared.inbox import CannedAnswer
from shared.inbox.starting import STARTING
from tests.backoffice_office import Samples, text_of
from tests.backoffice_people import OTHERS, OURS
from tests.integration.inbox_desk import Inbox, hidden, opened_inbox


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


def typed(page: str) -> str:
    """What stands in the field of the answer."""
    found = re.search(r'<textarea id="body"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return found[1]


def test_a_ready_made_answer_comes_behind_what_is_typed(
    inbox: Inbox, office: Samples, claire: FlaskClient
):
    thread_id = inbox.write(story="held")
    page = inbox.page(claire, thread_id)
    given = {"body": "Bonjour Madame,", "canned": str(office.ids["canned"]), "keeps_hold": "1"}
    told = inbox.press(claire, f"{thread_id}/draft", **given, once=hidden(page, "once"))
    assert told.status_code == 200
    body = typed(told.text)
    assert body.startswith("Bonjour Madame,\n\nLa référence est RF")
    assert "Il reste 42,50" in body
    assert 'name="keeps_hold" value="1" checked' in told.text
    assert inbox.said(thread_id) == ["Ma question"], "nothing was sent"


def test_what_could_not_be_filled_in_is_told_before_anything_is_sent(
    inbox: Inbox, office: Samples, claire: FlaskClient
):
    thread_id = inbox.write()  # this account owes nothing
    told = inbox.press(claire, f"{thread_id}/draft", body="", canned=str(office.ids["canned"]))
    assert "{reste dû}" in typed(told.text)
    refused = inbox.send(claire, thread_id, inbox.page(claire, thread_id), typed(told.text))
    assert refused.status_code == 422
    assert "Il reste à remplacer « {reste dû} »" in text_of(refused)
    assert "{reste dû}" in typed(refused.text)
    assert inbox.said(thread_id) == ["Ma question"]


@pytest.mark.parametrize("canned", ["", "x", "00000000-0000-0000-0000-000000000001"])
def test_a_ready_made_answer_that_is_none_loses_nothing(
    inbox: Inbox, claire: FlaskClient, canned: str
):
    thread_id = inbox.write()
    told = inbox.press(claire, f"{thread_id}/draft", body="Mon texte", canned=canned)
    assert told.status_code == 422
    assert typed(told.text) == "Mon texte"
    assert re.search("Choisissez|n’existe plus", text_of(told))


def test_a_word_to_change_is_replaced_and_the_rest_stays(inbox: Inbox, claire: FlaskClient):
    thread_id = inbox.write()
    page = inbox.page(claire, thread_id)
    warned = inbox.send(claire, thread_id, page, "Votre dette vient de la séance du 8.")
    assert warned.status_code == 422
    assert "Un mot à changer" in text_of(warned)
    assert "« dette » : pression ou menace. Essayez : « somme à payer »." in text_of(warned)
    place = hidden(warned.text, "replace")
    told = inbox.press(claire, f"{thread_id}/draft", body=typed(warned.text), replace=place)
    assert typed(told.text) == "Votre somme à payer vient de la séance du 8."
    assert "« séance »" in text_of(told)
    assert "« dette »" not in text_of(told)


def test_sending_in_spite_of_the_warning_takes_a_second_press_and_is_noted(
    inbox: Inbox, claire: FlaskClient
):
    thread_id = inbox.write()
    warned = inbox.send(claire, thread_id, inbox.page(claire, thread_id), "C’est urgent.")
    assert inbox.said(thread_id) == ["Ma question"]
    mark = hidden(warned.text, "anyway")
    changed = inbox.send(claire, thread_id, warned.text, "C’est urgent. Honte !", anyway=mark)
    assert changed.status_code == 422
    sent = inbox.send(claire, thread_id, warned.text, "C’est urgent.", anyway=mark)
    assert sent.status_code == 303
    assert inbox.said(thread_id)[-1] == "C’est urgent."
    [told] = inbox.told("thread.sent_anyway")
    assert told["rules"] == "pression ou menace"
    assert "urgent" not in str(told)
    assert "malgré l’avertissement" in text_of(claire.get(f"/inbox/{thread_id}"))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"body": "  "}, "Écrivez votre réponse."),
        ({"body": "x" * 4001}, "au plus 4000 signes"),
        ({"once": "x"}, "Cette page a vieilli"),
        ({"await_until": "jamais"}, "Donnez le jour jusqu’où attendre"),
        ({"await_until": "2020-01-01"}, "entre demain et dans un an"),
    ],
)
def test_what_can_not_be_sent_is_told_and_kept(
    inbox: Inbox, claire: FlaskClient, changes: dict[str, str], why: str
):
    thread_id = inbox.write()
    page = inbox.page(claire, thread_id)
    fields = {name: hidden(page, name) for name in ("once", "seen", "answered")}
    told = inbox.press(claire, f"{thread_id}/answer", **(fields | {"body": "Oui"} | changes))
    assert told.status_code == 422
    assert why in text_of(told)
    assert changes.get("body", "Oui").strip() in typed(told.text)
    assert inbox.said(thread_id) == ["Ma question"]


def test_help_is_decided_from_the_inbox_too(inbox: Inbox, office: Samples, claire: FlaskClient):
    thread_id = inbox.ask_help()
    page = inbox.page(claire, thread_id)
    assert "Demande d’aide : à décider." in text_of(claire.get(f"/inbox/{thread_id}"))
    assert 'data-key="e"' not in page, "it is not ended by the way"
    until = {"decision": "grant", "pause_until": "2027-01-15"}
    assert inbox.send(claire, thread_id, page, "C’est entendu.", **until).status_code == 303
    with office.database.reading(OURS) as reading:
        assert reading.scalars(select(AidRequest.status)).all() == ["granted"]
    assert inbox.holds() == ["staff"]
    closing = inbox.press(
        claire, f"{thread_id}/close", mark=hidden(inbox.page(claire, thread_id), "mark")
    )
    assert closing.status_code == 303


# Ready-made answers


def answers(office: Samples) -> list[str]:
    with office.database.reading(OURS) as reading:
        query = select(CannedAnswer.title).where(CannedAnswer.removed_at.is_(None))
        return sorted(reading.scalars(query))


def test_who_is_in_charge_writes_the_answers_that_all_send(
    inbox: Inbox, office: Samples, claire: FlaskClient
):
    camille = office.client("manager")
    given = {"title": "Merci", "body": "Merci. Notre numéro : {Téléphone du cabinet}."}
    assert inbox.press(camille, "ready-made", **given).status_code == 303
    assert answers(office) == ["Merci", "Payer par virement"]
    assert inbox.press(claire, "ready-made", **given).status_code == 403
    assert "Merci" in inbox.page(claire, inbox.write())
    with office.database.reading(OURS) as reading:
        kinds = reading.scalars(
            select(TimelineEvent.kind).where(TimelineEvent.kind.startswith("canned_answer"))
        ).all()
    assert kinds == ["canned_answer.saved"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": " "}, "Donnez un nom court"),
        ({"title": "x" * 61}, "au plus 60 signes"),
        ({"body": ""}, "Écrivez le texte"),
        ({"body": "x" * 4001}, "au plus 4000 signes"),
        ({"body": "Bonjour {prénom}"}, "« {prénom} » ne peut pas être rempli"),
    ],
)
def test_an_answer_that_can_not_be_kept_is_told_and_kept_on_the_page(
    inbox: Inbox, office: Samples, changes: dict[str, str], why: str
):
    given = {"title": "Merci", "body": "Merci."} | changes
    told = inbox.press(office.client("manager"), "ready-made", **given)
    assert told.status_code == 422
    assert why in text_of(told)
    assert f'value="{given["title"].strip()}"' in told.text
    assert answers(office) == ["Payer par virement"]


def test_a_ready_made_answer_is_read_by_the_lint_when_it_is_saved(inbox: Inbox, office: Samples):
    camille = office.client("manager")
    given = {"title": "Relance", "body": "Dernier avertissement."}
    warned = inbox.press(camille, "ready-made", **given)
    assert warned.status_code == 422
    assert "pression ou menace" in text_of(warned)
    assert answers(office) == ["Payer par virement"]
    mark = hidden(warned.text, "anyway")
    assert inbox.press(camille, "ready-made", **given, anyway=mark).status_code == 303
    assert "Relance" in answers(office)


def test_a_practice_without_answers_is_offered_some(inbox: Inbox, office: Samples):
    stranger = office.client("stranger", practice_id=OTHERS)
    assert "commencez avec les nôtres" in text_of(stranger.get("/inbox/ready-made"))
    for _ in range(2):
        inbox.press(stranger, "ready-made/start")
    shown = text_of(stranger.get("/inbox/ready-made"))
    assert all(shown.count(title) >= 1 for title, _ in STARTING)
    with office.database.reading(OTHERS) as reading:
        mine = select(CannedAnswer.id).where(CannedAnswer.practice_id == OTHERS)
        assert len(reading.scalars(mine).all()) == len(STARTING)
    address = f"/inbox/ready-made/{office.ids['canned']}"
    assert stranger.get(address).status_code == 404


def test_the_worker_tells_of_broken_promises(inbox: Inbox, office: Samples):
    """The job that the worker runs every half minute."""

    class House:
        database, clock = office.database, office.clock

    inbox.write()
    office.later(days=7)
    assert note_broken_promises(House, OURS) == 2  # type: ignore[arg-type]
    assert note_broken_promises(House, OURS) == 0  # type: ignore[arg-type]
