"""Back to a form and sent again: its mark is a new one by then, and still it counts once."""

import secrets
import threading
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from shared.accounts import Account
from shared.messages import Thread
from tests import papers
from tests.integration.talks import SCAN, Talks, words
from tests.integration.test_transfer_pages import ALL_WAYS, takes
from tests.security.portal_house import Browser, portal_app, visitor

QUESTION = {"subject": "other", "text": "Bonjour,\r\nune question."}


@pytest.fixture
def account(talks: Talks) -> Account:
    return talks.world.account()


@pytest.fixture
def browser(talks: Talks, account: Account) -> Browser:
    return visitor(portal_app(talks.world), talks.world.token(account))


def sends(browser: Browser, path: str, fields: dict[str, Any], **more: Any) -> str:
    """Where a form leads, with a mark that it never had before."""
    answer = browser.post(path, fields | more | {"once": secrets.token_hex(16)})
    assert answer.status_code == 303, answer.text
    return answer.location.partition("?")[0]


def only_thread(talks: Talks) -> Thread:
    with talks.world.database.reading(talks.practice_id) as session:
        return session.scalars(select(Thread)).one()


def test_a_question_sent_again_leads_to_its_conversation(
    browser: Browser, talks: Talks, account: Account
) -> None:
    first = sends(browser, "/messages", QUESTION)
    talks.world.later(minutes=10)
    assert sends(browser, "/messages", QUESTION) == first
    assert talks.said(account) == ["Bonjour,\nune question."]
    assert "une question." in unescape(browser.get(f"{first}?fresh=1").text)


def test_an_addition_sent_again_counts_once_and_other_words_count(
    browser: Browser, talks: Talks, account: Account
) -> None:
    thread = sends(browser, "/messages", QUESTION)
    for text in ("J’ajoute", "J’ajoute", "Encore", "J’ajoute"):
        assert sends(browser, thread, {"text": text}) == thread
    assert talks.said(account)[1:] == ["J’ajoute", "Encore", "J’ajoute"]


@pytest.mark.parametrize("change", ["subject", "later", "answered", "document"])
def test_what_is_not_the_same_is_sent(
    browser: Browser, talks: Talks, account: Account, change: str
) -> None:
    sends(browser, "/messages", QUESTION)
    fields: dict[str, Any] = {}
    if change == "subject":
        fields = {"subject": "unclear"}
    elif change == "later":
        for _ in range(3):
            talks.world.later(minutes=10)
            browser.post("/extend")
    elif change == "answered":
        talks.answer(only_thread(talks), words("Nous regardons."))
    else:
        fields = {"documents": (BytesIO(papers.picture()), "x.jpg")}
    sends(browser, "/messages", QUESTION, **fields)
    assert talks.said(account).count("Bonjour,\nune question.") == 2


def test_with_the_same_document_or_without_it_counts_once(talks: Talks, account: Account) -> None:
    thread = talks.open(account, "other", words("Voici", SCAN))
    assert talks.open(account, "other", words("Voici", SCAN)).id == thread.id
    assert talks.open(account, "other", words("Voici")).id == thread.id
    assert talks.reply(thread, words("", SCAN)).id == thread.id
    assert talks.reply(thread, words("", SCAN)).id == thread.id
    assert talks.said(account) == ["Voici", ""]


def test_two_at_the_same_moment_count_once(talks: Talks, account: Account) -> None:
    both = threading.Barrier(2)

    def send() -> None:
        both.wait()
        talks.open(account, "other", words("Bonjour"))

    sending = [threading.Thread(target=send) for _ in range(2)]
    for one in sending:
        one.start()
    for one in sending:
        one.join()
    assert talks.said(account) == ["Bonjour"]


def test_a_transfer_announced_again_is_one_announcement(
    browser: Browser, talks: Talks, account: Account
) -> None:
    takes(talks.world, ALL_WAYS)
    for _ in range(2):
        sends(browser, "/transfer", {"amount": ""})
    assert len(talks.said(account)) == 1
