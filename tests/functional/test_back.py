"""« Back » to a form that was to be corrected leads to that form, with a script and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import OpenContext
from tests.functional import patient_steps as steps
from tests.functional.demo_run import DemoRun
from tests.functional.looking import DESK, PHONE

OWING = ("unpaid", "not_due", "call", "formal_notice")
WORDS = "Une question, s’il vous plaît."


@pytest.mark.parametrize(("size", "javascript"), [(PHONE, False), (DESK, True)])
def test_back_from_another_page_shows_the_form_again_with_what_was_typed(
    demo: DemoRun, open_context: OpenContext, size: tuple[int, int], javascript: bool
) -> None:
    page = steps.enter(open_context(size=size, javascript=javascript), demo.claim(*OWING))
    page.goto(f"{demo.portal}/messages")
    page.get_by_label("Votre message").fill(WORDS)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("link", name="Vos données").click()
    expect(page).to_have_url(re.compile("/privacy$"))
    page.go_back()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Votre message")).to_have_value(WORDS)
    page.reload()
    expect(page.get_by_label("Votre message")).to_have_value(WORDS)
    page.get_by_role("radio").last.check()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("status")).to_contain_text("Votre message est parti.")
    page.go_back()
    expect(page.get_by_label("Votre message")).to_be_visible()
