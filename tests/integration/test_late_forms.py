"""What a patient typed is not lost when the visit ends before it is sent."""

import base64
import os
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from ardoise import jobs
from shared.links import LateForm
from tests.security.portal_house import Browser, portal_app, visitor
from tests.world import World

TYPED = {"choice": "other", "amount": "12,50 comme convenu au téléphone"}


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    opened = World(database_url)
    yield opened
    opened.database.dispose()


def kept(world: World) -> list[LateForm]:
    with world.database.reading(world.practice_id) as session:
        return list(session.scalars(select(LateForm)))


def too_late(world: World) -> tuple[Browser, str]:
    """A browser whose visit ended while a form was being filled in; and the account's link."""
    account = world.account()
    token = world.token(account)
    browser = visitor(portal_app(world), token)
    browser.get("/pay")
    world.later(minutes=16)
    answer = browser.post("/pay", TYPED)
    assert answer.status_code == 401
    assert "n’est pas perdu" in answer.text
    return browser, token


def test_behind_the_identity_form_the_text_is_there_again(world: World) -> None:
    browser, token = too_late(world)
    assert browser.enter(token).location == "/late"
    page = browser.get("/late").text
    assert "12,50 comme convenu au téléphone" in page
    assert 'action="/pay"' in page
    assert 'name="choice" value="other"' in page
    assert "csrf_token" in page
    assert browser.get("/late").status_code == 200  # looked at again, it is still there


def test_it_is_sent_by_one_button(world: World) -> None:
    browser, token = too_late(world)
    browser.enter(token)
    answer = browser.post("/pay", TYPED)
    assert answer.status_code == 422  # the pay page itself answers, as it always does
    assert "somme" in answer.text


def test_whoever_does_not_want_it_any_more_lets_it_go(world: World) -> None:
    browser, token = too_late(world)
    browser.enter(token)
    assert browser.post("/late/forget").location == "/statement"
    assert kept(world) == []
    assert browser.get("/late").location == "/statement"


def test_another_persons_visit_in_the_same_browser_does_not_show_it(world: World) -> None:
    browser, _ = too_late(world)
    other = world.token(world.account())
    browser.enter(other)
    answer = browser.get("/late")
    assert answer.location == "/statement"
    assert "12,50" not in browser.get("/statement").text


def test_the_database_alone_does_not_open_it(world: World) -> None:
    too_late(world)
    [row] = kept(world)
    assert b"convenu" not in row.content
    assert isinstance(row.id, UUID)


def test_after_an_hour_it_is_gone(world: World) -> None:
    browser, token = too_late(world)
    world.clock.instant += timedelta(hours=1)
    browser.enter(token)
    assert browser.get("/late").location == "/statement"
    jobs.end_visits(world.house, world.practice_id)
    assert kept(world) == []


def test_leaving_forgets_it(world: World) -> None:
    browser, _ = too_late(world)
    browser.post("/leave")
    assert kept(world) == []


def test_what_says_nothing_is_not_kept(world: World) -> None:
    browser = visitor(portal_app(world), world.token(world.account()))
    world.later(minutes=16)
    assert "n’est pas perdu" not in browser.post("/extend", {"back": "/pay"}).text
    assert kept(world) == []


def names_practice(browser: Browser, number: int) -> None:
    """From now on the browser's cookie of the visit, which nobody signed, names that practice."""
    forged = base64.urlsafe_b64encode(number.to_bytes(4, "big") + os.urandom(28)).decode()
    browser.client.set_cookie("visit", forged.rstrip("="), domain="127.0.0.1")


@pytest.mark.parametrize("theirs", ["another", "unknown", "gone"])
def test_nothing_is_kept_at_a_practice_where_the_visit_was_not(world: World, theirs: str) -> None:
    browser = visitor(portal_app(world), world.token(world.account()))
    browser.get("/pay")
    if theirs == "gone":
        with browser.client.session_transaction(base_url=browser.site) as session:
            session["mine"] = [4_000, session["mine"][1]]
    names_practice(browser, world.open_practice("Secrétariat B7") if theirs == "another" else 4_000)
    answer = browser.post("/pay", TYPED)
    assert answer.status_code == 401
    assert "n’est pas perdu" not in answer.text
    assert kept(world) == []


def test_whoever_never_was_inside_has_nothing_kept(world: World) -> None:
    browser = Browser(portal_app(world))
    names_practice(browser, world.practice_id)
    assert browser.post("/pay", TYPED).status_code == 401
    assert kept(world) == []


def test_only_the_latest_form_of_a_person_is_kept(world: World) -> None:
    token = world.token(world.account())
    browser = visitor(portal_app(world), token)
    browser.get("/pay")
    for words in ("le premier texte", "le dernier texte"):
        names_practice(browser, world.practice_id)  # the visit is over
        assert browser.post("/pay", TYPED | {"amount": words}).status_code == 401
    assert len(kept(world)) == 1
    browser.enter(token)
    page = browser.get("/late").text
    assert "le dernier texte" in page
    assert "le premier texte" not in page
