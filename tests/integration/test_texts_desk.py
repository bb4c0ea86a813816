"""« Réglages › Textes »: what is shown, refused and asked twice, and of two who write one wins."""

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from io import BytesIO
from threading import Barrier
from typing import Any
from unittest.mock import patch

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from shared.accounts import Practice
from shared.audit import TimelineEvent
from shared.delivery import Notice
from shared.texts import PracticeText, service
from tests.backoffice_office import (
    Samples,
    counted,
    member,
    opened,
    press,
    text_of,
    token_of,
)
from tests.backoffice_people import OURS
from tests.security.office_role import opened_in_role

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")
SMS = "/settings/texts/reminder-sms-fr"
MAIL = "/settings/texts/reminder-email-fr"
WORDS = "Un mot du bureau. {lien}"
LETTER = "Bonjour,\n\nDéjà fait ? Besoin d’aide ? {téléphone}\n\n{lien}\n\nMerci,"


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


@pytest.fixture
def small(sqlite_url: str) -> Iterator[Samples]:
    with opened(sqlite_url) as samples:
        yield samples


def texts(office: Samples) -> list[PracticeText]:
    with office.database.reading(OURS) as session:
        return list(session.scalars(select(PracticeText).order_by(PracticeText.version)))


def save(client: FlaskClient, address: str = SMS, **fields: str) -> TestResponse:
    return press(client, address, **({"seen": "0", "body": WORDS} | fields))


def test_the_list_shows_every_message_and_whose_words_it_goes_in(small: Samples) -> None:
    client = small.client("owner")
    assert save(client).status_code == 303
    with counted(small.database) as statements:
        page = text_of(client.get("/settings/texts"))
    assert len(statements) <= 12
    assert "Le vôtre, version 1" in page
    assert "Ce message" not in page
    for title in ("Second rappel", "Code à usage unique", "Mise en demeure", "Texte fixe"):
        assert title in page


def test_a_first_text_is_a_version_with_who_and_when_and_is_told(office: Samples) -> None:
    client = office.client("owner")
    assert "Les mots d’Ardoise" in text_of(client.get(SMS))
    assert save(client).status_code == 303
    [text] = texts(office)
    assert (text.version, text.body, text.saved_name) == (1, WORDS, "Camille Owner")
    page = text_of(client.get(SMS))
    assert "Version 1 en place Camille Owner" in page
    with office.database.reading(OURS) as session:
        event = session.scalars(
            select(TimelineEvent).where(TimelineEvent.kind == "practice_text.saved")
        ).one()
    assert (event.actor, event.facts["version"], event.facts["own"]) == ("Camille Owner", 1, True)
    assert "bureau" not in str(event.facts)
    assert "Mots du cabinet pour un message" in text_of(client.get("/journal"))


@pytest.mark.parametrize(
    ("address", "fields", "says"),
    [
        (SMS, {"body": "Un mot du bureau."}, "Il manque {lien}"),
        (SMS, {"body": "Vos soins, ici : {lien}"}, "« soins » : cela parle de soin"),
        (MAIL, {"subject": "Votre facture", "body": LETTER}, "« facture » : cela parle d’argent"),
        (MAIL, {"subject": "Un mot", "body": "Bonjour {nom}\n{lien}"}, "« {nom} »"),
    ],
)
def test_what_may_not_go_is_refused_and_what_was_typed_stays(
    small: Samples, address: str, fields: dict[str, str], says: str
) -> None:
    answer = save(small.client("owner"), address, **fields)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert fields["body"].splitlines()[0].split("{")[0] in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert not texts(small)


def test_the_sender_s_name_is_offered_where_ardoise_does_not_put_it_first(small: Samples) -> None:
    client = small.client("owner")
    assert "{expéditeur} , le nom d’expéditeur neutre" in text_of(client.get(MAIL))
    assert "{expéditeur}" not in text_of(client.get(SMS))
    typed = "{expéditeur} : un mot vous attend. {lien}"
    answer = save(client, SMS, body=typed, look="1")
    assert "Ôtez {expéditeur} : Ardoise met déjà ce nom au début de chaque SMS" in text_of(answer)
    assert typed in text_of(answer)


def test_a_warning_asks_for_a_tick_of_these_very_words(small: Samples) -> None:
    client = small.client("owner")
    fields = {"subject": "Un mot", "body": "Le bureau vous écrit.\n\n{lien}"}
    asked = save(client, MAIL, **fields)
    assert asked.status_code == 422
    assert "n’offre plus ni temps, ni aide" in text_of(asked)
    found = re.search(r'name="anyway" value="(\w+)"', asked.text)
    assert found
    other = fields | {"subject": "Un autre mot"}
    assert save(client, MAIL, **other, anyway=found[1]).status_code == 422
    assert save(client, MAIL, **fields, anyway=found[1]).status_code == 303
    with small.database.reading(OURS) as session:
        facts = session.scalars(
            select(TimelineEvent.facts).where(TimelineEvent.kind == "practice_text.saved")
        ).one()
    assert facts["anyway"] == ["way_out", "done", "phone_less"]


def test_looking_shows_both_phones_and_writes_nothing(small: Samples) -> None:
    client = small.client("owner")
    seen = save(client, MAIL, subject="Un mot", body=LETTER, look="1")
    assert seen.status_code == 200
    page = text_of(seen)
    assert page.count("Déjà fait ? Besoin d’aide ? 04 65 71 20 12") >= 2
    assert page.count("Ouvrir mon espace privé") == 2
    assert "Nous ne demandons jamais vos codes bancaires" in page
    assert "phone light" in seen.text
    assert "phone dark" in seen.text
    too_long = text_of(save(client, body="un mot du bureau " * 9 + "{lien}", look="1"))
    assert "2 SMS" in too_long
    assert "de trop pour partir en un seul" in too_long
    strange = text_of(save(client, body="un être vous attend. {lien}", look="1"))
    assert "« ê » n’existe pas" in strange
    assert "car un signe n’est pas dans l’alphabet" in strange
    assert not texts(small)


def test_going_back_puts_an_earlier_version_or_ours_in_force(small: Samples) -> None:
    client = small.client("owner")
    save(client)
    save(client, body="Un autre mot. {lien}", seen="1")
    assert press(client, f"{SMS}/back", version="1", seen="2").status_code == 303
    assert [text.body for text in texts(small)] == [WORDS, "Un autre mot. {lien}", WORDS]
    press(client, f"{SMS}/back", version="0", seen="3")
    assert texts(small)[-1].body is None
    assert "Les mots d’Ardoise" in text_of(client.get(SMS))
    assert press(client, f"{SMS}/back", version="9", seen="4").status_code == 404
    late = press(client, f"{SMS}/back", version="1", seen="2")
    assert "a changé ce texte le" in text_of(client.get(late.location))
    assert len(texts(small)) == 4


def test_of_two_owners_at_once_one_wins_and_the_other_keeps_what_was_typed(
    office: Samples,
) -> None:
    with office.database.unit_of_work() as work:
        office.staff["second"] = member(work.session, "owner", "second@cabinet.example", OURS)
        office.staff["second"].user.name = "Hélène Baudry"
        work.commit()
    clients = [office.client("owner"), office.client("second")]
    tokens = [token_of(client) for client in clients]
    ready = Barrier(2)

    def send(which: int) -> TestResponse:
        ready.wait()
        fields = {"csrf_token": tokens[which], "seen": "0", "body": f"Mot {'ab'[which]}. {{lien}}"}
        return clients[which].post(SMS, data=fields)

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(send, range(2)))
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    loser = [answer.status_code for answer in answers].index(422)
    [kept] = texts(office)
    page = text_of(answers[loser])
    assert f"{kept.saved_name} a changé ce texte le" in page
    assert f"Mot {'ab'[loser]}. {{lien}}" in page
    assert kept.body in page.split("Ce qui est en place maintenant")[1]
    assert 'name="seen" value="1"' in answers[loser].text


def test_where_a_colleague_was_faster_nothing_typed_is_lost(postgres_roles_url: str) -> None:
    with opened_in_role(postgres_roles_url) as office:
        slow, quick = office.client("owner"), office.client("owner")
        tokens = [token_of(slow), token_of(quick)]
        own_turn = service.take_turns
        colleague: list[Any] = []

        def late(*args: Any) -> None:
            if not colleague:
                colleague.append(None)
                fields = {"csrf_token": tokens[1], "seen": "0", "body": "Mot du collègue. {lien}"}
                colleague[0] = quick.post(SMS, data=fields)
            own_turn(*args)

        with patch.object(service, "take_turns", late):
            fields = {"csrf_token": tokens[0], "seen": "0", "body": "Mon mot. {lien}"}
            answer = slow.post(SMS, data=fields)
        assert colleague[0].status_code == 303
        assert answer.status_code == 422
        assert "a changé ce texte le" in text_of(answer)
        assert "Mon mot. {lien}" in text_of(answer)
        assert [text.body for text in texts(office)] == ["Mot du collègue. {lien}"]


def test_between_looking_and_writing_no_colleague_comes_in(postgres_roles_url: str) -> None:
    with opened_in_role(postgres_roles_url) as office, ThreadPoolExecutor(1) as elsewhere:
        first, second = office.client("owner"), office.client("owner")
        tokens = [token_of(first), token_of(second)]
        look = service.text_in_force
        colleague: list[Future[TestResponse]] = []

        def looked(*args: Any, **kwargs: Any) -> Any:
            found = look(*args, **kwargs)
            if not colleague:
                fields = {"csrf_token": tokens[1], "seen": "0", "body": "Mot du collègue. {lien}"}
                colleague.append(elsewhere.submit(second.post, SMS, data=fields))
                assert not wait(colleague, timeout=1).done, "it waits for its turn"
            return found

        with patch.object(service, "text_in_force", looked):
            fields = {"csrf_token": tokens[0], "seen": "0", "body": "Mon mot. {lien}"}
            assert first.post(SMS, data=fields).status_code == 303
            answer = colleague[0].result(timeout=30)
        assert answer.status_code == 422
        assert "a changé ce texte le" in text_of(answer)
        assert "Mot du collègue. {lien}" in text_of(answer)
        assert [text.body for text in texts(office)] == ["Mon mot. {lien}"]


def test_a_text_that_no_longer_passes_is_said_on_the_list_and_can_be_mended(
    small: Samples,
) -> None:
    client = small.client("owner")
    assert "Ne part pas : " not in text_of(client.get("/settings/texts"))
    save(client, body="un mot du bureau vous attend ici. Quand vous voulez. {lien} Merci d'avance")
    with small.database.unit_of_work(OURS) as work:
        work.session.execute(
            update(Practice).where(Practice.id == OURS).values(sender="Secrétariat de la rue R12")
        )
        work.commit()
    assert "Ne part pas : " in text_of(client.get("/settings/texts"))
    assert "ne passe plus les règles" in text_of(client.get(SMS))
    assert save(client, body=WORDS, seen="1").status_code == 303
    assert "Ne part pas : " not in text_of(client.get("/settings/texts"))


def test_the_first_message_beside_the_practice_s_names_is_the_one_that_would_go(
    small: Samples,
) -> None:
    client = small.client("owner")
    save(client, "/settings/texts/pre_due-sms-fr", body="le bureau vous attend. {lien}")
    page = text_of(client.get("/settings"))
    assert "le bureau vous attend." in page
    assert "Un document vous attend" in page


def test_the_formal_notice_is_shown_about_nobody(small: Samples) -> None:
    client = small.client("manager")
    assert "/settings/texts/letter" in client.get("/settings/texts").text
    paper = client.get("/settings/texts/letter")
    assert paper.mimetype == "application/pdf"
    words = " ".join(PdfReader(BytesIO(paper.data)).pages[0].extract_text().split())
    assert "Exemple" in words
    assert "42,00" in words.replace("\N{NO-BREAK SPACE}", " ")
    assert "mettons en demeure" in words


def test_who_may_only_read_reads_and_changes_nothing(small: Samples) -> None:
    client = small.client("manager")
    page = client.get(SMS)
    assert "readonly" in page.text
    assert "Aperçu</button>" not in page.text
    assert save(client).status_code == 403
    assert not texts(small)


@pytest.mark.parametrize("key", ["code-sms-fr", "change_done-email-en"])
def test_what_guards_somebody_is_shown_and_not_changed(small: Samples, key: str) -> None:
    client = small.client("owner")
    page = client.get(f"/settings/texts/{key}")
    assert "Texte fixe" in text_of(page)
    assert "<textarea" not in page.text
    assert save(client, f"/settings/texts/{key}").status_code == 404
    assert press(client, f"/settings/texts/{key}/back", version="0", seen="0").status_code == 404


@pytest.mark.parametrize("key", ["x", "reminder-letter-fr", "nothing-sms-fr", "reminder-sms-de"])
def test_a_message_that_does_not_exist_is_not_found(small: Samples, key: str) -> None:
    assert small.client("owner").get(f"/settings/texts/{key}").status_code == 404


def test_the_account_says_in_which_words_a_message_went(small: Samples) -> None:
    client = small.client("owner")
    with small.database.unit_of_work(OURS) as work:
        notice = work.session.get_one(Notice, (OURS, small.ids["doubt_notice"]))
        notice.words_version = 3
        address = f"{notice.template}-{notice.channel}-{notice.language}#v3"
        work.commit()
    page = client.get(f"/accounts/{small.numbers['doubt']}").text
    assert f"/settings/texts/{address}" in page
    assert "Texte du cabinet, version 3" in page
