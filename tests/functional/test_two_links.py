"""Two links in one browser: « back » never shows one account's words in a form of the other's."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.conftest import OpenContext
from tests.functional import patient_steps as steps
from tests.functional.demo_run import DemoRun
from tests.functional.looking import PHONE

OWING = ("unpaid", "not_due", "call", "formal_notice")
WORDS = "Une phrase tout à fait privée."


def writes(demo: DemoRun, context: BrowserContext) -> Page:
    """A patient in the middle of writing a message."""
    page = steps.enter(context, demo.claim(*OWING))
    page.goto(f"{demo.portal}/messages")
    page.get_by_role("radio").last.check()
    page.get_by_label("Votre message").fill(WORDS)
    return page


@pytest.mark.parametrize("javascript", [False, True])
def test_back_after_another_link_was_opened_shows_none_of_the_words(
    demo: DemoRun, open_context: OpenContext, javascript: bool
) -> None:
    context = open_context(size=PHONE, javascript=javascript)
    mine = writes(demo, context)
    steps.enter(context, demo.claim(*OWING))
    mine.get_by_role("button", name="Envoyer").click()
    expect(mine.get_by_role("heading", level=1)).to_contain_text("Un autre espace a été ouvert")
    mine.go_back()
    expect(mine.get_by_label("Votre message")).to_have_value("")
    expect(mine.locator("input[type=radio]:checked")).to_have_count(0)


@pytest.mark.parametrize("javascript", [False, True])
def test_back_within_one_visit_keeps_what_was_typed(
    demo: DemoRun, open_context: OpenContext, javascript: bool
) -> None:
    page = writes(demo, open_context(size=PHONE, javascript=javascript))
    page.get_by_role("link", name="Vos données").click()
    expect(page).to_have_url(re.compile("/privacy$"))
    page.go_back()
    expect(page.get_by_label("Votre message")).to_have_value(WORDS)
    expect(page.get_by_role("radio").last).to_be_checked()
