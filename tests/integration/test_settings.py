"""The practice's settings in the back-office: who changes what, what is refused, and what is told of it."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shared.accounts import PRACTICE_RULES, SETTINGS, Practice, four_eyes_of
from shared.audit import TimelineEvent
from tests.backoffice_office import Samples, counted, member, opened, text_of, token_of
from tests.backoffice_orders import confirm
from tests.backoffice_people import OURS
from tests.security.office_forms import MONEY, PLANS, PRACTICE

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")
PAGES = {
    "/settings": PRACTICE,
    "/settings/plans": PLANS,
    "/settings/messages": {"link_days": "10", "source_fresh_days": "7", "asks_more": "1"},
    "/settings/money": MONEY,
}
IBAN = "FR7630006000011234567890189"
OTHER_IBAN = "FR1420041010050500013M02606"


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


@pytest.fixture
def small(sqlite_url: str) -> Iterator[Samples]:
    with opened(sqlite_url) as samples:
        yield samples


def seen_on(client: FlaskClient, page: str) -> str:
    """The mark of a settings page as it was read."""
    found = re.search(r'name="seen" value="([^"]+)"', client.get(page).text)
    assert found
    return found[1]


def send(
    office: Samples, client: FlaskClient, page: str, seen: str = "", **fields: str
) -> TestResponse:
    """Send a page's form, present where that is asked for."""
    mark = seen or seen_on(client, page)
    confirm(office)
    data = {"csrf_token": token_of(client), "seen": mark} | PAGES[page] | fields
    return client.post(page, data=data)


def practice(office: Samples) -> Practice:
    with office.database.reading(OURS) as session:
        return session.get_one(Practice, OURS)


def told(office: Samples) -> list[TimelineEvent]:
    query = select(TimelineEvent).where(
        TimelineEvent.practice_id == OURS, TimelineEvent.kind == "practice.settings"
    )
    with office.database.reading(OURS) as session:
        return list(session.scalars(query.order_by(TimelineEvent.at, TimelineEvent.id)))


def second_owner(office: Samples) -> FlaskClient:
    with office.database.unit_of_work() as work:
        office.staff["second"] = member(work.session, "owner", "second@cabinet.example", OURS)
        office.staff["second"].user.name = "Hélène Baudry"
        work.commit()
    return office.client("second")


def test_each_change_is_told_with_who_and_from_what_to_what(office: Samples) -> None:
    client = office.client("owner")
    done = send(office, client, "/settings/plans", plan_most_months="6")
    assert done.status_code == 303
    assert practice(office).plan_most_months == 6
    [event] = told(office)
    assert event.actor == "Camille Owner"
    assert event.facts == {"changes": {"plan_most_months": [10, 6]}}
    page = text_of(client.get("/settings/plans"))
    assert "Nombre de mois au plus 10 6 Camille Owner" in page


def test_the_same_form_sent_twice_is_told_once(office: Samples) -> None:
    client = office.client("owner")
    seen = seen_on(client, "/settings/messages")
    for _ in range(2):
        assert send(office, client, "/settings/messages", seen).status_code == 303
    assert len(told(office)) == 1


def test_of_two_owners_at_once_one_wins_and_the_other_reads_who(office: Samples) -> None:
    clients = [office.client("owner"), second_owner(office)]
    seen = [seen_on(client, "/settings/plans") for client in clients]
    tokens = [token_of(client) for client in clients]
    ready = Barrier(2)

    def press(which: int) -> TestResponse:
        fields = PLANS | {"plan_most_months": str(4 + which), "seen": seen[which]}
        ready.wait()
        return clients[which].post("/settings/plans", data=fields | {"csrf_token": tokens[which]})

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(press, range(2)))
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    winner = [answer.status_code for answer in answers].index(303)
    name = ("Camille Owner", "Hélène Baudry")[winner]
    late = text_of(answers[1 - winner])
    assert f"{name} a changé ces réglages" in late
    assert "rien n’a été écrit" in late
    assert f'value="{4 + (1 - winner)}"' in answers[1 - winner].text, "what was typed stays"
    assert f"En place : {4 + winner}." in late
    assert practice(office).plan_most_months == 4 + winner
    assert len(told(office)) == 1
    again = send(office, clients[1 - winner], "/settings/plans", plan_most_months="9")
    assert again.status_code == 303


def test_a_new_iban_is_shown_beside_the_old_one_and_asks_who_is_there(office: Samples) -> None:
    client = office.client("owner")
    send(office, client, "/settings/money", iban=OTHER_IBAN)
    assert practice(office).iban == OTHER_IBAN
    seen, token = seen_on(client, "/settings/money"), token_of(client)
    fields = {"csrf_token": token, "seen": seen} | MONEY
    check = client.post("/settings/money/check", data=fields, follow_redirects=True)
    assert "FR14 2004 1010 0505 0001 3M02 606 FR76 3000 6000 0112 3456 7890 189" in text_of(check)
    assert practice(office).iban == OTHER_IBAN, "nothing is written yet"
    office.later(minutes=6)
    asked = client.post("/settings/money", data=fields)
    assert "Confirmez que c’est vous" in asked.text
    assert practice(office).iban == OTHER_IBAN
    confirm(office)
    assert client.post("/settings/money", data=fields).status_code == 303
    assert practice(office).iban == IBAN
    assert told(office)[-1].facts["changes"]["iban"] == [OTHER_IBAN, IBAN]


def test_everyone_who_sees_the_settings_is_told_of_a_new_iban_for_two_weeks(
    office: Samples,
) -> None:
    send(office, office.client("owner"), "/settings/money")
    for page in ("/settings", "/settings/money", "/settings/plans"):
        for reader in (office.client("manager"), second_owner_once(office)):
            said = text_of(reader.get(page))
            assert "L’IBAN du cabinet a changé" in said
            assert IBAN in said
    office.later(days=15)
    assert "a changé De" not in text_of(office.client("manager").get("/settings"))


def second_owner_once(office: Samples) -> FlaskClient:
    return office.client("second") if "second" in office.staff else second_owner(office)


def test_a_limit_that_is_raised_counts_a_day_later_and_one_that_is_lowered_at_once(
    office: Samples,
) -> None:
    client = office.client("owner")

    def limit() -> int:
        with office.database.reading(OURS) as session:
            return four_eyes_of(session, session.get_one(Practice, OURS), at=office.clock.now())

    send(office, client, "/settings/money", four_eyes_cents="500")
    assert (practice(office).four_eyes_cents, limit()) == (50_000, 15_000)
    assert "c’est 150,00 € qui vaut" in text_of(client.get("/settings/money"))
    send(office, client, "/settings/money", four_eyes_cents="20")
    assert limit() == 2_000
    office.later(hours=24)
    assert limit() == 2_000
    client = office.client("owner")
    send(office, client, "/settings/money", four_eyes_cents="900")
    office.clock.instant += timedelta(hours=23, minutes=59)
    assert limit() == 2_000
    office.later(minutes=1)
    assert limit() == 90_000


@pytest.mark.parametrize(
    ("page", "field", "wrong", "said"),
    [
        ("/settings", "sender", "Cabinet dentaire Roux", "parle de soin"),
        ("/settings", "sms_sender", "Secrétariat douze", "3 à 11 lettres"),
        ("/settings", "phone", "", "Remplissez ce champ"),
        ("/settings", "phone", "appelez-nous", "Avec ce numéro un message ne passerait pas"),
        ("/settings", "phone", "12", "écrivez un seul numéro, tel qu’on le compose"),
        ("/settings", "siren", "123 456 789", "Ce numéro SIREN ne va pas"),
        ("/settings", "timezone", "Mars/Olympus", "Choisissez un fuseau"),
        ("/settings/money", "iban", "FR7630006000011234567890188", "Cet IBAN ne va pas"),
        ("/settings/money", "account_holder", "", "Donnez l’IBAN et son titulaire"),
        ("/settings/money", "bic", "XX", "Ce BIC ne va pas"),
        ("/settings/money", "four_eyes_cents", "beaucoup", "Donnez une somme de 0,00 à 100000,00"),
        ("/settings/plans", "plan_most_months", "61", "Donnez un nombre entier de 1 à 60"),
        ("/settings/plans", "pause_days", "0", "Donnez un nombre entier de 1 à 366"),
        ("/settings/messages", "link_days", "", "Donnez un nombre entier de 1 à 60"),
    ],
)
def test_what_can_t_be_set_gets_one_sentence_and_nothing_typed_is_lost(
    small: Samples, page: str, field: str, wrong: str, said: str
) -> None:
    before = {column: getattr(practice(small), column) for column in SETTINGS}
    answer = send(small, small.client("owner"), page, **{field: wrong})
    assert answer.status_code == 422
    assert said in text_of(answer)
    for name, value in (PAGES[page] | {field: wrong}).items():
        if value and name not in {"timezone", "desk_takes"} and value != "1":
            assert f'value="{value}"' in answer.text, name
    assert {column: getattr(practice(small), column) for column in SETTINGS} == before
    assert not told(small)


def test_the_example_follows_the_rules_that_are_typed_before_they_are_written(
    small: Samples,
) -> None:
    client = small.client("owner")
    answer = send(small, client, "/settings/plans", plan_most_months="3", look="1")
    said = text_of(answer)
    assert answer.status_code == 200
    assert "2 fois 60,00 €" in said
    assert "3 fois 40,00 €" in said
    assert "4 fois" not in said
    assert "Rien n’est encore enregistré" in said
    assert practice(small).plan_most_months == 10
    said = text_of(send(small, client, "/settings/plans", plan_minimum_cents="100", look="1"))
    assert "Cette somme ne s’étale pas avec ces règles" in said
    said = text_of(send(small, client, "/settings/plans", plan_instant_cents="100", look="1"))
    assert "Une proposition : l’équipe décide," in said


def test_each_setting_of_the_command_line_has_a_page(small: Samples) -> None:
    client = small.client("owner")
    pages = "".join(client.get(page).text for page in PAGES)
    for column in (*SETTINGS, *(rule.column for rule in PRACTICE_RULES)):
        assert f'name="{column}"' in pages, column


def test_a_manager_reads_and_changes_nothing(small: Samples) -> None:
    client = small.client("manager")
    for page in PAGES:
        assert client.get(page).status_code == 200
        assert "Enregistrer</button>" not in client.get(page).text
        sent = client.post(page, data={"csrf_token": token_of(client)} | PAGES[page])
        assert sent.status_code == 403


def test_usual_pauses_are_proposed_as_they_are_set(small: Samples) -> None:
    send(small, small.client("owner"), "/settings/plans", pause_days="20", granted_pause_days="45")
    page = small.client("secretary").get(f"/accounts/{small.numbers['settled']}").text
    assert 'value="2026-12-14"' in page


def test_no_key_shows_its_value_and_each_its_name(small: Samples) -> None:
    page = small.client("manager").get("/settings/keys").text
    assert "En service&nbsp;: m1" in page
    assert "ardoise keys rotate" in page
    assert "ardoise practice processor" in page
    for secret in ("master_keys", "link_keys", "index_key", "staff_secret"):
        value = getattr(small.settings, secret).get_secret_value()
        assert value not in page
        assert value.partition(":")[2] not in page or not value.partition(":")[2]


def test_a_settings_page_costs_few_statements(small: Samples) -> None:
    client = small.client("owner")
    for page in (*PAGES, "/settings/keys", "/settings/roles", "/settings/roles/new"):
        client.get(page)
        with counted(small.database) as statements:
            assert client.get(page).status_code == 200
        assert len([one for one in statements if not one.startswith(("BEGIN", "PRAGMA"))]) <= 12
