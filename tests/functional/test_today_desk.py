"""A morning at « Aujourd’hui »: by keyboard alone, without JavaScript, and looked at closely."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import OpenContext
from tests.functional import patient_steps as steps
from tests.functional.demo_run import DemoRun, Patient
from tests.functional.looking import DESK, PHONE, Looking
from tests.functional.staff_steps import sign_in

OWING = ("unpaid", "not_due", "reminded")
FOCUSED = "() => document.activeElement.closest('tbody')?.innerText || ''"


def ask(demo: DemoRun, open_context: OpenContext, words: str) -> Patient:
    """A patient writes, so that an answer is promised."""
    patient = demo.claim(*OWING)
    page = steps.enter(open_context(size=PHONE), patient)
    page.get_by_role("link", name="Poser une question").click()
    page.get_by_label("Je ne comprends pas").check()
    page.get_by_label("Votre message").fill(words)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("status")).to_contain_text("Votre message est parti.")
    return patient


def count(page: Page) -> int:
    return int(page.locator("#n-rail-today").inner_text())


def move_to(page: Page, name: str) -> None:
    """With j until the row of this person has the focus."""
    for _ in range(60):
        page.keyboard.press("j")
        if name in str(page.evaluate(FOCUSED)):
            return
    raise AssertionError(f"no row of {name}")


def test_a_morning_by_keyboard_alone(demo: DemoRun, open_context: OpenContext) -> None:
    patient = ask(demo, open_context, "Je ne comprends pas la seconde ligne.")
    page = open_context(size=DESK).new_page()
    sign_in(page, demo, "secretary")
    page.goto(f"{demo.backoffice}/today?show=messages")
    before = count(page)
    # Help is a key away, and never hides where one was.
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("ligne suivante")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    # A message is opened, answered and done, without a mouse.
    move_to(page, patient.name)
    page.keyboard.press("Enter")
    answer = page.get_by_label(f"Réponse à {patient.name}")
    expect(answer).to_be_focused()
    expect(page.locator("tbody.opened")).to_contain_text("Je ne comprends pas la seconde ligne.")
    page.keyboard.type("Bonjour, jk/?r : la caisse a réglé sa part.")
    expect(answer).to_have_value("Bonjour, jk/?r : la caisse a réglé sa part.")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Envoyer la réponse")).to_be_focused()
    page.keyboard.press("Enter")
    done = page.locator("tr.gone", has_text=patient.name)
    expect(done).to_contain_text("fait, ")
    expect(done).to_contain_text("Réponse envoyée")
    expect(done).to_be_focused()
    expect(page.locator("#told")).to_contain_text("Réponse envoyée")
    assert count(page) == before - 1
    # The row before is a key away; then the search.
    page.keyboard.press("k")
    assert patient.name not in str(page.evaluate(FOCUSED))
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.reload()
    expect(page.get_by_role("main")).not_to_contain_text(patient.name)


def test_r_opens_the_answer_of_the_row(demo: DemoRun, open_context: OpenContext) -> None:
    patient = ask(demo, open_context, "Est-ce encore à payer ?")
    page = open_context(size=DESK).new_page()
    sign_in(page, demo, "manager")
    page.goto(f"{demo.backoffice}/today?show=messages")
    move_to(page, patient.name)
    page.keyboard.press("r")
    answer = page.get_by_label(f"Réponse à {patient.name}")
    expect(answer).to_be_focused()
    # What can't be sent so stays typed, and says why where it is read.
    page.keyboard.type("Dernier rappel avant le tribunal.")
    page.get_by_role("button", name="Envoyer la réponse").click()
    warned = page.locator("tbody.opened").get_by_role("alert")
    expect(warned).to_contain_text("pression ou menace")
    expect(warned).to_be_focused()
    expect(answer).to_have_value("Dernier rappel avant le tribunal.")


def test_two_at_one_row_the_second_reads_who_was_first(
    demo: DemoRun, open_context: OpenContext
) -> None:
    patient = ask(demo, open_context, "Une question pour deux.")
    pages = []
    for role in ("secretary", "manager"):
        page = open_context(size=DESK).new_page()
        sign_in(page, demo, role)
        page.goto(f"{demo.backoffice}/today?show=messages")
        page.locator("tbody.task", has_text=patient.name).locator("[data-open]").click()
        page.get_by_label(f"Réponse à {patient.name}").fill("Bonjour.")
        pages.append(page)
    for page in pages:
        page.get_by_role("button", name="Envoyer la réponse").click()
    expect(pages[0].locator("tr.gone")).to_contain_text("Réponse envoyée")
    expect(pages[1].locator("tr.gone")).to_contain_text("déjà finie, par Claire Le Goff")


def test_the_same_without_javascript(demo: DemoRun, open_context: OpenContext) -> None:
    patient = ask(demo, open_context, "Je préfère écrire ici.")
    page = open_context(size=PHONE, javascript=False).new_page()
    sign_in(page, demo, "secretary")
    page.locator("main").get_by_role("link", name=re.compile("^Messages")).click()
    page.locator("tbody.task", has_text=patient.name).locator("[data-open]").click()
    page.get_by_label(f"Réponse à {patient.name}").fill("Bonjour, c’est réglé.")
    page.get_by_role("button", name="Envoyer la réponse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("Réponse envoyée")
    page.get_by_role("link", name="Aide", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aide")


@pytest.mark.parametrize("show", ["", "?show=calls", "?show=later"])
def test_the_list_is_well_made_small_and_large_light_and_dark(
    demo: DemoRun, open_context: OpenContext, show: str
) -> None:
    page = open_context(size=DESK).new_page()
    sign_in(page, demo, "owner")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    looking = Looking(page)
    page.goto(f"{demo.backoffice}/today{show}")
    doors = page.locator("[data-open]")
    if doors.count():
        doors.first.click()
        expect(page.locator("tbody.opened")).to_be_visible()
    looking.look(closely=True, large_at=DESK)
    assert looking.faults == []


def test_on_a_phone_the_rail_does_not_push_the_list_away(
    demo: DemoRun, open_context: OpenContext
) -> None:
    page = open_context(size=PHONE).new_page()
    sign_in(page, demo, "accountant")
    box = page.get_by_role("heading", level=1).bounding_box()
    assert box is not None
    assert box["y"] < PHONE[1] / 2.5
