"""Every page of the real demo, as people with small screens, large text or a keyboard meet it."""

import re
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Flask
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from portal.app import create_app as create_portal
from shared.base.clock import SystemClock
from shared.base.config import PortalSettings
from shared.base.database import Database
from tests.conftest import OpenContext
from tests.functional import patient_steps as steps
from tests.functional.demo_run import DemoRun
from tests.functional.looking import DESK, Looking, pages_of, visited
from tests.functional.staff_steps import sign_in

MOST_REQUESTS, MOST_BYTES = 3, 25_000
OWING = ("unpaid", "not_due", "call", "formal_notice")
STRANGER = "00000000-0000-7000-8000-000000000000"


def portal_app(demo: DemoRun) -> Flask:
    """The portal's routes."""
    told = demo.environment
    settings = PortalSettings(
        database_url=told["ARDOISE_DATABASE_URL"],
        site_url=demo.portal,
        link_keys=SecretStr(told["ARDOISE_LINK_KEYS"]),
        gateway_keys=SecretStr(told["ARDOISE_GATEWAY_KEYS"]),
        portal_secret=SecretStr("p" * 40),
    )
    return create_portal(settings, Database("sqlite://"), clock=SystemClock())


# What a first view costs


def cost(page: Page, act: Callable[[], object]) -> tuple[list[str], int]:
    """The addresses that ``act`` makes the browser ask for, and the bytes that come back."""
    devtools = page.context.new_cdp_session(page)
    asked: list[str] = []
    received: list[int] = []

    def note_request(event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            asked.append(event["request"]["url"])
        if "redirectResponse" in event:
            received.append(int(event["redirectResponse"]["encodedDataLength"]))

    devtools.on("Network.requestWillBeSent", note_request)
    devtools.on("Network.loadingFinished", lambda e: received.append(int(e["encodedDataLength"])))
    devtools.send("Network.enable")
    act()
    page.wait_for_load_state("networkidle")
    devtools.detach()
    return asked, sum(received)


def test_the_first_view_of_entry_and_statement_is_light(
    demo: DemoRun, open_context: OpenContext, proof_record: Callable[[str, int], None]
) -> None:
    patient = demo.one_of("reminded")
    page = open_context().new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    entry = cost(page, lambda: page.goto(patient.link))
    statement = cost(page, lambda: steps.give(page, patient.birth_date))
    expect(page).to_have_url(f"{demo.portal}/statement")
    for name, (asked, size) in (("entry", entry), ("statement", statement)):
        assert 0 < len(asked) <= MOST_REQUESTS, asked
        assert 0 < size <= MOST_BYTES, name
        assert all(url.startswith(f"{demo.portal}/") for url in asked)
        sys.stdout.write(f"First view of the {name}: {len(asked)} request(s), {size} bytes\n")
        proof_record(f"first view of the {name}: requests", len(asked))
        proof_record(f"first view of the {name}: bytes", size)
    assert said == []


# All pages


def test_portal_pages_before_the_identity_check(demo: DemoRun, open_context: OpenContext) -> None:
    patient = demo.claim(*OWING)
    assert patient.birth_date
    page = open_context().new_page()
    looking = Looking(page)
    looking.at(demo.portal)
    looking.at(f"{demo.portal}/l/cut-off")
    looking.at(f"{demo.portal}/no-such-page")
    looking.at(f"{demo.portal}/accessibility")
    looking.at(f"{demo.portal}/privacy")
    looking.at(f"{demo.portal}/statement")
    looking.at(patient.link, closely=True)
    page.get_by_role("button", name=steps.OPEN).click()
    looking.look()
    for _ in range(3):
        page.goto(patient.link)
        steps.give(page, patient.birth_date.replace(year=1901))
    looking.look()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Attendez un peu")
    page.goto(demo.one_of("ask_more").link)
    steps.give(page, patient.birth_date)
    expect(page.get_by_label(re.compile("code postal"))).to_be_visible()
    looking.look()
    expired = demo.one_of("expired_link")
    page.goto(expired.link)
    steps.give(page, expired.birth_date)
    looking.look()
    page.get_by_role("button", name="Recevoir un nouveau lien").click()
    looking.look()
    page.get_by_role("button", name="English").click()
    looking.look()
    assert looking.faults == []
    assert looking.hosts == {demo.portal}
    assert visited(portal_app(demo), looking.paths) == pages_of(
        portal_app(demo)
    ) - INSIDE - ELSEWHERE - {"static_pages.health"} | {"statement.show"}


ELSEWHERE = {
    "visit.stayed",  # test_staying.py
    "messages.unread",  # leads to the answer: test_talk_pages.py
    "late.show",  # test_portal_look.py, as test_late_forms.py leads to it
    *("spread.choose", "plan.show", "plan.agreement"),  # test_plan_pages.py
    *("messages.index", "messages.show", "messages.document"),  # test_talk_pages.py
    *("help.ask", "help.show"),  # the same
    *("transfer.show", "share.show", "payer.show", "payer.done"),  # test_ways_pages.py
    *("payments.index", "receipt.letter"),  # the same
    *("details.show", "details.looked", "preferences.show"),  # test_preference_pages.py
    "preferences.ask_unsafe",  # the same
    *("proposals.ask_contact", "proposals.ask_representative", "proposals.show"),  # the same
}
INSIDE = {
    "again.show",
    "statement.show",
    "statement.one",
    "pay.choose",
    "paying.back",
    "receipt.show",
    "visit.left",
}


def test_portal_pages_inside(demo: DemoRun, open_context: OpenContext) -> None:
    patient = demo.claim(*OWING, "reminded", invoices=2)
    page = steps.enter(open_context(), patient)
    looking = Looking(page)
    looking.at(f"{demo.portal}/statement", closely=True)
    page.get_by_role("link", name=re.compile("^Facture n°")).first.click()
    looking.look()
    looking.at(f"{demo.portal}/invoice/{STRANGER}")
    looking.at(f"{demo.portal}/pay")
    page.get_by_label("Certaines factures").check()
    page.get_by_role("button", name=steps.GO_ON).click()
    looking.look()
    page.get_by_label("Une autre somme").check()
    page.get_by_role("button", name=steps.GO_ON).click()
    looking.look()
    page.get_by_label("Somme en euros").fill("5")
    steps.to_card(page)
    # Back without having paid: what is known after five seconds is that nothing is known yet.
    query = """
        SELECT payment_attempt.id FROM payment_attempt
        JOIN account ON account.id = payment_attempt.account_id WHERE account.number = ?
    """
    looking.at(f"{demo.portal}/payment/{UUID(demo.one(query, patient.number))}")
    expect(page.get_by_role("status")).to_contain_text("Nous vérifions votre paiement")
    page.goto(f"{demo.portal}/pay")
    steps.to_card(page)
    steps.pay_by_card(page)
    expect(page).to_have_url(steps.RECEIPT, timeout=steps.SETTLED_MS)
    looking.look()
    page.get_by_role("button", name="Quitter").click()
    looking.look()
    others = [demo.one_of(story) for story in ("paid", "dispute", "absent", "partly_paid")]
    for one in (*others, demo.claim("english")):
        page.goto(one.link)
        steps.give(page, one.birth_date)
        looking.look()
    page.get_by_role("link", name=re.compile("^Invoice")).first.click()
    looking.look()
    assert looking.faults == []
    assert looking.hosts == {demo.portal, demo.sandbox}
    assert visited(portal_app(demo), looking.paths) >= INSIDE


def test_sandbox_pages(demo: DemoRun, open_context: OpenContext) -> None:
    patient = demo.claim(*OWING)
    page = steps.enter(open_context(), patient)
    looking = Looking(page)
    looking.at(f"{demo.sandbox}/telephone")
    looking.at(f"{demo.sandbox}/telephone?q=rien-de-tel")
    for page_of in ("", "/pannes", "/virements"):
        looking.at(f"{demo.sandbox}/prestataire{page_of}")
    looking.at(demo.phone_page(demo.one_of("reminded_twice")))
    looking.at(f"{demo.sandbox}/pay/cs_test_none")
    page.goto(f"{demo.portal}/pay")
    steps.to_card(page)
    looking.look()
    hosted = page.url
    page.locator("#cvc").fill("1")
    steps.pay_by_card(page, "1234")
    looking.look()
    page.locator("#cvc").fill("123")
    steps.pay_by_card(page, steps.DECLINED)
    looking.look()
    steps.pay_by_card(page, steps.AUTHENTICATES)
    looking.look()
    page.get_by_role("button", name="Confirmer").click()
    expect(page).to_have_url(steps.RECEIPT, timeout=steps.SETTLED_MS)
    looking.at(hosted)
    assert looking.faults == []


STORIES_AT_DESK = ("reminded", "dispute", "door_closed", "bounced", "absent", "formal_notice")


def test_backoffice_pages(demo: DemoRun, open_context: OpenContext) -> None:
    page = open_context(size=DESK).new_page()
    looking = Looking(page)
    desk = demo.backoffice
    looking.at(f"{desk}/sign-in")
    page.goto(f"{desk}/sign-in")
    page.get_by_label("Adresse e-mail").fill("nobody@r12.example")
    page.get_by_label("Mot de passe").fill("not a password")
    page.get_by_role("button", name="Continuer").click()
    looking.look()
    sign_in(page, demo, "manager", code="000000")
    looking.look()
    sign_in(page, demo, "manager")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    looking.look(large_at=DESK)
    task = page.locator("[data-open]").first.get_attribute("href")
    for path in ("/accounts?step=none&held=stale", "/sessions", "/accounts/NONE", "/help", task):
        page.goto(f"{desk}{path}")
        looking.look(large_at=DESK)
    for story in (*STORIES_AT_DESK, "partly_paid"):
        page.goto(f"{desk}/accounts/{demo.one_of(story).number}")
        looking.look(large_at=DESK)
    page.get_by_role("link", name=re.compile("^Rembourser")).first.click()
    looking.look(large_at=DESK)
    for path in ("/agreements", "/payments/unassigned", "/to-check"):
        page.goto(f"{desk}{path}")
        looking.look(large_at=DESK)
    for words in ("Solène", "Personne"):
        page.get_by_role("searchbox").fill(words)
        page.get_by_role("button", name="Chercher", exact=True).click()
        looking.look(large_at=DESK)
    assert looking.faults == []
    assert looking.hosts == {desk}


# Without a mouse


HAS_FOCUS = "it => document.activeElement.matches(it)"
# A choice shows the focus around its whole line.
RING = """() => {
    const at = document.activeElement;
    return [at, at.closest("label") ?? at].map(one => getComputedStyle(one).outlineStyle);
}"""


def tab_to(page: Page, selector: str, *, most: int = 40) -> None:
    """Press Tab until an element that fits has the focus, and see that it shows."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert set(page.evaluate(RING)) != {"none"}, page.evaluate(
            "() => document.activeElement.outerHTML"
        )
        if page.evaluate(HAS_FOCUS, selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_the_whole_way_with_the_keyboard_alone(demo: DemoRun, open_context: OpenContext) -> None:
    patient = demo.claim(*OWING, "reminded")
    assert patient.birth_date
    page = open_context(size=DESK).new_page()
    page.goto(patient.link)
    born = patient.birth_date
    for name, text in (("day", born.day), ("month", born.month), ("year", born.year)):
        tab_to(page, f"#{name}")
        page.keyboard.type(str(text))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.portal}/statement")
    tab_to(page, "a.door")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.portal}/pay")
    tab_to(page, "input[value=all]")
    page.keyboard.press("ArrowUp")  # round to the last choice
    tab_to(page, "#amount")
    page.keyboard.type("5,20")
    tab_to(page, "button.btn")
    page.keyboard.press("Enter")
    expect(page).to_have_url(steps.HOSTED)
    tab_to(page, "#cvc")
    page.keyboard.press("Enter")
    steps.see_receipt(page, 520)
    tab_to(page, "a[href='/statement']")
    page.keyboard.press("Enter")
    steps.see_owed(page, patient.balance_cents - 520)
