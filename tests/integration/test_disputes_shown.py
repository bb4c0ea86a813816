"""What people read of a payment that a bank took back: the patient calmly, staff with what to do."""

import re

import pytest
from sqlalchemy import select

from shared.accounts import Account
from shared.audit import TimelineEvent
from tests.backoffice_office import OURS, Samples, press, text_of
from tests.integration.test_backoffice_accounts import office as _office
from tests.integration.test_receipts_kept import words
from tests.integration.test_refunds import paid, told
from tests.integration.test_refunds_unpayable import WHY
from tests.integration.test_statement_cost import MOST_STATEMENTS
from tests.integration.test_transfer_pages import said
from tests.integration.till import Till, on_sqlite
from tests.statements import counting

office = _office


def contested(till: Till, **how: object) -> Account:
    account = paid(till)
    till.later(days=1)
    till.contest(account, **how)
    told(till)
    return account


def test_the_patient_reads_that_the_bank_took_it_and_that_a_person_looks(till: Till) -> None:
    account = contested(till)
    browser = till.patient(account)
    taken = "La banque a repris 42,50 € le 25 novembre 2026."
    page = said(browser.get("/statement"))
    assert taken in page
    assert "La banque a repris un paiement. Une personne regarde ce qu’il en est." in page
    assert WHY in page
    assert "Remboursé" not in page
    assert f"{taken} Une personne regarde ce qu’il en est." in said(browser.get("/payments"))
    assert browser.get("/pay").location == "/statement"


def test_the_receipt_and_its_letter_name_what_the_bank_took(till: Till) -> None:
    account = contested(till)
    browser = till.patient(account)
    [payment] = till.payments(account)
    page = said(browser.get(f"/receipt/{payment.id}"))
    letter = words(browser.get(f"/receipt/{payment.id}.pdf").data)
    for shown in (page, letter):
        assert "Rendu ou repris depuis" in shown
        assert "Le 25 novembre 2026, repris par la banque" in shown
        assert "Payé, tout compté 0,00 €" in shown
        assert "sur la carte" not in shown
    assert "Une personne regarde ce qu’il en est." in page


@on_sqlite
def test_once_it_is_won_nothing_is_said_of_it_any_more(till: Till) -> None:
    account = contested(till)
    [made] = till.disputes(account)
    till.end_contest(made.processor_ref, "won")
    told(till)
    browser = till.patient(account)
    for path in ("/statement", "/payments"):
        assert "banque" not in said(browser.get(path)), path


@on_sqlite
def test_a_banks_question_is_not_the_patients_worry(till: Till) -> None:
    account = contested(till, inquiry=True)
    page = said(till.patient(account).get("/statement"))
    assert "banque" not in page


@on_sqlite
def test_an_english_reader_reads_it_in_english(till: Till) -> None:
    account = till.world.account(language="en")
    till.pay(account)
    told(till)
    till.contest(account)
    told(till)
    browser = till.patient(account)
    [payment] = till.payments(account)
    assert "The bank took back €42.50 on 24 November 2026." in said(browser.get("/statement"))
    assert "A person is looking into it." in said(browser.get("/payments"))
    assert "taken back by the bank" in said(browser.get(f"/receipt/{payment.id}"))


def test_the_statement_takes_no_more_statements_with_disputes(till: Till) -> None:
    account = contested(till)
    browser = till.patient(account)
    browser.get("/statement")
    with counting(till.world.database.engine) as statements:
        assert "La banque a repris" in said(browser.get("/statement"))
    assert len(statements) <= MOST_STATEMENTS, statements


# Staff. Nadia's payment of the samples is asked about by her bank.


def evidence(office: Samples, role: str = "secretary") -> str:
    path = f"/accounts/{office.numbers['held']}/disputes/{office.ids['held_dispute']}/evidence"
    answer = press(office.client(role), path)
    assert answer.status_code == 200
    return answer.text


def test_the_accounts_page_says_what_is_disputed_and_until_when_to_answer(office: Samples) -> None:
    said_to_staff = text_of(office.client("secretary").get(f"/accounts/{office.numbers['held']}"))
    assert "Contestations à la banque" in said_to_staff
    assert "27,50 € , reçu R-2026-00001" in said_to_staff
    assert "la banque pose des questions" in said_to_staff
    assert "le titulaire ne reconnaît pas le paiement" in said_to_staff
    assert "Répondre au plus tard" in said_to_staff
    assert "Réunir les faits pour répondre" in said_to_staff
    bare = text_of(office.client("accountant").get(f"/accounts/{office.numbers['held']}"))
    assert "Contestations à la banque" in bare
    assert "Réunir les faits" not in bare


def test_the_facts_for_the_bank_hold_no_name_and_no_care(office: Samples) -> None:
    page = evidence(office)
    facts = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    assert facts is not None
    for fact in ("Somme : 27,50", "R-2026-00001", "pi_1", "du_1", "Référence du compte"):
        assert fact.replace(" :", "\u00a0:") in page or fact in page, fact
    for secret in ("Nadia", "Ferhat", "nadia@example.org", "consultation", "scanner"):
        assert secret not in facts[1], secret
    assert "dans les pages du prestataire de carte" in page


def test_who_asked_for_the_facts_stands_in_the_accounts_story(office: Samples) -> None:
    evidence(office)
    with office.database.reading(OURS) as reading:
        query = select(TimelineEvent).where(TimelineEvent.kind == "dispute.evidence")
        [event] = reading.scalars(query)
    assert (event.actor_kind, event.account_id) == ("staff", office.ids["held"])
    page = text_of(office.client("secretary").get(f"/accounts/{office.numbers['held']}"))
    assert "Faits réunis pour répondre à la banque : 27,50 €" in page


@pytest.mark.parametrize("role", ["accountant", "auditor"])
def test_the_facts_are_for_those_who_do_the_work(office: Samples, role: str) -> None:
    path = f"/accounts/{office.numbers['held']}/disputes/{office.ids['held_dispute']}/evidence"
    assert press(office.client(role), path).status_code == 403


def test_another_accounts_dispute_is_not_there(office: Samples) -> None:
    path = f"/accounts/{office.numbers['sister']}/disputes/{office.ids['held_dispute']}/evidence"
    assert press(office.client("secretary"), path).status_code == 404
