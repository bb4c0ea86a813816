"""« Échelle » in the browser: a formal notice is approved and sent, a pause of many is taken back."""

import re

from playwright.sync_api import Page, expect

from tests.conftest import OpenContext
from tests.functional.demo_run import DemoRun, until
from tests.functional.looking import DESK
from tests.functional.staff_steps import sign_in


def show_presence(page: Page, demo: DemoRun, role: str) -> None:
    """Give the password and a code again."""
    page.get_by_label(re.compile("^Mot de passe|^Votre mot de passe")).fill(
        demo.staff(role)["password"]
    )
    page.get_by_label(re.compile("^Code")).fill(demo.code(role))
    page.get_by_role("button", name=re.compile("^Confirmer|^Continuer")).click()


def test_a_formal_notice_is_approved_printed_and_noted_as_sent(
    demo: DemoRun, open_context: OpenContext
) -> None:
    patient = demo.claim("formal_notice")
    page = open_context(size=DESK).new_page()
    manager = demo.newcomer("manager")
    sign_in(page, demo, manager)
    page.goto(f"{demo.backoffice}/accounts/{patient.number}")
    page.get_by_role("link", name="Voir la lettre").click()
    expect(page.get_by_role("heading", name="Ce qui doit être vrai")).to_be_visible()
    page.get_by_role("button", name="Approuver la lettre").click()
    show_presence(page, demo, manager)
    expect(page.get_by_text("La lettre est approuvée")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger la lettre").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    page.get_by_label("Numéro du recommandé").fill("2C 118 450 0001 2")
    page.get_by_role("button", name="Noter l’envoi").click()
    expect(page.get_by_text("L’envoi du")).to_be_visible()
    # The step counts when the worker looks, within half a minute: test_ladder_letters.py of integration.
    sent = """
        SELECT ladder_letter.status FROM ladder_letter
        JOIN account ON account.id = ladder_letter.account_id WHERE account.number = ?
    """
    assert demo.one(sent, patient.number) == "sent"


def test_a_pause_of_the_ticked_is_looked_at_done_and_taken_back(
    demo: DemoRun, open_context: OpenContext
) -> None:
    patient = demo.claim("not_due", "unpaid")
    page = open_context(size=DESK).new_page()
    sign_in(page, demo, demo.newcomer("secretary"))
    page.get_by_role("link", name="Échelle").click()
    expect(page.get_by_role("heading", name="La nuit prochaine, si rien ne change")).to_be_visible()
    cents = demo.balance(patient.number)
    euros = f"{cents // 100},{cents % 100:02}"
    page.goto(f"{demo.backoffice}/ladder/accounts?from={euros}&to={euros}")
    row = page.get_by_role("row").filter(has=page.locator(f'a[href="/accounts/{patient.number}"]'))
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Mettre en pause…").click()
    expect(page.get_by_text("Rien n’est encore fait")).to_be_visible()
    page.get_by_role("button", name="Mettre en pause").click()
    pauses = """
        SELECT count(*) FROM hold JOIN account ON account.id = hold.account_id
        WHERE account.number = ? AND hold.kind = 'staff' AND hold.status = 'active'
    """
    until(lambda: demo.one(pauses, patient.number) == 1)
    page.get_by_role("button", name="Défaire").click()
    expect(page.get_by_text("Défaite par")).to_be_visible()
    assert demo.one(pauses, patient.number) == 0
