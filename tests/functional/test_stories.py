"""Each story of demo.json as a patient lives it: small and large windows, both languages, with a script
and without. The pages are those of the URL map, so that a new one is walked through without being named.
"""

from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ardoise.demo.people import STORIES
from shared.base.formats import Translator
from tests.conftest import OpenContext
from tests.counts import PROOF
from tests.functional import patient_steps as steps
from tests.functional.demo_run import SAID, DemoRun, Patient
from tests.functional.looking import CUT, DESK, PHONE, rules_broken
from tests.functional.test_pages import portal_app

CATALOGUES = Translator.read(Path(__file__).parents[2] / "locale")
WITHOUT_LINK = {"door_closed"}
EXPIRED = "Ce lien ne marche plus"
# Behind a link, yet not a page of a visit: what ends it, what is a file, what a machine asks for.
# Nor what opens an answer, since it is read then and other walks wait to see it unread.
NOT_WALKED = {"static_pages.health", "visit.left", "plan.agreement", "messages.unread"}

WAYS = tuple(product((PHONE, DESK), (False, True), ("fr", "en")))
NAMES = [name for name, *_ in STORIES]
# All ways in `make proof`; otherwise each story goes one of them, and every way is gone.
WALKS = [
    (name, way)
    for place, name in enumerate(NAMES)
    for number, way in enumerate(WAYS)
    if PROOF or number == place * 3 % len(WAYS)
]


def says(language: str, text: str) -> str:
    """A sentence of the portal in a language."""
    return CATALOGUES.gettext(language, text)


def pages_of_a_visit(demo: DemoRun) -> list[str]:
    """Addresses that need nothing but a visit."""
    return sorted(
        rule.rule
        for rule in portal_app(demo).url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint not in NOT_WALKED
    )


def look(page: Page, language: str, *, closely: bool) -> None:
    """The page at hand is whole: its language, nothing cut off and, closely, nothing for axe to find."""
    expect(page.locator("html")).to_have_attribute("lang", language)
    if closely:
        assert rules_broken(page) == [], page.url
    assert page.evaluate(CUT) <= 0, page.url


@pytest.mark.parametrize(("story", "way"), WALKS)
def test_every_story_is_lived_through(
    demo: DemoRun,
    open_context: OpenContext,
    story: str,
    way: tuple[tuple[int, int], bool, str],
) -> None:
    size, javascript, language = way
    patient = demo.one_of(story)
    if story in WITHOUT_LINK:
        assert patient.link == ""
        return
    # The browser asks for the other language: one is chosen here, which holds for the whole visit.
    page = open_context(
        size=size, javascript=javascript, locale={"fr": "en-GB", "en": "fr-FR"}[language]
    ).new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(patient.link)
    page.get_by_role("button", name={"fr": "Français", "en": "English"}[language]).click()
    look(page, language, closely=javascript)
    fill_in(page, patient)
    if story == "expired_link":
        expect(page.get_by_role("heading", level=1)).to_contain_text(says(language, EXPIRED))
        look(page, language, closely=javascript)
        return
    expect(page).to_have_url(f"{demo.portal}/statement")
    if story in SAID:
        expect(page.get_by_role("main")).to_contain_text(
            says(language, SAID[story]).partition("{")[0]
        )
    look(page, language, closely=javascript)
    for link in page.locator("main a[href^='/invoice/']").all()[:1]:
        link.click()
        look(page, language, closely=javascript)
    for path in pages_of_a_visit(demo):
        page.goto(f"{demo.portal}{path}")
        look(page, language, closely=javascript and PROOF)
    assert complaints == []


def fill_in(page: Page, patient: Patient) -> None:
    """The identity form, with whatever more it asks for."""
    steps.give(page, patient.birth_date)
    if patient.more:
        for name, text in patient.more.items():
            page.locator(f"#{name}").fill(text)
        steps.give(page, patient.birth_date)
