"""Staff open the lines of an account with a reason, for a quarter of an hour, and the patient reads it."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from portal.pages.preferences import REASONS as WORDED
from shared.accounts import account_vault, get_account
from shared.privacy import REASONS, DetailGrant, Look, accesses_of
from tests.backoffice_office import Samples, counted, open_samples, press, text_of, token_of
from tests.backoffice_people import KEYS, OURS

WHAT = "Rééducation du genou"


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    samples = open_samples(database_url)
    yield samples
    samples.database.dispose()


def address(office: Samples, story: str = "held") -> str:
    return f"/accounts/{office.numbers[story]}/details"


def page(office: Samples, role: str, story: str = "held") -> str:
    return text_of(office.client(role).get(address(office, story)))


def looks(office: Samples, story: str = "held") -> list[Look]:
    with office.database.reading(OURS) as reading:
        return accesses_of(reading, practice_id=OURS, account_id=office.ids[story])


def grants(office: Samples) -> list[DetailGrant]:
    with office.database.reading(OURS) as reading:
        return list(reading.scalars(select(DetailGrant)))


def open_for(office: Samples, role: str, **fields: str) -> str:
    answer = press(office.client(role), address(office), **({"reason": "question"} | fields))
    assert answer.status_code == 303, text_of(answer)
    return page(office, role)


@pytest.mark.parametrize("role", ["manager", "owner"])
def test_the_lines_are_closed_until_a_reason_is_given(office: Samples, role: str):
    before = page(office, role)
    assert WHAT not in before
    assert "Pourquoi l’ouvrir" in before
    after = open_for(office, role)
    assert after.count(WHAT) == 3
    assert "la personne pose une question sur sa facture" in after


@pytest.mark.parametrize("role", ["secretary", "accountant", "auditor"])
def test_who_may_not_is_told_why_and_who_may(office: Samples, role: str):
    told = page(office, role)
    assert "Votre rôle ne permet pas d’ouvrir le détail des soins" in told
    assert "Responsable, Propriétaire du cabinet" in told
    assert press(office.client(role), address(office), reason="question").status_code == 403
    assert not looks(office)


def test_it_is_open_for_that_person_that_account_and_a_quarter_of_an_hour(office: Samples):
    assert WHAT in open_for(office, "manager")
    assert WHAT not in page(office, "owner"), "a colleague says why for themselves"
    assert WHAT not in page(office, "manager", "door"), "another account is closed"
    office.later(minutes=14, seconds=59)
    assert WHAT in page(office, "manager")
    office.later(seconds=1)
    assert WHAT not in page(office, "manager")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choisissez pourquoi vous ouvrez le détail."),
        ({"reason": "curious", "note": "déjà écrit"}, "Choisissez pourquoi"),
        ({"reason": "other"}, "Écrivez en quelques mots pourquoi"),
        ({"reason": "refund", "note": "x" * 501}, "au plus 500 caractères"),
    ],
)
def test_without_a_reason_it_stays_closed_and_what_was_typed_stands(
    office: Samples, fields: dict[str, str], sentence: str
):
    answer = press(office.client("manager"), address(office), **fields)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert fields.get("note", "") in answer.text
    assert not looks(office)
    assert not grants(office)


def test_the_patient_reads_who_looked_when_and_why_without_the_name(office: Samples):
    open_for(office, "manager", reason="contested")
    told = looks(office)
    assert {look.invoice for look in told} == {"2026-0412", "2026-0438", "2026-0188"}
    assert {(look.by, look.role, look.reason) for look in told} == {
        ("staff", "manager", "contested")
    }


def test_it_stands_in_the_accounts_history(office: Samples):
    open_for(office, "manager")
    history = text_of(office.client("secretary").get(f"/accounts/{office.numbers['held']}"))
    assert "Détail des factures ouvert pour un quart d’heure" in history
    assert "Camille Manager" in history


def test_the_note_is_sealed(office: Samples):
    open_for(office, "manager", reason="other", note="l’avocat de Nadia appelle")
    (grant,) = grants(office)
    assert grant.note is not None
    assert b"avocat" not in grant.note
    with office.database.reading(OURS) as reading:
        account = get_account(reading, practice_id=OURS, account_id=office.ids["held"])
    opened = account_vault(KEYS, account).open(
        grant.note, table="detail_grant", row=grant.id, column="note"
    )
    assert opened == "l’avocat de Nadia appelle"


def test_pressing_twice_at_once_opens_once(office: Samples):
    answers: list[int] = []

    def press_it() -> None:
        browser = office.client("manager")
        fields = {"csrf_token": token_of(browser), "reason": "question"}
        answers.append(browser.post(address(office), data=fields).status_code)

    both = [threading.Thread(target=press_it) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert answers == [303, 303]
    assert len(grants(office)) == 1
    assert len(looks(office)) == 3


def test_an_account_without_kept_lines_says_so(office: Samples):
    assert "Aucun détail n’est conservé" in page(office, "manager", "sister")
    refused = press(office.client("manager"), address(office, "sister"), reason="question")
    assert refused.status_code == 422
    assert "il n’y a rien à ouvrir" in text_of(refused)


def test_the_page_costs_few_statements(office: Samples):
    open_for(office, "manager")
    client = office.client("manager")
    with counted(office.database) as statements:
        client.get(address(office))
    assert len([one for one in statements if not one.startswith("BEGIN")]) <= 12


def test_the_portal_words_every_reason():
    assert set(WORDED) == set(REASONS)
