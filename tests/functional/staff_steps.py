"""What a member of staff does in the browser to get in."""

import re
from collections.abc import Callable

from playwright.sync_api import Page

from tests.functional.demo_run import DemoRun


def sign_in(page: Page, demo: DemoRun, role: str, *, code: str = "") -> str:
    """The two forms of the back-office's door, with a fresh code if none is given; returns it."""
    person = demo.staff(role)
    return fill_in(page, demo, person["email"], person["password"], lambda: code or demo.code(role))


def fill_in(
    page: Page, demo: DemoRun, email: str, password: str, ask_code: Callable[[], str]
) -> str:
    """The same for anyone; the code is asked for when it is needed, and returned."""
    page.goto(demo.backoffice)
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_role("button", name="Continuer").click()
    code = ask_code()
    page.get_by_label(re.compile("^Code affiché")).fill(code)
    page.get_by_role("button", name="Ouvrir la session").click()
    return code
