"""Each portal page in a real browser: nothing for axe to find, nothing cut off, no complaint of CSP.

The pages are the samples of the template tests, served with the portal's own headers.
"""

import pytest
from playwright.sync_api import Page, Route

from tests.conftest import OpenContext
from tests.counts import PROOF
from tests.functional.looking import bring_axe, rules_broken
from tests.unit.portal_samples import SAMPLES, sample_app

SITE = "https://portal.test"
NAMES = sorted(SAMPLES)
NARROW, PHONE, DESK = (320, 640), (390, 844), (1440, 900)
WIDTH = "document.documentElement.scrollWidth"
SMALL = """[...document.querySelectorAll("button, .act, .back, .door, .pick, summary, .in")]
    .map(one => [one.textContent.trim(), one.getBoundingClientRect().height])
    .filter(([_, height]) => height > 0 && height < 43.9)"""


def show(open_context: OpenContext, size: tuple[int, int], *, dark: bool = False) -> Page:
    """A window in which the samples are the whole web; what the browser complains of is kept."""
    client = sample_app().test_client()
    context = open_context(size=size, dark=dark)
    bring_axe(context)
    page = context.new_page()

    def answer(route: Route) -> None:
        reply = client.get(route.request.url.removeprefix(SITE))
        route.fulfill(status=reply.status_code, headers=dict(reply.headers), body=reply.data)

    page.route("**/*", answer)
    return page


@pytest.mark.parametrize(("language", "dark"), [("fr", False), ("en", True)])
def test_axe_finds_nothing(open_context: OpenContext, language: str, dark: bool) -> None:
    page = show(open_context, PHONE, dark=dark)
    half = NAMES if PROOF else NAMES[dark::2]  # each sample in one way at least
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for name in half:
        page.goto(f"{SITE}/sample/{language}/{name}")
        page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        assert (name, rules_broken(page)) == (name, [])
        assert complaints == []


def test_no_page_is_cut_off_and_every_target_can_be_touched(open_context: OpenContext) -> None:
    """In three windows, and in the smallest with doubled text."""
    page = show(open_context, NARROW)
    wrong: list[tuple[str, object]] = []
    for name in NAMES:
        page.goto(f"{SITE}/sample/fr/{name}")
        page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        for width, height in (DESK, PHONE, NARROW):
            page.set_viewport_size({"width": width, "height": height})
            wrong += [(f"{name} at {width}", small) for small in page.evaluate(SMALL)]
            if (found := page.evaluate(WIDTH)) > width:
                wrong.append((f"{name} at {width}", found))
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if (found := page.evaluate(WIDTH)) > NARROW[0]:
            wrong.append((f"{name} with doubled text", found))
    assert wrong == []


def test_a_page_comes_with_one_request(open_context: OpenContext) -> None:
    page = show(open_context, PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("entry", "statement"):
        asked.clear()
        page.goto(f"{SITE}/sample/fr/{name}", wait_until="networkidle")
        assert [url for url in asked if not url.startswith("data:")] == [f"{SITE}/sample/fr/{name}"]


def test_the_summary_of_errors_has_the_focus_without_a_script(open_context: OpenContext) -> None:
    page = show(open_context, PHONE)
    page.goto(f"{SITE}/sample/fr/entry-error")
    page.wait_for_function("document.activeElement.getAttribute('role') === 'alert'")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'month'")


def test_paper_shows_the_receipt_and_nothing_to_click(open_context: OpenContext) -> None:
    page = show(open_context, DESK, dark=True)
    page.emulate_media(media="print")
    page.goto(f"{SITE}/sample/fr/receipt-fresh")
    assert page.is_visible("article.letter")
    assert not page.is_visible("text=Quitter")
    assert not page.is_visible("text=Retour à votre espace")
    assert page.eval_on_selector("body", "one => getComputedStyle(one).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
