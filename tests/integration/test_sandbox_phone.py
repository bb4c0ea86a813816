"""The patient's phone and mailbox: what is sent arrives there, and nowhere else."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.servers import sandbox as servers
from tests.servers.sandbox import Answer, Sandbox

LINK = "http://127.0.0.1:8000/l/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-AbCdEfGh1"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with servers.running() as running:
        yield running


@pytest.fixture
def number() -> str:
    return f"+336{uuid4().int % 10**7:07d}1"


@pytest.fixture
def mailbox() -> str:
    return f"{uuid4().hex[:12]}@patient.example"


def sms(sandbox: Sandbox, token: str | None = None, **fields: Any) -> Answer:
    headers = {"Authorization": f"Bearer {token or sandbox.sms_token}"}
    return sandbox.call("POST", "/sms", json_body=fields, headers=headers)


def text_message(to: str, text: str = "Bonjour", reference: str | None = None) -> dict[str, str]:
    return {
        "to": to,
        "sender": "Secretariat",
        "text": text,
        "reference": reference or uuid4().hex,
    }


def received(sandbox: Sandbox, to: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = sandbox.call("GET", f"/telephone/{quote(to)}.json").json()
    return messages


def letter(to: str, *, subject: str = "Une information vous attend") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Secrétariat R12 <ne-pas-repondre@r12.example>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{uuid4().hex}@r12.example>"
    mail.set_content(f"Bonjour,\n\nUne information vous attend :\n{LINK}\n\nSecrétariat R12")
    mail.add_alternative(f'<p>Bonjour, <a href="{LINK}">ouvrir la page</a>.</p>', subtype="html")
    return mail


def send(sandbox: Sandbox, mail: EmailMessage, *to: str) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=10) as connection:
        return connection.send_message(mail, to_addrs=list(to) or None)


# SMS


def test_an_sms_arrives_with_its_link(sandbox: Sandbox, number: str):
    answer = sms(sandbox, **text_message(number, f"Une information vous attend : {LINK}"))
    assert answer.status == 200
    [message] = received(sandbox, number)
    assert message["id"] == answer.json()["id"]
    assert (message["channel"], message["to"], message["sender"]) == ("sms", number, "Secretariat")
    assert message["links"] == [LINK]
    by_query = sandbox.call("GET", f"/telephone.json?to={quote(number)}").json()
    assert by_query == [message]


def test_the_same_reference_arrives_once(sandbox: Sandbox, number: str):
    first = sms(sandbox, **text_message(number, "Un", "notice-7"))
    again = sms(sandbox, **text_message(number, "Un, encore", "notice-7"))
    assert again.json() == first.json()
    assert [message["text"] for message in received(sandbox, number)] == ["Un"]


def test_the_newest_message_comes_first(sandbox: Sandbox, number: str):
    for text in ("un", "deux", "trois"):
        sms(sandbox, **text_message(number, text))
    assert [m["text"] for m in received(sandbox, number)] == ["trois", "deux", "un"]


def test_a_number_nobody_has_is_refused(sandbox: Sandbox):
    answer = sms(sandbox, **text_message("+33612340000"))
    assert answer.status == 422
    assert answer.json()["error"] == "unknown_number"
    assert received(sandbox, "+33612340000") == []


def test_an_sms_needs_the_token(sandbox: Sandbox, number: str):
    assert sms(sandbox, token="another-token", **text_message(number)).status == 401
    assert sandbox.call("POST", "/sms", json_body=text_message(number)).status == 401
    assert received(sandbox, number) == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"to": "06 12 34 56 78"}, "invalid_to"),
        ({"sender": "Secretariat R12 trop long"}, "invalid_sender"),
        ({"text": ""}, "invalid_text"),
        ({"reference": ""}, "invalid_reference"),
        ({"text": None}, "invalid_request"),
        ({"urgent": True}, "invalid_request"),
    ],
)
def test_a_wrong_sms_is_refused_in_words(
    sandbox: Sandbox, number: str, change: dict[str, Any], error: str
):
    answer = sms(sandbox, **(text_message(number) | change))
    assert (answer.status, answer.json()["error"]) == (422, error)
    assert answer.json()["detail"]


# E-mail


def test_an_email_arrives_whole(sandbox: Sandbox, mailbox: str):
    mail = letter(mailbox)
    assert send(sandbox, mail) == {}
    [message] = received(sandbox, mailbox)
    assert (message["channel"], message["to"]) == ("email", mailbox)
    assert message["sender"] == "Secrétariat R12 <ne-pas-repondre@r12.example>"
    assert message["subject"] == "Une information vous attend"
    assert message["text"].startswith("Bonjour,\n\nUne information")
    assert "ouvrir la page" in message["html"]
    assert message["links"] == [LINK]
    assert message["headers"]["Message-ID"] == mail["Message-ID"]
    assert message["raw"].count(mail["Message-ID"]) == 1


def test_each_recipient_gets_a_copy(sandbox: Sandbox, mailbox: str):
    other = f"autre-{mailbox}"
    send(sandbox, letter(mailbox), mailbox, other.upper())
    assert len(received(sandbox, mailbox)) == 1
    assert len(received(sandbox, other)) == 1


def test_a_bounced_address_is_refused_for_good(sandbox: Sandbox):
    to = f"{uuid4().hex}@bounce.example"
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
            send(sandbox, letter(to))
        assert caught.value.recipients[to][0] == 550
    assert received(sandbox, to) == []


def test_a_greylisted_address_takes_the_second_try(sandbox: Sandbox):
    to = f"{uuid4().hex}@later.example"
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        send(sandbox, letter(to))
    assert caught.value.recipients[to][0] == 451
    assert send(sandbox, letter(to)) == {}
    assert len(received(sandbox, to)) == 1


# The page


def test_the_page_lists_who_received_something(sandbox: Sandbox, number: str, mailbox: str):
    sms(sandbox, **text_message(number, "Un message court"))
    send(sandbox, letter(mailbox))
    page = sandbox.call("GET", "/telephone").text
    assert "aucun message ne part" in page
    assert number in page
    assert mailbox in page


def test_the_page_finds_a_word(sandbox: Sandbox, number: str, mailbox: str):
    sms(sandbox, **text_message(number, "Le mot rare est violoncelle"))
    send(sandbox, letter(mailbox))
    found = sandbox.call("GET", "/telephone?q=VIOLONCELLE").text
    assert number in found
    assert mailbox not in found
    assert "aucun message ne contient" in sandbox.call("GET", "/telephone?q=hippopotame").text


def test_links_can_be_followed_and_nothing_else_is_markup(sandbox: Sandbox, number: str):
    sms(sandbox, **text_message(number, f"<b>Bonjour</b> {LINK} javascript:alert(1)"))
    page = sandbox.call("GET", f"/telephone/{number}").text
    assert f'<a href="{LINK}" rel="noreferrer">{LINK}</a>' in page
    assert "&lt;b&gt;Bonjour&lt;/b&gt;" in page
    assert 'href="javascript' not in page


def test_headers_and_layout_of_an_email_can_be_seen(sandbox: Sandbox, mailbox: str):
    mail = letter(mailbox)
    send(sandbox, mail)
    page = sandbox.call("GET", f"/telephone/{mailbox}").text
    assert mail["Message-ID"].strip("<>") in page
    [message] = received(sandbox, mailbox)
    layout = sandbox.call("GET", f"/telephone/courriel/{message['id']}")
    assert "ouvrir la page" in layout.text
    assert layout.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in layout.headers["Content-Security-Policy"]


def test_control_sees_every_message(sandbox: Sandbox, number: str, mailbox: str):
    sms(sandbox, **text_message(number))
    send(sandbox, letter(mailbox))
    seen = {message["to"] for message in sandbox.call("GET", "/control/messages").json()}
    assert {number, mailbox} <= seen
