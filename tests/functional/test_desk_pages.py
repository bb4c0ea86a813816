"""Every page of the back-office, small and large, light and dark, as an owner of the demo opens it."""

import re
from uuid import UUID

from flask import Flask
from playwright.sync_api import expect

from backoffice.app import create_app
from shared.base.clock import SystemClock
from shared.base.database import Database
from tests.backoffice_office import settings_for
from tests.conftest import OpenContext
from tests.functional.demo_run import DemoRun
from tests.functional.looking import DESK, PHONE, Looking, pages_of, rules_broken, visited
from tests.functional.staff_steps import sign_in

# Pages of one thing: the endpoint, how its address goes, and which of the demo's it shows.
ONE_OF: dict[str, tuple[str, str]] = {
    "aid.show": ("/aid/{}", "SELECT id FROM aid_request"),
    "canned.edit": ("/inbox/ready-made/{}", "SELECT id FROM canned_answer"),
    "decisions.show": ("/plans/{}", "SELECT id FROM plan WHERE status = 'proposed'"),
    "imports.show": ("/imports/{}", "SELECT id FROM import_job"),
    "inbox_thread.show": ("/inbox/{}", "SELECT id FROM thread WHERE status = 'waiting'"),
    "team.show": ("/team/{}", "SELECT id FROM staff_user WHERE name LIKE 'Claire%'"),
    "today.show_task": ("/today/{}", "SELECT id FROM task WHERE kind = 'message_waiting'"),
}
# What would come of a form that was sent: without one they lead to the page where one chooses.
CHECKS = {
    *("account_refunds.check", "debts.check", "inbox_bulk.check", "ladder_bulks.check"),
    *("ladder_bulks.check_letters", "plan_offers.check_offer", "settings_money.check"),
    *("strays.check_assign", "strays.check_refund"),
}
# What is no page of its own, and what the demo has nothing of until somebody acts.
NO_PAGE = {
    *("health.answer", "accounts.home", "imports.progress", "inbox_thread.who_writes"),
    *(
        "accounts.search_again",
        "inbox.search_again",
        "inbox_bulk.again",
        *CHECKS,
    ),  # lead back to a list
    *("account_messages.document", "ladder_letters.print_letter", "imports.refused"),  # files
    "texts.print_letter",
}
ELSEWHERE = {
    "account_refunds.form",  # test_pages.py
    "agreements.show",  # test_money_at_desk.py
    *("sign_in.ask_password", "sign_in.ask_code"),  # test_pages.py, before there is a session
    "welcome.show",  # test_staff_access.py
    "texts.show",  # test_texts_pages.py
    "ladder_bulks.show",  # test_ladder_desk.py leads through it
    *("inbox_merge.ask", "roles.show"),  # looked at by hand only
}


def desk_app() -> Flask:
    """The back-office's routes."""
    return create_app(settings_for("sqlite://"), Database("sqlite://"), clock=SystemClock())


def addresses(app: Flask, demo: DemoRun) -> list[str]:
    """An address of every page that the demo can show."""
    letter = demo.one_of("formal_notice").number
    found = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint in pages_of(app) - NO_PAGE - ELSEWHERE and not rule.arguments
    ]
    for address, query in ONE_OF.values():
        found.append(address.format(UUID(demo.rows(query)[0][0])))
    for part in ("", "/details", "/forgive", "/letter", "/privacy", "/profile"):
        found.append(f"/accounts/{letter}{part}")
    return sorted(found)


def test_every_page_is_well_made_small_and_large_light_and_dark(
    demo: DemoRun, open_context: OpenContext
) -> None:
    app = desk_app()
    page = open_context(size=DESK).new_page()
    sign_in(page, demo, "owner")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    looking = Looking(page)
    for address in addresses(app, demo):
        answer = page.goto(f"{demo.backoffice}{address}")
        assert answer is not None
        assert answer.status == 200, address
        looking.look_all_ways()
    assert looking.faults == []
    assert looking.hosts == {demo.backoffice}
    # A new page is looked at, or says here where it is.
    assert visited(app, looking.paths) - NO_PAGE == pages_of(app) - NO_PAGE - ELSEWHERE


HIGHEST_BAR = 130  # pixels of a phone's 844 that stand above every page
LOWEST_TARGET = 44


def test_on_a_phone_the_menu_is_a_button_that_needs_no_script(
    demo: DemoRun, open_context: OpenContext
) -> None:
    page = open_context(size=PHONE, javascript=False).new_page()
    sign_in(page, demo, "owner")
    page.goto(f"{demo.backoffice}/journal")
    above, menu = page.get_by_role("main").bounding_box(), page.get_by_label("Bureaux")
    assert above is not None
    assert above["y"] <= HIGHEST_BAR
    expect(page.get_by_role("banner").get_by_text("Journal", exact=True).first).to_be_visible()
    expect(menu).to_be_hidden()
    opens = page.get_by_role("button", name="Menu", exact=True)
    opens.focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Journal")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(opens).to_be_focused()
    opens.click()
    for line in menu.get_by_role("link").all():
        box = line.bounding_box()
        assert box is not None
        assert box["height"] >= LOWEST_TARGET
    menu.get_by_role("link", name="Équipe").click()
    expect(page).to_have_url(re.compile("/team$"))


def test_the_open_menu_is_well_made_light_and_dark(
    demo: DemoRun, open_context: OpenContext
) -> None:
    for dark in (False, True):
        page = open_context(size=PHONE, dark=dark).new_page()
        sign_in(page, demo, "owner")
        expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
        page.get_by_role("button", name="Menu", exact=True).click()
        assert rules_broken(page) == []


# What practices and their patients are called, and how software numbers invoices, is nobody's to bound.
LONG = """() => {
    const put = (where, text) => document.querySelectorAll(where).forEach(one => one.textContent = text);
    put(".who", "Marie-Christine-Emmanuelle de Vallombreuse-Castelnaudary Anticonstitutionnellement");
    put("table.list tbody th .w", "FA-2026-000000000000000001351-B");
    put(".brand small", "CentreHospitalierUniversitaireDeRéadaptationFonctionnelle");
}"""


def test_names_and_numbers_of_any_length_stay_within_their_list_with_text_at_200_percent(
    demo: DemoRun, open_context: OpenContext
) -> None:
    page = open_context(size=DESK).new_page()
    sign_in(page, demo, "owner")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    looking = Looking(page)
    for address in ("/accounts", "/today", f"/accounts/{demo.one_of('partly_paid').number}"):
        page.goto(f"{demo.backoffice}{address}")
        page.evaluate(LONG)
        looking.look(large_at=DESK)
    page.get_by_role("searchbox").fill("Solène")
    page.get_by_role("button", name="Chercher", exact=True).click()
    page.evaluate(LONG)
    looking.look(large_at=DESK)
    assert looking.faults == []
