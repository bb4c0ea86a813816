"""Two links opened in one browser: nobody pays for the other account by mistake."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from shared.links import PortalSession
from tests.security.portal_house import Browser, portal_app, visitor
from tests.world import World


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    opened = World(sqlite_url)
    yield opened
    opened.database.dispose()


def open_visits(world: World) -> int:
    with world.database.reading(world.practice_id) as session:
        return session.scalar(select(func.count()).select_from(PortalSession)) or 0


def enter(browser: Browser, token: str) -> None:
    browser._csrf = ""  # as the link's own page gives it
    assert browser.enter(token).location == "/statement"


def test_a_form_of_the_first_account_left_in_a_tab_is_refused(world: World) -> None:
    mine, theirs = world.account(owes=(4620,)), world.account(owes=(7994,))
    browser = visitor(portal_app(world), world.token(mine))
    left_open = browser._csrf
    enter(browser, world.token(theirs))
    answer = browser.send("POST", "/pay", data={"csrf_token": left_open, "choice": "all"})
    assert answer.status_code == 400
    assert "Un autre espace a été ouvert dans ce navigateur" in answer.text
    assert "Rien n’a été envoyé." in answer.text
    assert "le lien de votre message" in answer.text
    assert 'href="tel:' in answer.text, "the practice can be called"
    assert "79,94" not in answer.text
    assert "79,94" in browser.get("/statement").text


def test_the_first_visit_ends_when_another_begins(world: World) -> None:
    browser = visitor(portal_app(world), world.token(world.account()))
    enter(browser, world.token(world.account()))
    assert open_visits(world) == 1


def test_the_same_account_opened_again_keeps_its_forms(world: World) -> None:
    account = world.account()
    browser = visitor(portal_app(world), world.token(account))
    left_open = browser._csrf
    enter(browser, world.token(account))
    answer = browser.send("POST", "/extend", data={"csrf_token": left_open})
    assert answer.location == "/statement"
    assert open_visits(world) == 1


FORM = re.compile(r"<form( name=\"(v-\w{16})-\d+\")? ")
FIRST = re.compile(r"<form[^>]*>\s*<input type=\"hidden\" name=\"(v-\w{16})\" disabled>")


def test_browsers_can_not_take_a_form_of_one_visit_for_one_of_another(world: World) -> None:
    """They fill in again what bears the same names: every form bears its visit's."""
    account, app = world.account(owes=(4620, 7994)), portal_app(world)
    marks = []
    for _ in range(2):
        browser = visitor(app, world.token(account))
        names: list[str] = []
        for path in ("/messages", "/help", "/spread", "/preferences"):
            main = browser.get(path).text.partition("<main")[2].partition("</main>")[0]
            forms = FORM.findall(main)
            assert all(whole for whole, _ in forms), path
            assert len({whole for whole, _ in forms}) == len(forms) > 0, path
            assert [mark for _, mark in forms] == FIRST.findall(main), path
            names += [mark for _, mark in forms]
        assert len(set(names)) == 1
        marks += names[:1]
    assert marks[0] != marks[1]
