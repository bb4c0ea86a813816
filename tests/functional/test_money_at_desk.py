"""What a secretary notes and asks for at the desk, carried out by the worker that runs."""

import re

from playwright.sync_api import Page, expect

from tests.conftest import OpenContext
from tests.functional.demo_run import DemoRun, until
from tests.functional.looking import CUT, DESK, PHONE, Looking
from tests.functional.staff_steps import sign_in


def note_cash(page: Page, euros: str, *, far_beyond: bool = False) -> None:
    """On an account's page, note cash that came; where it is ``far_beyond`` the debt one is asked first."""
    page.get_by_text("Noter un paiement").click()
    page.get_by_label("Moyen").select_option("cash")
    page.get_by_label("Somme, en euros").fill(euros)
    page.get_by_role("button", name="Noter le paiement").click()
    if far_beyond:
        expect(page.get_by_role("alert")).to_contain_text("À vérifier d’abord : la somme")
        expect(page.get_by_role("alert")).to_be_in_viewport()
        expect(page.get_by_label("Somme, en euros")).to_have_value(euros)
        page.get_by_role("button", name="Oui, tout est juste").click()
    expect(page.get_by_text("C’est noté")).to_be_visible()


def check_refund(page: Page, euros: str) -> None:
    """See what it would do to hand so much back."""
    page.get_by_role("link", name=re.compile("^Rembourser")).click()
    page.get_by_label("Somme à rendre").fill(euros)
    page.get_by_label("Pourquoi").select_option(index=1)
    page.get_by_role("button", name="Vérifier avant de demander").click()


def ask(page: Page, demo: DemoRun, role: str) -> None:
    """Ask for it, and show that one is there."""
    page.get_by_role("button", name=re.compile("^Demander")).click()
    show_presence(page, demo, role)
    expect(page.get_by_text("Demande notée")).to_be_visible()


def show_presence(page: Page, demo: DemoRun, role: str) -> None:
    """Give the password and a code again."""
    page.get_by_label(re.compile("^Mot de passe|^Votre mot de passe")).fill(
        demo.staff(role)["password"]
    )
    page.get_by_label(re.compile("^Code")).fill(demo.code(role))
    page.get_by_role("button", name=re.compile("^Confirmer|^Continuer")).click()


def test_cash_is_booked_and_a_part_of_it_is_handed_back(
    demo: DemoRun, open_context: OpenContext
) -> None:
    patient = demo.claim("unpaid", "not_due")
    owed = demo.balance(patient.number)
    page = open_context(size=DESK).new_page()
    manager = demo.newcomer("manager")
    sign_in(page, demo, manager)
    page.goto(f"{demo.backoffice}/accounts/{patient.number}")
    note_cash(page, "6,00")
    until(lambda: demo.payments(patient.number) == [600])
    assert demo.balance(patient.number) == owed - 600
    page.reload()
    check_refund(page, "1,50")
    ask(page, demo, manager)
    until(lambda: demo.balance(patient.number) == owed - 450)


NARROWEST = """() => Math.min(...[...document.querySelectorAll(".list :is(th, td), .pairs dd, .tl p")]
    .filter(one => one.getClientRects().length && one.textContent.trim())
    .map(one => one.clientWidth / parseFloat(getComputedStyle(one).fontSize)))"""


def test_on_a_phone_what_is_to_be_mended_is_in_view_and_leads_to_its_field(
    demo: DemoRun, open_context: OpenContext
) -> None:
    page = open_context(size=PHONE, javascript=False).new_page()
    sign_in(page, demo, "secretary")
    page.goto(f"{demo.backoffice}/accounts/{demo.claim('reminded').number}")
    page.get_by_text("Noter un paiement").click()
    page.get_by_label("Moyen").select_option("cash")
    page.get_by_label("Somme, en euros").fill("douze")
    page.get_by_role("button", name="Noter le paiement").click()
    told = page.get_by_role("alert")
    expect(told).to_be_in_viewport(ratio=1)
    expect(told).to_be_focused()
    told.get_by_role("link").click()
    field = page.get_by_label("Somme, en euros")
    expect(field).to_be_focused()
    expect(field).to_have_value("douze")
    expect(page.locator("#amount-why")).to_be_in_viewport()


def test_with_doubled_text_on_a_phone_lists_of_an_account_can_be_read(
    demo: DemoRun, open_context: OpenContext
) -> None:
    page = open_context(size=PHONE).new_page()
    sign_in(page, demo, "manager")
    zoom = page.context.new_cdp_session(page)
    for story in ("refunded", "contested", "paid_at_desk"):
        number = next(one.number for one in demo.patients if one.story == story)
        page.goto(f"{demo.backoffice}/accounts/{number}")
        zoom.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 32}})
        assert page.evaluate(CUT) <= 0, story
        assert page.evaluate(NARROWEST) > 6, story
        zoom.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 16}})


def test_a_large_sum_waits_for_a_colleague_who_sees_what_it_does(
    demo: DemoRun, open_context: OpenContext
) -> None:
    patient = demo.claim("unpaid", "not_due")
    page = open_context(size=DESK).new_page()
    secretary, manager = demo.newcomer("secretary"), demo.newcomer("manager")
    sign_in(page, demo, secretary)
    page.goto(f"{demo.backoffice}/accounts/{patient.number}")
    note_cash(page, "400,00", far_beyond=True)
    until(lambda: demo.payments(patient.number) == [40_000])
    page.reload()
    check_refund(page, "200,00")
    checking = Looking(page)
    checking.look()
    assert checking.faults == []
    ask(page, demo, secretary)
    colleague = open_context(size=DESK).new_page()
    sign_in(colleague, demo, manager)
    looking = Looking(colleague)
    looking.at(f"{demo.backoffice}/agreements")
    colleague.get_by_role("link", name=re.compile(f"Voir et décider.*{patient.name}")).click()
    expect(colleague.get_by_role("heading", level=1)).to_contain_text("Rendre 200,00")
    looking.look()
    assert looking.faults == []
    colleague.get_by_label("Raison").select_option("wrong_sum")
    colleague.get_by_role("button", name="Refuser").click()
    expect(colleague.get_by_role("status")).to_contain_text("rien ne part")
    assert demo.payments(patient.number) == [40_000]


def test_what_a_colleague_agreed_to_is_in_the_books_once_it_was_handed_over(
    demo: DemoRun, open_context: OpenContext
) -> None:
    patient = demo.claim("unpaid", "not_due")
    page, colleague = (open_context(size=DESK).new_page() for _ in range(2))
    secretary, manager = demo.newcomer("secretary"), demo.newcomer("manager")
    sign_in(page, demo, secretary)
    page.goto(f"{demo.backoffice}/accounts/{patient.number}")
    note_cash(page, "400,00", far_beyond=True)
    until(lambda: demo.payments(patient.number) == [40_000])
    after = demo.balance(patient.number)
    page.reload()
    check_refund(page, "390,00")
    expect(page.get_by_text("Ne remettez rien encore")).to_be_visible()
    ask(page, demo, secretary)
    sign_in(colleague, demo, manager)
    colleague.goto(f"{demo.backoffice}/agreements")
    colleague.get_by_role("link", name=re.compile(f"Voir et décider.*{patient.name}")).click()
    colleague.get_by_role("button", name="Valider").click()
    show_presence(colleague, demo, manager)
    expect(colleague.get_by_role("status")).to_contain_text("Rien n’est encore inscrit")
    looking = Looking(page)
    looking.at(f"{demo.backoffice}/agreements")
    assert looking.faults == []
    page.get_by_role("link", name=re.compile(f"Noter que c’est remis.*{patient.name}")).click()
    looking.look()
    assert looking.faults == []
    assert demo.balance(patient.number) == after
    page.get_by_role("button", name="L’argent est remis").click()
    expect(page.get_by_role("status")).to_contain_text("l’argent est remis")
    until(lambda: demo.balance(patient.number) > after)
