"""The sandbox's pages in a real browser: without script, on a phone, light and dark."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.servers import sandbox as servers
from tests.servers.sandbox import Sandbox, session_params

OpenContext = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with servers.running() as running:
        yield running


def payment_page(sandbox: Sandbox, locale: str = "fr") -> str:
    client = sandbox.client(f"sk_test_{uuid4().hex}")
    session = client.v1.checkout.sessions.create(
        session_params()
        | {
            "locale": locale,
            "success_url": f"{sandbox.url}/health?paid={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{sandbox.url}/health?cancelled",
        }
    )
    assert session.url is not None
    return session.url


def test_one_press_pays_without_javascript(sandbox: Sandbox, page_mobile: Page):
    url = payment_page(sandbox)
    page_mobile.goto(url)
    assert page_mobile.locator("html").get_attribute("lang") == "fr"
    assert "Bac à sable" in page_mobile.locator("body").inner_text()
    assert "Règlement Secrétariat R12" in page_mobile.locator("main").inner_text()
    page_mobile.get_by_role("button", name="Payer 42,50 €").click()
    page_mobile.wait_for_url("**/health?paid=cs_test_*")
    page_mobile.go_back()
    page_mobile.get_by_text("C’est déjà payé").wait_for()


def test_a_decline_a_question_a_refusal_then_success(sandbox: Sandbox, page_mobile: Page):
    page_mobile.goto(payment_page(sandbox))
    page_mobile.get_by_label("Numéro de carte").fill("4000 0000 0000 0002")
    page_mobile.get_by_role("button", name="Payer").click()
    page_mobile.get_by_text("Rien n’a été débité.").wait_for()
    page_mobile.get_by_label("Numéro de carte").fill("4000002760003184")
    page_mobile.get_by_role("button", name="Payer").click()
    page_mobile.get_by_role("button", name="Refuser").click()
    page_mobile.get_by_text("n’a pas été confirmé").wait_for()
    page_mobile.get_by_label("Numéro de carte").fill("4000002760003184")
    page_mobile.get_by_role("button", name="Payer").click()
    page_mobile.get_by_role("button", name="Confirmer").click()
    page_mobile.wait_for_url("**/health?paid=cs_test_*")


def test_cancelling_leads_back(sandbox: Sandbox, page_mobile: Page):
    page_mobile.goto(payment_page(sandbox))
    page_mobile.get_by_role("link", name="Annuler et revenir").click()
    page_mobile.wait_for_url("**/health?cancelled")


def test_the_language_is_the_sessions_until_it_is_changed(sandbox: Sandbox, page_mobile: Page):
    page_mobile.goto(payment_page(sandbox, "en"))
    assert page_mobile.locator("html").get_attribute("lang") == "en"
    page_mobile.get_by_role("link", name="Français").click()
    page_mobile.get_by_label("Numéro de carte").fill("4000 0000 0000 0069")
    page_mobile.get_by_role("button", name="Payer 42,50 €").click()
    page_mobile.get_by_text("Cette carte n’est plus valable.").wait_for()


def test_a_link_in_an_sms_is_followed(sandbox: Sandbox, page_mobile: Page):
    number = f"+336{uuid4().int % 10**7:07d}1"
    message = {
        "to": number,
        "sender": "Secretariat",
        "text": f"Une information vous attend : {sandbox.url}/health?from=sms",
        "reference": uuid4().hex,
    }
    headers = {"Authorization": f"Bearer {sandbox.sms_token}"}
    assert sandbox.call("POST", "/sms", json_body=message, headers=headers).status == 200
    page_mobile.goto(f"{sandbox.url}/telephone")
    page_mobile.get_by_role("link", name=number).click()
    page_mobile.get_by_role("link", name="from=sms").click()
    page_mobile.wait_for_url("**/health?from=sms")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_pages_are_accessible_fit_and_ask_nobody_else(
    sandbox: Sandbox, open_context: OpenContext, dark: bool, width: int
):
    page = open_context(size=(width, 844), dark=dark).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    pay = payment_page(sandbox)
    for path in (pay, f"{sandbox.url}/telephone", f"{sandbox.url}/telephone/+33612345671"):
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(pay)
    page.get_by_label("Numéro de carte").fill("1234")
    page.get_by_role("button", name="Payer").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert all(url.startswith(sandbox.url) for url in asked)
