"""On a phone a manager notes that a person asks to be erased, reads what goes and stays, and has it done."""

import re

from playwright.sync_api import expect

from tests.conftest import OpenContext
from tests.functional.demo_run import DemoRun, until
from tests.functional.looking import PHONE, bring_axe, rules_broken
from tests.functional.staff_steps import sign_in


def test_a_request_is_noted_read_and_ordered_on_a_phone(
    demo: DemoRun, open_context: OpenContext
) -> None:
    patient = demo.claim("paid", invoices=0)
    context = open_context(size=PHONE)
    bring_axe(context)
    page = context.new_page()
    sign_in(page, demo, "manager")
    page.goto(f"{demo.backoffice}/accounts/{patient.number}/privacy")
    expect(page.get_by_text("Ce qui serait effacé maintenant")).to_be_visible()
    assert rules_broken(page) == []
    page.get_by_label("Qui demande").select_option("person")
    page.get_by_label("Identité vérifiée").select_option("in_person")
    page.get_by_role("button", name="Noter la demande").click()
    expect(page.get_by_role("status")).to_contain_text("À répondre avant le")
    assert rules_broken(page) == []
    erase = page.get_by_role("button", name="Effacer ces données")

    def nothing_in_the_way() -> bool:
        page.reload()  # other journeys have lists under way meanwhile
        return erase.is_visible()

    until(nothing_in_the_way, seconds=90)
    page.get_by_label("j’ai relu ce qui est effacé").check()
    erase.click()
    if page.get_by_role("heading", name="Confirmez que c’est vous").is_visible():
        page.get_by_label("Mot de passe").fill(demo.staff("manager")["password"])
        page.get_by_label(re.compile("^Code affiché")).fill(demo.code("manager"))
        page.get_by_role("button", name="Confirmer et continuer").click()
    expect(page.get_by_role("status")).to_contain_text("C’est confirmé")
    expect(page.get_by_text("En cours", exact=True)).to_be_visible()
    until(
        lambda: (
            demo.one(
                "SELECT status FROM erasure WHERE account_id = "
                "(SELECT id FROM account WHERE number = ?)",
                patient.number,
            )
            == "begun"
        )
    )
