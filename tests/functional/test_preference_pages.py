"""Details behind a code, and preferences, in the real demo: patient, phone and secretary."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import OpenContext
from tests.functional import patient_steps as steps
from tests.functional.demo_run import DemoRun, Patient, person_of, until
from tests.functional.looking import DESK, PHONE, Looking
from tests.functional.staff_steps import sign_in

OWING = ("unpaid", "not_due", "call", "formal_notice")
CODE = re.compile(r"(?:code est |^)(\d{6})(?:\.|$)", re.MULTILINE)


def code_at(demo: DemoRun, *recipients: str) -> str:
    """The code that comes to a phone or mailbox, which gets one in its life."""

    def found() -> str:
        texts = [str(one["text"]) for to in recipients if to for one in demo.messages(to)]
        return next((code for text in texts for code in CODE.findall(text)), "")

    return until(found)


def to_details(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^Facture n°")).first.click()
    page.get_by_role("link", name="Voir le détail").click()


@pytest.mark.parametrize(("size", "javascript"), [(PHONE, False), (DESK, True)])
def test_a_code_from_the_phone_opens_the_details_of_one_invoice(
    demo: DemoRun, open_context: OpenContext, size: tuple[int, int], javascript: bool
) -> None:
    patient = demo.claim(*OWING)
    page = steps.enter(open_context(size=size, javascript=javascript), patient)
    to_details(page)
    anywhere = (demo.phone_of(patient), person_of(patient).email)
    page.get_by_role("button", name="Recevoir un code").click()
    page.get_by_label("Le code à 6 chiffres").fill("000")
    page.get_by_role("button", name="Voir le détail").click()
    expect(page.get_by_role("alert")).to_contain_text("6 chiffres")
    page.get_by_label("Le code à 6 chiffres").fill(code_at(demo, *anywhere))
    page.get_by_role("button", name="Voir le détail").click()
    expect(page.get_by_role("main")).to_contain_text("Ce regard est noté.")
    for said in ("Date des soins", "Acte", "Total de la facture", "Il reste pour vous"):
        expect(page.get_by_role("main")).to_contain_text(said)
    page.get_by_role("link", name="Qui a regardé le détail").click()
    expect(page.get_by_role("main")).to_contain_text("Vous, par un lien et un code")


def test_a_new_number_is_confirmed_accepted_and_written_to(
    demo: DemoRun, open_context: OpenContext
) -> None:
    patient = demo.claim(*OWING)
    page = steps.enter(open_context(), patient)
    page.get_by_role("link", name="Mes préférences").click()
    page.get_by_role("link", name="Donner un autre numéro").click()
    number = f"+3363998{int(patient.number[1:], 36) % 10_000:04}"
    page.get_by_label(re.compile("^Votre mobile")).fill(number)
    page.get_by_role("button", name="Recevoir un code").click()
    page.get_by_label("Le code à 6 chiffres").fill(code_at(demo, number))
    page.get_by_role("button", name="Donner ce code").click()
    expect(page.get_by_role("main")).to_contain_text("Rien ne change avant notre réponse.")
    old = demo.phone_of(patient)
    assert until(lambda: [m for m in demo.messages(old) if "un changement est" in str(m)])
    desk = open_context(size=DESK).new_page()
    sign_in(desk, demo, "secretary")
    desk.goto(f"{demo.backoffice}/accounts/{patient.number}")
    changes = desk.get_by_role("region", name="Changements proposés")
    looking = Looking(desk)
    looking.look(large_at=DESK)
    assert looking.faults == []
    changes.get_by_label("J’ai vérifié").check()
    changes.get_by_role("button", name="Accepter").click()
    expect(desk.get_by_role("status")).to_contain_text("Changement accepté.")
    page.goto(f"{demo.portal}/preferences")
    expect(page.get_by_role("main")).to_contain_text("C’est fait.")
    assert until(lambda: [m for m in demo.messages(number) if "répondu" in str(m)])


def test_the_pages_of_details_and_preferences_hold_for_everyone(
    demo: DemoRun, open_context: OpenContext
) -> None:
    patient: Patient = demo.claim(*OWING)
    page = steps.enter(open_context(), patient)
    to_details(page)
    looking = Looking(page)
    looking.look(closely=True)
    page.get_by_role("button", name="Recevoir un code").click()
    looking.look(closely=True)
    page.get_by_role("button", name="Voir le détail").click()
    looking.look()
    looking.at(f"{demo.portal}/looked")
    looking.at(f"{demo.portal}/preferences", closely=True)
    looking.at(f"{demo.portal}/preferences/new-contact")
    page.get_by_role("button", name="Recevoir un code").click()
    looking.look(closely=True)
    looking.at(f"{demo.portal}/preferences/representative", closely=True)
    page.get_by_role("button", name="Recevoir un code").click()
    looking.look(closely=True)
    page.goto(f"{demo.portal}/preferences")
    page.get_by_text("Ne plus écrire ici").first.click()
    page.get_by_role("link", name="D’autres personnes y ont accès").first.click()
    looking.look(closely=True)
    page.get_by_role("link", name="Non, ne rien changer").click()
    page.get_by_label("Par courrier seulement").check()
    page.get_by_role("button", name="Enregistrer ce choix").click()
    looking.look()
    page.get_by_label("English").check()
    page.get_by_role("button", name="Enregistrer la langue").click()
    looking.look()
    expect(page.get_by_role("heading", level=1)).to_have_text("My preferences")
    assert looking.faults == []
    assert looking.hosts == {demo.portal}
