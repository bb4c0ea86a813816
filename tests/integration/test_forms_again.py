"""A form that is to be corrected stands at an address of its own, to which « back » leads."""

import re

import pytest
from sqlalchemy import func, select

from ardoise import jobs
from shared.accounts import Account
from shared.audit import SYSTEM
from shared.links import LateForm, Link, revoke
from tests.security.portal_house import CSRF, Browser, portal_app, visitor
from tests.world import World

PRIVATE = "Une phrase tout à fait privée"


@pytest.fixture
def world(database_url: str) -> World:
    return World(database_url)


@pytest.fixture
def account(world: World) -> Account:
    return world.account(owes=(2750, 1500))


@pytest.fixture
def browser(world: World, account: Account) -> Browser:
    return visitor(portal_app(world), world.token(account))


def sent(browser: Browser, path: str, fields: dict[str, str]) -> str:
    """Where a form leads that is to be corrected."""
    token = CSRF.findall(browser.get("/statement").text)[0]
    answer = browser.send("POST", path, data={"csrf_token": token, **fields})
    assert answer.status_code == 303, path
    return answer.location


@pytest.mark.parametrize(
    ("path", "fields", "told"),
    [
        ("/messages", {"text": PRIVATE}, PRIVATE),
        ("/help", {"text": PRIVATE}, PRIVATE),
    ],
)
def test_it_can_be_gone_back_to_with_what_was_typed(
    browser: Browser, path: str, fields: dict[str, str], told: str
) -> None:
    address = sent(browser, path, fields)
    assert re.fullmatch("/again/[0-9a-f]{32}", address)
    browser.get("/privacy")
    for _ in range(2):
        page = browser.get(address)
        assert page.status_code == 422
        assert told in page.text
        assert page.text.count("<main") == page.text.count("<title>") == 1
        assert "À corriger" in page.text.split("</title>")[0]
        assert f'action="{path}"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_what_was_typed_stands_in_no_address_no_cookie_and_no_table(
    world: World, browser: Browser
) -> None:
    address = sent(browser, "/messages", {"text": PRIVATE})
    assert "phrase" not in address
    assert all("phrase" not in cookie.value for cookie in browser.client._cookies.values())
    with world.database.reading(world.practice_id) as session:
        [kept] = session.scalars(select(LateForm)).all()
    assert b"phrase" not in kept.content
    assert PRIVATE.encode() not in kept.content


def test_nobody_else_opens_it_nor_the_same_person_in_a_later_visit(
    world: World, browser: Browser, account: Account
) -> None:
    address = sent(browser, "/messages", {"text": PRIVATE})
    for other in (world.account(), account):
        stranger = visitor(browser.app, world.token(other))
        assert stranger.get(address).location == "/statement"
    nobody = Browser(browser.app).get(address)
    assert nobody.status_code == 401
    assert PRIVATE not in nobody.text


def test_it_goes_after_an_hour_and_there_are_ten_at_most(world: World, browser: Browser) -> None:
    addresses = []
    for number in range(11):
        addresses.append(sent(browser, "/messages", {"text": f"{PRIVATE} {number}"}))
        world.later(seconds=1)
    assert browser.get(addresses[0]).location == "/statement"
    assert f"{PRIVATE} 10" in browser.get(addresses[10]).text
    with world.database.reading(world.practice_id) as session:
        assert session.scalar(select(func.count()).select_from(LateForm)) == 10
    for _ in range(5):
        world.later(minutes=12)
        assert browser.post("/extend").status_code == 303
    assert browser.get(addresses[10]).location == "/statement"
    jobs.end_visits(world.house, world.practice_id)
    with world.database.reading(world.practice_id) as session:
        assert session.scalar(select(func.count()).select_from(LateForm)) == 0


def test_sending_it_corrected_from_there_counts(browser: Browser) -> None:
    page = browser.get(sent(browser, "/messages", {"text": PRIVATE})).text
    once = re.findall(r'name="once" value="([0-9a-f]{32})"', page)[0]
    answer = browser.post("/messages", {"text": PRIVATE, "subject": "other", "once": once})
    assert re.match("/messages/.+fresh=1", answer.location)


def kept(world: World) -> int:
    """How many pages are kept."""
    with world.database.reading(world.practice_id) as session:
        return session.scalar(select(func.count()).select_from(LateForm)) or 0


def test_a_book_typed_into_a_message_is_shown_at_once_and_not_kept(
    world: World, browser: Browser
) -> None:
    token = CSRF.findall(browser.get("/statement").text)[0]
    book = "'" * 490_000
    answer = browser.send("POST", "/messages", data={"csrf_token": token, "text": book})
    assert answer.status_code == 422
    assert "À corriger" in answer.text.split("</title>")[0]
    assert kept(world) == 0
    sent(browser, "/messages", {"text": "Deux pages de mots. " * 200})
    assert kept(world) == 1


def test_ever_new_visits_to_one_account_keep_no_more_than_ten(
    world: World, browser: Browser, account: Account
) -> None:
    other = visitor(browser.app, world.token(world.account()))
    theirs = sent(other, "/messages", {"text": "Celle de quelqu’un d’autre"})
    token = world.token(account)
    for number in range(4):
        last = visitor(browser.app, token)
        for _ in range(3):
            address = sent(last, "/messages", {"text": f"{PRIVATE} {number}"})
            world.later(seconds=1)
    assert kept(world) == 10 + 1
    assert f"{PRIVATE} 3" in last.get(address).text
    assert "Celle de quelqu’un d’autre" in other.get(theirs).text


def test_leaving_forgets_what_was_kept_for_this_visit_alone(
    world: World, browser: Browser, account: Account
) -> None:
    elsewhere = visitor(browser.app, world.token(account))
    address = sent(elsewhere, "/messages", {"text": PRIVATE})
    sent(browser, "/messages", {"text": PRIVATE})
    assert kept(world) == 2
    browser.post("/leave")
    assert kept(world) == 1
    assert PRIVATE in elsewhere.get(address).text


def test_what_was_kept_goes_with_a_link_that_is_revoked(world: World, browser: Browser) -> None:
    sent(browser, "/messages", {"text": PRIVATE})
    with world.database.unit_of_work(world.practice_id) as work:
        for link in work.session.scalars(select(Link).where(Link.status == "live")):
            revoke(work.session, link, actor=SYSTEM, at=world.clock.now(), reason="not_sent")
        work.commit()
    assert kept(world) == 0
