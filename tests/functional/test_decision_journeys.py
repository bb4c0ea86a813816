"""Agreements and help, decided at the desk and lived in the space, with the worker that runs."""

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import OpenContext
from tests.functional import patient_steps as steps
from tests.functional.demo_run import DemoRun, until
from tests.functional.looking import DESK, PHONE, Looking
from tests.functional.staff_steps import sign_in
from tests.functional.test_money_at_desk import show_presence
from tests.functional.test_plan_pages import OWING, give_card


@pytest.mark.parametrize(("size", "javascript"), [(DESK, True), (PHONE, False)])
def test_a_plan_is_countered_by_staff_and_accepted_by_the_patient(
    demo: DemoRun, open_context: OpenContext, size: tuple[int, int], javascript: bool
) -> None:
    patient = demo.claim(*OWING, "reminded", invoices=2)
    theirs = steps.enter(open_context(), patient)
    theirs.goto(f"{demo.portal}/spread?how=sum&sum=5&day=5")
    theirs.get_by_role("checkbox", name=re.compile("J’ai tout lu")).check()
    theirs.get_by_role("button", name="Envoyer ma proposition").click()
    theirs.goto(f"{demo.portal}/plan")
    expect(theirs.get_by_text("Nous étudions votre proposition.")).to_be_visible()

    page = open_context(size=size, javascript=javascript).new_page()
    sign_in(page, demo, demo.newcomer("secretary"))
    page.goto(f"{demo.backoffice}/accounts/{patient.number}")
    page.get_by_role("link", name="Ouvrir", exact=True).click()
    expect(page.get_by_text("Votre règle dit").first).to_be_visible()
    page.get_by_label("Nombre de mois").fill("2")
    if javascript:
        page.get_by_label("Nombre de mois").press("Tab")  # what is typed is shown by itself
    else:
        page.get_by_role("button", name="Voir les dates").click()
    expect(page.get_by_role("heading", name=re.compile("^Aperçu"))).to_be_visible()
    page.locator("#body-offer").fill("Bonjour, voici des dates plus courtes. Dites-nous.")
    page.get_by_role("button", name="Envoyer cette proposition").click()
    expect(page.get_by_text("Proposition envoyée.")).to_be_visible()
    if javascript:  # what looks is a script
        looking = Looking(page)
        looking.look(closely=True)
        assert looking.faults == []

    theirs.goto(f"{demo.portal}/plan")
    expect(theirs.get_by_text("Nous vous proposons d’autres dates")).to_be_visible()
    theirs.get_by_role("checkbox", name=re.compile("J’ai lu")).check()
    theirs.get_by_role("button", name="Je suis d’accord").click()
    theirs.wait_for_url(re.compile(r"/pay/cs_|/plan"))
    if steps.HOSTED.search(theirs.url):
        give_card(theirs)
    theirs.goto(f"{demo.portal}/plan")
    expect(theirs.get_by_role("heading", name="Votre accord")).to_be_visible()
    page.reload()
    expect(page.get_by_text("en cours", exact=True).first).to_be_visible()


def test_an_aid_request_is_granted_with_a_reduction(
    demo: DemoRun, open_context: OpenContext
) -> None:
    patient = demo.claim("aid")
    page = open_context(size=DESK).new_page()
    manager = demo.newcomer("manager")
    sign_in(page, demo, manager)
    page.goto(f"{demo.backoffice}/plans?what=aid")
    expect(page.get_by_role("link", name="Aide demandée").first).to_be_visible()
    page.goto(f"{demo.backoffice}/accounts/{patient.number}")
    page.get_by_role("link", name="L’ouvrir à côté du compte").click()
    looking = Looking(page)
    looking.look(closely=True)
    assert looking.faults == []
    page.get_by_role("radio", name="Ramener à").check()
    page.get_by_label("Somme qui reste à payer, en euros").fill("10,00")
    page.locator("#body-grant").fill("Bonjour, nous pouvons vous aider. Le détail est ici.")
    page.get_by_role("button", name="Accorder et envoyer").click()
    show_presence(page, demo, manager)
    expect(page.get_by_text("Aide accordée.")).to_be_visible()
    until(lambda: demo.balance(patient.number) == 1000)
    theirs = steps.enter(open_context(), patient)
    steps.see_owed(theirs, 1000)
    expect(theirs.get_by_text("ne vous sont plus demandés.")).to_be_visible()
