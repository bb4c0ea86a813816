"""A form of a visit that is over, or whose cookies are gone: one page, which says what to do."""

import pytest

from tests.security.portal_house import Browser, portal_app, visitor
from tests.world import World

FORMS = ("/pay", "/extend", "/leave")
ALL_CHOSEN = {"choice": "all"}


@pytest.fixture
def world(sqlite_url: str) -> World:
    return World(sqlite_url)


@pytest.fixture
def browser(world: World) -> Browser:
    """A patient on the page where one chooses what to pay."""
    browser = visitor(portal_app(world), world.token(world.account()))
    assert browser.get("/pay").status_code == 200
    return browser


def lose_cookies(browser: Browser) -> None:
    """The browser forgets them all; the page at hand stays open."""
    browser.client = browser.app.test_client()


def says_how_to_come_back(page: str) -> bool:
    asked = "Pour revenir, ouvrez de nouveau le lien de votre message."
    return "Votre visite est fermée" in page and asked in page and "rechargez-la" not in page


@pytest.mark.parametrize("form", FORMS)
def test_whose_cookies_are_all_gone_is_told_once_to_open_the_link_again(
    browser: Browser, form: str
) -> None:
    lose_cookies(browser)
    answer = browser.post(form, ALL_CHOSEN)
    assert answer.status_code == 401
    assert says_how_to_come_back(answer.text)


def test_the_message_s_link_then_opens_the_space_again(world: World) -> None:
    token = world.token(world.account())
    browser = visitor(portal_app(world), token)
    lose_cookies(browser)
    assert browser.post("/pay", ALL_CHOSEN).status_code == 401
    again = Browser(browser.app)
    assert again.enter(token).location == "/statement"


@pytest.mark.parametrize("form", FORMS)
def test_a_form_left_open_overnight_is_told_the_same(
    world: World, browser: Browser, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.later(hours=9)
    monkeypatch.setitem(
        browser.app.config, "WTF_CSRF_TIME_LIMIT", -1
    )  # hours later, the token's too
    answer = browser.post(form, ALL_CHOSEN)
    assert says_how_to_come_back(answer.text)


def test_an_english_reader_is_told_in_english(browser: Browser) -> None:
    lose_cookies(browser)
    headers = {"Accept-Language": "en"}
    answer = browser.send("POST", "/pay", data=ALL_CHOSEN, headers=headers)
    assert answer.status_code == 401
    assert '<html lang="en">' in answer.text
    assert "open the link in your message again" in answer.text


def test_within_an_open_visit_an_old_form_is_still_told_to_be_reloaded(browser: Browser) -> None:
    answer = browser.send("POST", "/pay", data={"csrf_token": "old", **ALL_CHOSEN})
    assert answer.status_code == 400
    assert "rechargez-la" in answer.text
    assert browser.cookie
    assert browser.get("/pay").status_code == 200


def test_another_sites_page_ends_nobodys_visit(browser: Browser) -> None:
    """Browsers leave our cookies out of what another site's page sends, but take what we set."""
    kept = browser.cookie
    stranger = Browser(browser.app)
    answer = stranger.send("POST", "/leave", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 401
    assert not [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("visit=")]
    assert browser.cookie == kept
    assert browser.get("/statement").status_code == 200


CALL = "Appelez le"


@pytest.mark.parametrize("end", ["by itself", "left"])
def test_whom_to_call_stands_on_the_page_and_how_to_get_a_new_link(
    world: World, browser: Browser, end: str
) -> None:
    if end == "left":
        browser.post("/leave")
    else:
        world.later(minutes=16)
    for _ in range(2):  # the cookie of the visit is gone by the second time
        page = browser.get("/messages").text
        assert says_how_to_come_back(page)
        assert "vous pourrez en demander un nouveau" in page
        assert "Secrétariat R12" in page
        assert f"{CALL} <a" in page
        assert page.count('href="tel:') == 2


def test_a_browser_that_never_was_inside_is_told_no_practice(browser: Browser) -> None:
    stranger = Browser(browser.app)
    stranger.client.set_cookie("visit", browser.cookie[:-4] + "AAAA", domain="127.0.0.1")
    page = stranger.get("/messages").text
    assert f"{CALL} secrétariat" in page
    assert "Secrétariat R12" not in page
    assert 'href="tel:' not in page
