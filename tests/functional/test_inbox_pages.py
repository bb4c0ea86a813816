"""The inbox in a browser: worked by the keyboard alone, and by somebody without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.conftest import OpenContext
from tests.functional.demo_run import DemoRun
from tests.functional.looking import DESK, PHONE, Looking
from tests.functional.staff_steps import sign_in

ANSWER = "Bonjour, nous regardons votre facture et revenons vers vous ici."


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what is looked for has the focus."""
    for _ in range(120):
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {selector}")


def said(demo: DemoRun, thread_id: str) -> list[str]:
    """Which side wrote in a thread, in order."""
    query = "SELECT side FROM message WHERE thread_id = ? ORDER BY at"
    return [row[0] for row in demo.rows(query, thread_id.replace("-", ""))]


def thread_of(demo: DemoRun, number: str) -> str:
    """The name of an account's thread, as addresses bear it."""
    query = """
        SELECT thread.id FROM thread JOIN account ON account.id = thread.account_id
        WHERE account.number = ? AND thread.status = 'waiting'
    """
    bare = str(demo.one(query, number))
    return "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]))


def test_a_message_is_answered_by_the_keyboard_alone(
    demo: DemoRun, open_context: OpenContext
) -> None:
    thread_id = thread_of(demo, demo.claim("question").number)
    page = open_context(size=DESK).new_page()
    sign_in(page, demo, "secretary")
    page.goto(f"{demo.backoffice}/inbox")
    tab_to(page, f'[data-row][href*="{thread_id}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/inbox/{thread_id}")
    page.wait_for_load_state("load")
    page.keyboard.press("a")
    expect(page.get_by_role("status").first).to_contain_text("C’est attribué")
    tab_to(page, "#canned")
    page.keyboard.type("Deux")
    tab_to(page, 'button[formaction$="/draft"]')
    page.keyboard.press("Enter")
    expect(page.locator("#body")).to_have_value(re.compile("^Bonjour"))
    expect(page).to_have_url(re.compile(f"{thread_id}$"))  # it came in place
    tab_to(page, "#body")
    page.keyboard.press("Control+a")
    page.keyboard.type("Votre dette vient d’ailleurs.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Un mot à changer")
    tab_to(page, 'button[name="replace"]')
    page.keyboard.press("Enter")
    expect(page.locator("#body")).to_have_value("Votre somme à payer vient d’ailleurs.")
    assert said(demo, thread_id) == ["patient"]
    tab_to(page, "#body")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("Réponse envoyée")
    assert said(demo, thread_id) == ["patient", "staff"]
    page.wait_for_load_state("load")
    page.keyboard.press("e")
    expect(page.get_by_role("status").first).to_contain_text("conversation terminée")


def test_without_javascript_a_message_is_noted_answered_and_found(
    demo: DemoRun, open_context: OpenContext
) -> None:
    patient = demo.claim("dispute")
    thread_id = thread_of(demo, patient.number)
    page = open_context(size=PHONE, javascript=False).new_page()
    sign_in(page, demo, "manager")
    page.goto(f"{demo.backoffice}/inbox")
    page.get_by_placeholder("Sujet, nom, compte").fill(patient.number)
    page.locator(".find-thread").get_by_role("button", name="Chercher").click()
    page.locator(f'[data-row][href*="{thread_id}"]').click()
    page.get_by_label(re.compile("^Réponse à")).fill("À voir avec l’accueil.")
    page.get_by_role("button", name="Note interne").click()
    expect(page.get_by_text("Note interne, Marc")).to_be_visible()
    page.get_by_label(re.compile("^Réponse à")).fill(ANSWER)
    page.get_by_label("Réponse toute prête").select_option(label="Il nous faut un document")
    page.get_by_role("button", name="Insérer").click()
    expect(page.locator("#body")).to_have_value(re.compile(f"^{ANSWER}\n\nPour avancer"))
    page.get_by_role("button", name=re.compile("^Envoyer")).click()
    expect(page.get_by_role("status").first).to_contain_text("Réponse envoyée")
    assert said(demo, thread_id) == ["patient", "staff"]


def test_a_colleague_who_writes_is_seen(demo: DemoRun, open_context: OpenContext) -> None:
    thread_id = thread_of(demo, demo.one_of("dispute").number)
    claire, marc = (open_context(size=DESK).new_page() for _ in range(2))
    sign_in(claire, demo, "secretary")
    sign_in(marc, demo, "manager")
    claire.goto(f"{demo.backoffice}/inbox/{thread_id}")
    with claire.expect_response("**/writing"):
        claire.locator("#body").press_sequentially("Bon")
    marc.goto(f"{demo.backoffice}/inbox/{thread_id}")
    expect(marc.locator("#writers")).to_contain_text("Claire Le Goff répond")


def test_a_field_drawn_larger_takes_a_ready_made_answer_without_breaking_the_policy(
    demo: DemoRun, open_context: OpenContext
) -> None:
    thread_id = thread_of(demo, demo.one_of("dispute").number)
    page = open_context(size=DESK).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    sign_in(page, demo, "manager")
    page.goto(f"{demo.backoffice}/inbox/{thread_id}")
    page.locator("#body").evaluate("field => { field.style.height = '300px'; }")
    page.get_by_label("Réponse toute prête").select_option(label="Il nous faut un document")
    page.get_by_role("button", name="Insérer").click()
    expect(page.locator("#body")).to_have_value(re.compile("Bonjour"))
    assert [said for said in complaints if "style" in said] == []


def test_the_inbox_can_be_looked_at(demo: DemoRun, open_context: OpenContext) -> None:
    thread_id = thread_of(demo, demo.one_of("dispute").number)
    page = open_context(size=DESK).new_page()
    sign_in(page, demo, "manager")
    looking = Looking(page)
    for path in (
        "inbox",
        f"inbox/{thread_id}",
        f"inbox/{thread_id}?pane=account",
        "inbox/ready-made",
    ):
        looking.at(f"{demo.backoffice}/{path}")
    assert looking.faults == []


def test_what_was_written_past_the_sessions_end_stays_and_is_given_back(
    demo: DemoRun, open_context: OpenContext
) -> None:
    thread_id = thread_of(demo, demo.one_of("dispute").number)
    there = said(demo, thread_id)
    context = open_context(size=PHONE)
    page = context.new_page()
    sign_in(page, demo, "secretary")
    page.goto(f"{demo.backoffice}/inbox/{thread_id}")
    context.clear_cookies()  # as when another tab signed out
    with page.expect_response("**/writing"):
        page.locator("#body").press_sequentially(ANSWER)
    expect(page.get_by_role("alert")).to_contain_text("Votre session est finie")
    expect(page.locator("#body")).to_be_focused()
    page.locator('button[formaction*="/draft"]').first.click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#body")).to_have_value(ANSWER)
    page.locator("[data-send]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre session est finie")
    expect(page.locator("textarea")).to_have_value(ANSWER)
    assert said(demo, thread_id) == there
    page.get_by_role("link", name="Se connecter").click()
    expect(page).to_have_url(re.compile("/sign-in$"))
