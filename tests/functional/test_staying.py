"""A visit that ends while a patient writes: staying longer, and its end, take nothing from the page."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import papers
from tests.conftest import OpenContext
from tests.functional import patient_steps as steps
from tests.functional.demo_run import DemoRun
from tests.functional.looking import PHONE

OWING = ("unpaid", "not_due", "call", "formal_notice")
WORDS = "Une question, s’il vous plaît."
STAY = re.compile("^Repartir pour 15 minutes")


def writes(demo: DemoRun, context: BrowserContext, *, clock: bool = False) -> Page:
    """A patient in the middle of writing a message."""
    page = steps.enter(context, demo.claim(*OWING))
    if clock:
        page.clock.install()
    page.goto(f"{demo.portal}/messages")
    page.get_by_role("radio").last.check()
    page.get_by_label("Votre message").fill(WORDS)
    return page


def sends(page: Page) -> None:
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("status")).to_contain_text("Votre message est parti.")
    expect(page.get_by_text(WORDS)).to_be_visible()


def test_without_a_script_staying_longer_leaves_the_form_and_its_documents(
    demo: DemoRun, open_context: OpenContext
) -> None:
    page = writes(demo, open_context(size=PHONE, javascript=False))
    photo = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": papers.picture()}
    page.get_by_label("Joindre un document").set_input_files([photo])
    with page.expect_popup() as opened:
        page.get_by_role("button", name=STAY).click()
    other = opened.value
    expect(other.get_by_role("heading", level=1)).to_contain_text("Votre visite continue jusqu’à")
    other.close()
    expect(page.get_by_label("Votre message")).to_have_value(WORDS)
    sends(page)
    expect(page.get_by_role("link", name="Photo 1")).to_be_visible()


def test_with_a_script_it_is_said_at_the_place(demo: DemoRun, open_context: OpenContext) -> None:
    page = writes(demo, open_context(size=PHONE, javascript=True))
    page.get_by_role("button", name=STAY).click()
    expect(page.locator("#ends")).to_contain_text("Votre visite se ferme à")
    assert len(page.context.pages) == 1
    sends(page)


def test_where_nothing_is_written_staying_longer_leads_back_to_the_page(
    demo: DemoRun, open_context: OpenContext
) -> None:
    page = steps.enter(open_context(size=PHONE, javascript=False), demo.claim(*OWING))
    page.get_by_role("button", name=STAY).click()
    expect(page).to_have_url(re.compile("/statement$"))
    assert len(page.context.pages) == 1


@pytest.mark.parametrize("button", ["not pressed", "pressed too late"])
def test_past_its_end_the_page_says_that_the_visit_is_closed(
    demo: DemoRun, open_context: OpenContext, button: str
) -> None:
    page = writes(demo, open_context(size=PHONE, javascript=True), clock=True)
    alert = page.locator("#soon")
    page.clock.fast_forward("13:30")
    expect(alert).to_contain_text("Votre visite se ferme dans 2 minutes.")
    if button == "pressed too late":
        page.context.clear_cookies()
        alert.get_by_role("button", name=STAY).click()
    else:
        page.clock.fast_forward("02:00")
    expect(alert).to_contain_text("Votre visite est fermée.")
    expect(alert).to_contain_text("ouvrez de nouveau le lien de votre message")
    expect(alert.get_by_text("Votre visite se ferme dans 2 minutes.")).to_be_hidden()
    expect(page.get_by_role("button", name=STAY)).to_have_count(0)
    expect(page.get_by_label("Votre message")).to_have_value(WORDS)
