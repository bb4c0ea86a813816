"""Paying otherwise in the real demo: by transfer, and somebody else by a link on another phone."""

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
LINK = re.compile(r"http://[\w.:]+/p/[\w.\-]{47}")
ONES = [(PHONE, False), (DESK, True)]


def link_for(page: Page, demo: DemoRun, amount: str) -> str:
    """The patient makes a link; what she copies."""
    page.goto(f"{demo.portal}/pay")
    page.get_by_role("link", name=re.compile("^Quelqu’un d’autre paie")).click()
    page.get_by_label("Une autre somme").check()
    page.get_by_label("Somme en euros").fill(amount)
    page.get_by_role("button", name="Faire le lien").click()
    expect(page.get_by_role("status")).to_contain_text("Votre lien est prêt.")
    found = LINK.search(page.inner_text("main").replace("\n", ""))
    assert found
    return found[0]


@pytest.mark.parametrize(("size", "javascript"), ONES)
def test_a_transfer_is_copied_and_told(
    demo: DemoRun, open_context: OpenContext, size: tuple[int, int], javascript: bool
) -> None:
    context = open_context(size=size, javascript=javascript)
    page = steps.enter(context, demo.claim(*OWING))
    page.goto(f"{demo.portal}/pay")
    page.get_by_role("link", name=re.compile("^Par virement")).click()
    expect(page.get_by_role("img", name=re.compile("^Code du virement"))).to_be_visible()
    copies = page.get_by_role("button", name=re.compile("^Copier"))
    if javascript:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        copies.nth(1).click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == "FR7630006000011234567890189"
        expect(page.get_by_role("button", name="Copié")).to_be_visible()
    else:
        expect(copies).to_have_count(0)
    page.get_by_text("Virer une autre somme").click()
    page.get_by_label("Somme en euros").fill("7,50")
    page.get_by_role("button", name="Montrer cette somme").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("7,50")
    page.get_by_role("button", name="J’ai fait ce virement").click()
    expect(page.get_by_role("status")).to_contain_text("Votre message est parti.")
    expect(page.get_by_role("main")).to_contain_text("J’ai fait un virement de 7,50")


@pytest.mark.parametrize(("size", "javascript"), ONES)
def test_somebody_else_pays_and_she_keeps_the_receipt(
    demo: DemoRun, open_context: OpenContext, size: tuple[int, int], javascript: bool
) -> None:
    patient = demo.claim(*OWING)
    page = steps.enter(open_context(size=size, javascript=javascript), patient)
    link = link_for(page, demo, "10")
    payer = open_context(size=size, javascript=javascript).new_page()
    payer.goto(link)
    assert patient.name not in payer.content()
    payer.get_by_role("button", name="Payer par carte").click()
    steps.pay_by_card(payer)
    expect(payer.get_by_role("status")).to_contain_text("Merci, c’est payé.", timeout=20_000)
    expect(payer.get_by_role("main")).to_contain_text(patient.number)
    page.goto(f"{demo.portal}/statement")
    page.get_by_role("link", name="Tous vos paiements").click()
    page.get_by_role("link", name=re.compile("^Reçu n°")).click()
    expect(page.get_by_role("main")).to_contain_text("carte, par votre lien")
    with page.expect_download() as download:
        page.get_by_role("link", name="Garder le reçu (PDF)").click()
    assert re.fullmatch(r"recu-\d{4}-\d{5}\.pdf", download.value.suggested_filename)
    letter = PdfReader(BytesIO(download.value.path().read_bytes())).pages[0].extract_text()
    assert "261-4-1" in letter


def test_the_pages_of_other_ways_hold_for_everyone(
    demo: DemoRun, open_context: OpenContext
) -> None:
    page = steps.enter(open_context(), demo.claim(*OWING))
    looking = Looking(page)
    looking.at(f"{demo.portal}/pay", closely=True)
    looking.at(f"{demo.portal}/transfer", closely=True)
    looking.at(f"{demo.portal}/transfer?amount=x")
    looking.at(f"{demo.portal}/share")
    page.get_by_label("Une autre somme").check()
    page.get_by_role("button", name="Faire le lien").click()
    looking.look()
    link = link_for(page, demo, "10")
    looking.look(closely=True)
    looking.at(f"{demo.portal}/share", closely=True)
    payer = open_context().new_page()
    theirs = Looking(payer)
    theirs.at(link, closely=True)
    payer.get_by_role("button", name="Payer par carte").click()
    steps.pay_by_card(payer)
    expect(payer.get_by_role("status")).to_contain_text("Merci, c’est payé.", timeout=20_000)
    theirs.look(closely=True)
    theirs.at(f"{demo.portal}/thanks?cancelled=1")
    looking.at(f"{demo.portal}/payments")
    second = link_for(page, demo, "5")
    page.get_by_role("button", name="Couper ce lien").first.click()
    theirs.at(second)
    expect(payer.get_by_role("heading", level=1)).to_have_text("Ce lien ne marche plus")
    stranger = Looking(open_context().new_page())
    stranger.at(f"{demo.portal}/thanks")
    assert looking.faults + theirs.faults + stranger.faults == []
    assert looking.hosts == stranger.hosts == {demo.portal}
    assert theirs.hosts == {demo.portal, demo.sandbox}
