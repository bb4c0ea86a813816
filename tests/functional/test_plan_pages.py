"""Spreading in the real demo: seen, agreed to, kept as a letter and stopped, without a script."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.conftest import OpenContext
from tests.functional import patient_steps as steps
from tests.functional.demo_run import DemoRun
from tests.functional.looking import DESK, PHONE, Looking

OWING = ("unpaid", "not_due", "call", "formal_notice")


def give_card(page: Page) -> None:
    """On the processor's page, give the card that later dates are taken from."""
    expect(page).to_have_url(steps.HOSTED)
    page.get_by_role("button", name="Enregistrer la carte").click()
    expect(page).to_have_url(re.compile(r"/plan\?card=kept$"))


@pytest.mark.parametrize(("size", "javascript"), [(PHONE, False), (DESK, True)])
def test_spreading_from_the_first_look_to_the_last_word(
    demo: DemoRun, open_context: OpenContext, size: tuple[int, int], javascript: bool
) -> None:
    context = open_context(size=size, javascript=javascript)
    page = steps.enter(context, demo.claim(*OWING, invoices=2))  # enough for two months
    page.get_by_role("link", name=re.compile("^Étaler")).click()
    page.get_by_label("Je peux payer").fill("5")
    page.get_by_role("button", name="Voir les dates").click()
    expect(page.get_by_role("button", name="Envoyer ma proposition")).to_be_visible()
    page.get_by_label("Je choisis le nombre de mois").check()
    page.get_by_role("radio", name="2", exact=True).check()
    page.get_by_label(re.compile("^Le jour du mois")).fill("12")
    page.get_by_role("button", name="Voir les dates").click()
    expect(page.get_by_text("C’est possible tout de suite.")).to_be_visible()
    expect(page.get_by_role("rowheader", name=re.compile("^12 "))).to_have_count(2)
    page.get_by_role("button", name="Je suis d’accord").click()
    expect(page.get_by_role("alert")).to_contain_text("Cochez la case")
    page.get_by_role("checkbox", name=re.compile("J’ai lu l’accord")).check()
    page.get_by_role("button", name="Je suis d’accord").click()
    give_card(page)
    expect(page.get_by_text(re.compile("finit par 4242"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Garder l’accord en PDF").click()
    assert download.value.suggested_filename == "accord.pdf"
    letter = download.value.path().read_bytes()
    assert "Notre accord" in PdfReader(BytesIO(letter)).pages[0].extract_text()
    page.get_by_role("link", name=re.compile("^Payer")).click()
    expect(
        page.get_by_role("radio", name=re.compile("Ce que prévoit votre accord"))
    ).to_be_checked()
    page.goto(f"{demo.portal}/plan")
    page.get_by_text("Arrêter l’accord").click()
    page.get_by_role("button", name="Oui, arrêter").click()
    expect(page.get_by_text("Cet accord est terminé.")).to_be_visible()


def test_the_pages_of_a_plan_hold_for_everyone(demo: DemoRun, open_context: OpenContext) -> None:
    page = steps.enter(open_context(), demo.claim(*OWING))
    looking = Looking(page)
    looking.at(f"{demo.portal}/spread", closely=True)
    looking.at(f"{demo.portal}/spread?how=sum&sum=x&day=40")
    looking.at(f"{demo.portal}/spread?how=sum&sum=20&day=5", closely=True)
    page.get_by_role("button", name="Je suis d’accord").click()
    looking.look()
    page.get_by_role("checkbox", name=re.compile("J’ai lu l’accord")).check()
    page.get_by_role("button", name="Je suis d’accord").click()
    expect(page).to_have_url(steps.HOSTED)
    looking.at(f"{demo.portal}/plan?cancelled=1", closely=True)
    page.get_by_role("button", name="Donner ma carte").click()
    give_card(page)
    looking.look(closely=True)
    page.get_by_role("button", name="Le demander").click()
    looking.look()
    page.get_by_label("Je voudrais une pause").check()
    page.get_by_role("button", name="Le demander").click()
    looking.look()
    looking.at(f"{demo.portal}/statement")
    looking.at(f"{demo.portal}/pay?choice=part")
    assert looking.faults == []
    assert looking.hosts == {demo.portal, demo.sandbox}
