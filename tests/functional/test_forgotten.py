"""Whoever forgot their password comes in again by themselves, without a script."""

import re

from playwright.sync_api import expect

from tests.conftest import OpenContext
from tests.functional.demo_run import DemoRun, until
from tests.functional.looking import DESK
from tests.functional.staff_steps import fill_in

NEW_PASSWORD = "cinq mots que je retiens mieux"


def test_a_forgotten_password_is_chosen_anew_behind_the_second_factor(
    demo: DemoRun, open_context: OpenContext
) -> None:
    who = demo.newcomer("secretary")
    email = demo.staff(who)["email"]
    page = open_context(size=DESK, javascript=False).new_page()
    page.goto(demo.backoffice)
    page.get_by_role("link", name="Mot de passe oublié").click()
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_role("button", name="Recevoir un lien").click()
    expect(page.get_by_role("heading", name="C’est demandé")).to_be_visible()
    until(lambda: demo.messages(email))
    page.goto(f"{demo.sandbox}/telephone/{email}")
    page.locator("a[href*='/welcome/']").first.click()
    page.get_by_label("Nouveau mot de passe").fill(NEW_PASSWORD)
    page.get_by_label(re.compile("^Code de votre application")).fill(demo.code(who))
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Votre nouveau mot de passe est enregistré")).to_be_visible()
    until(lambda: len(demo.messages(email)) == 2)
    assert demo.messages(email)[0]["subject"] == "Votre mot de passe a été changé"
    fill_in(page, demo, email, NEW_PASSWORD, lambda: demo.code(who))
    expect(page.get_by_role("button", name="Fermer la session").first).to_be_visible()
