"""What a member of staff does in the browser to get in."""

import re

from playwright.sync_api import Page

from tests.functional.demo_run import DemoRun


def sign_in(page: Page, demo: DemoRun, role: str, *, code: str = "") -> str:
    """The two forms of the back-office's door, with a fresh code if none is given; returns it."""
    person = demo.staff(role)
    page.goto(demo.backoffice)
    page.get_by_label("Adresse e-mail").fill(person["email"])
    page.get_by_label("Mot de passe").fill(person["password"])
    page.get_by_role("button", name="Continuer").click()
    given = code or demo.code(role)
    page.get_by_label(re.compile("^Code affiché")).fill(given)
    page.get_by_role("button", name="Ouvrir la session").click()
    return given
