"""Whoever sends many documents at once holds up nobody else."""

import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal import message_forms, reception
from portal.daily import DAY
from portal.reception import Reception
from shared.accounts import Account
from shared.messages import CleanDocument
from tests import papers
from tests.integration.talks import Talks, words
from tests.security.portal_house import Browser, portal_app, visitor
from tests.world import World


@pytest.fixture
def talks(database_url: str) -> Iterator[Talks]:
    world = World(database_url)
    yield Talks(world)
    world.database.dispose()


@pytest.fixture
def account(talks: Talks) -> Account:
    return talks.world.account()


@pytest.fixture
def browser(talks: Talks, account: Account) -> Browser:
    return visitor(portal_app(talks.world), talks.world.token(account))


def sends(browser: Browser, content: bytes = b"MZ") -> TestResponse:
    fields: dict[str, Any] = {"subject": "other", "text": "Mes mots"}
    return browser.post("/messages", fields | {"documents": (BytesIO(content), "x.jpg")})


def desk(browser: Browser) -> Reception:
    found: Reception = browser.app.extensions["portal"].reception
    return found


def test_while_others_are_served_one_is_told_soon_and_keeps_the_words(
    browser: Browser, talks: Talks
) -> None:
    others = [talks.world.account(phone=f"+3363998011{n}").id for n in (4, 5)]
    now = talks.world.clock.now()
    with desk(browser).place(others[0], at=now), desk(browser).place(others[1], at=now):
        began = time.monotonic()
        page = sends(browser, papers.picture())
        assert time.monotonic() - began < reception.WAIT_SECONDS + 3
        assert page.status_code == 422
        assert "Trop de documents arrivent en ce moment." in page.text
        assert "Mes mots</textarea>" in page.text
    assert sends(browser, papers.picture()).status_code == 303


def test_one_account_has_one_form_served_at_a_time(
    browser: Browser, talks: Talks, account: Account
) -> None:
    with desk(browser).place(account.id, at=talks.world.clock.now()):
        assert "Trop de documents" in sends(browser, papers.picture()).text


def test_refused_documents_count_and_are_forgiven_a_day_later(
    browser: Browser, talks: Talks, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "MOST_TRIES_A_DAY", 2)
    for _ in range(2):
        assert "Nous prenons des photos" in sends(browser).text
    page = sends(browser, papers.picture())
    assert page.status_code == 422
    assert "Vous avez envoyé beaucoup de documents" in page.text
    assert "Mes mots</textarea>" in page.text
    with desk(browser).place(account.id, at=talks.world.clock.now() + DAY):
        pass  # there is one


def test_nothing_is_cleaned_for_who_wrote_too_much_nor_while_the_database_waits(
    browser: Browser, talks: Talks, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []

    def cleans(_data: bytes) -> CleanDocument:
        held.append(talks.world.database.engine.pool.checkedout())  # type: ignore[attr-defined]
        return CleanDocument("pdf", 1, b"%PDF-")

    monkeypatch.setattr(message_forms, "clean_document", cleans)
    assert sends(browser).status_code == 303
    assert held == [0]
    thread = talks.open(account, "other", words("Bonjour"))
    for number in range(18):
        talks.reply(thread, words(str(number)))
    assert "Vous avez beaucoup écrit" in sends(browser).text
    assert held == [0]
