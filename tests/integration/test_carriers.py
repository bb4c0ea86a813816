"""Mail and SMS vendors as they are: what each answer, and each broken connection, means."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from shared.base.clock import FixedClock
from shared.base.errors import ConfigurationError
from shared.delivery import (
    Envelope,
    HttpSmsCarrier,
    NeverError,
    NotNowError,
    SmtpCarrier,
    UnknownOutcomeError,
)
from tests.integration.vendors import (
    HOST,
    MailServer,
    SmsVendor,
    mail_server,
    own_certificate,
    serving,
    sms_vendor,
)
from tests.servers.process import free_port

CLOCK = FixedClock(datetime(2026, 11, 24, 9, 40, tzinfo=UTC))
FROM = "secretariat@r12.espace.example"
TEXT = (
    "Bonjour,\n\nUne information vous attend :\nhttps://espace.example/l/ABC\n\n.Secrétariat R12\n"
)
HTML = '<p>Bonjour, <a href="https://espace.example/l/ABC">ouvrir la page</a> — à bientôt.</p>\n'


def mail(to: str = "nadia@ferhat.example", reference: str | None = None) -> Envelope:
    subject = "Une information vous attend à l’espace"
    return Envelope(to, "Secrétariat R12", reference or uuid4().hex, subject, TEXT, HTML)


def sms(reference: str | None = None) -> Envelope:
    return Envelope("+33639980118", "R12", reference or uuid4().hex, "", "Bonjour", "")


@pytest.fixture(scope="module")
def one_server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def server(one_server: MailServer) -> MailServer:
    one_server.forget()
    return one_server


@pytest.fixture
def carrier(server: MailServer) -> Iterator[SmtpCarrier]:
    made = SmtpCarrier(server.url, FROM, CLOCK)
    yield made
    made.close()


# Mail that is taken


def test_a_mail_arrives_as_it_was_written(server: MailServer, carrier: SmtpCarrier) -> None:
    reference = uuid4().hex
    assert carrier.send(mail(reference=reference)) == f"<{reference}@r12.espace.example>"
    [got] = server.mails
    assert str(got["From"]) == f"Secrétariat R12 <{FROM}>"
    assert str(got["To"]) == "nadia@ferhat.example"
    assert str(got["Subject"]) == "Une information vous attend à l’espace"
    assert got["Date"].datetime == CLOCK.now()
    assert got["Message-ID"] == f"<{reference}@r12.espace.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    plain, html = got.get_body(("plain",)), got.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == TEXT
    assert html.get_content().replace("\r\n", "\n") == HTML


def test_a_mail_carries_no_header_that_nobody_asked_for(
    server: MailServer, carrier: SmtpCarrier
) -> None:
    carrier.send(mail())
    [got] = server.mails
    added_by_the_server = {"X-Peer", "X-MailFrom", "X-RcptTo"}
    assert set(got.keys()) - added_by_the_server == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("MIME-Version", "Content-Type"),
    }
    assert got.get_content_type() == "multipart/alternative"
    assert list(got.iter_attachments()) == []
    assert max(map(len, server.got[0].splitlines())) <= 998


def test_a_second_try_bears_the_same_message_id(server: MailServer, carrier: SmtpCarrier) -> None:
    again = mail()
    assert carrier.send(again) == carrier.send(again)
    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_one_connection_serves_a_batch_and_a_new_one_the_next(
    server: MailServer, carrier: SmtpCarrier
) -> None:
    for _ in range(3):
        carrier.send(mail())
    assert server.greetings == 1
    carrier.close()
    carrier.close()
    carrier.send(mail())
    assert server.greetings == 2
    assert len(server.got) == 4


# Mail that is refused


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        *((c, "451 4.3.0 Try again later") for c in ("MAIL", "RCPT", "DATA", "text")),
        *((c, "421 4.3.2 Closing") for c in ("MAIL", "RCPT")),
        ("RCPT", "450 4.2.1 Mailbox busy"),
        ("RCPT", "452 4.2.2 Mailbox full"),
        ("RCPT", "552 5.2.2 Mailbox full"),
        ("RCPT", "550 5.7.1 Relaying denied"),
        ("RCPT", "554 5.7.1 Blocked by policy"),
        ("RCPT", "554 No SMTP service here"),
        ("RCPT", "550 5.1.8 Bad sender"),
        ("MAIL", "550 5.1.8 Sender domain unknown"),
        ("MAIL", "550 Sender refused"),
        ("MAIL", "553 5.1.7 Bad sender address"),
        ("MAIL", "550 5.1.1 We do not know you"),
        ("DATA", "554 5.7.1 No valid recipients"),
        ("text", "550 5.7.1 Looks like spam"),
        ("text", "550 Looks like spam"),
        ("text", "554 Transaction failed"),
    ],
)
def test_a_refusal_that_says_nothing_of_the_mailbox_is_tried_again(
    server: MailServer, carrier: SmtpCarrier, command: str, answer: str
) -> None:
    server.says[command] = answer
    with pytest.raises(NotNowError):
        carrier.send(mail())
    assert not server.got
    carrier.send(mail())
    assert len(server.got) == 1, "and the next one goes through"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "550 5.1.1 No such mailbox"),
        ("RCPT", "550 5.1.10 Domain takes no mail"),
        ("RCPT", "550 5.1.2 No such domain"),
        ("RCPT", "550 5.2.1 Mailbox disabled"),
        ("RCPT", "551 5.1.6 Moved"),
        ("RCPT", "550 No such user here"),
        ("RCPT", "553 Mailbox name not allowed"),
        ("text", "550 5.1.1 No such mailbox"),
    ],
)
def test_a_mailbox_that_is_not_there_ends_the_contact(
    server: MailServer, carrier: SmtpCarrier, command: str, answer: str
) -> None:
    server.says[command] = answer
    with pytest.raises(NeverError):
        carrier.send(mail())
    carrier.send(mail("other@ferhat.example"))
    assert [m["To"] for m in server.mails] == ["other@ferhat.example"]


def test_an_address_that_no_server_could_read_ends_the_contact(
    server: MailServer, carrier: SmtpCarrier
) -> None:
    with pytest.raises(NeverError):
        carrier.send(mail("hélène@ferhat.example"))
    assert server.greetings == 0


def test_the_reason_that_is_kept_quotes_nothing_of_the_answer(
    server: MailServer, carrier: SmtpCarrier
) -> None:
    server.says["RCPT"] = "550 5.1.1 nadia@ferhat.example unknown"
    with pytest.raises(NeverError) as refused:
        carrier.send(mail())
    assert str(refused.value) == "refused with 550"


# Connections that break


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
def test_a_connection_that_breaks_before_the_text_left_the_message_here(
    server: MailServer, carrier: SmtpCarrier, command: str
) -> None:
    server.says[command] = MailServer.CUT
    with pytest.raises(NotNowError):
        carrier.send(mail())
    assert not server.got
    carrier.send(mail())
    assert len(server.got) == 1


def test_a_connection_that_breaks_after_the_text_leaves_the_message_in_doubt(
    server: MailServer, carrier: SmtpCarrier
) -> None:
    server.says["text"] = MailServer.CUT
    with pytest.raises(UnknownOutcomeError):
        carrier.send(mail())
    assert len(server.got) == 1, "it was taken, and nobody here can know"
    carrier.send(mail())
    assert len(server.got) == 2


def test_a_server_that_is_not_there_is_not_now() -> None:
    gone = SmtpCarrier(f"smtp://{HOST}:{free_port()}", FROM, CLOCK)
    with pytest.raises(NotNowError):
        gone.send(mail())
    gone.close()


def test_a_server_that_went_away_between_two_mails_is_found_again() -> None:
    with mail_server() as first:
        carrier = SmtpCarrier(first.url, FROM, CLOCK)
        carrier.send(mail())
    for _ in range(2):
        with pytest.raises(NotNowError):
            carrier.send(mail())
    with mail_server(port=first.port) as second:
        carrier.send(mail())
        carrier.close()
    assert (len(first.got), len(second.got)) == (1, 1)


def test_a_server_without_a_name_is_refused_at_the_start() -> None:
    with pytest.raises(ConfigurationError, match="ARDOISE_SMTP_URL"):
        SmtpCarrier("smtp://", FROM, CLOCK)


# Passwords


def test_a_password_never_crosses_an_open_line() -> None:
    with mail_server(passwords=True) as server:
        carrier = SmtpCarrier(f"smtp://bureau:s%40cret@{HOST}:{server.port}", FROM, CLOCK)
        with pytest.raises(NotNowError):
            carrier.send(mail())
        carrier.close()
    assert not server.passwords
    assert not server.got


def test_a_password_never_reaches_a_server_that_nobody_vouches_for(tmp_path: Path) -> None:
    tls = serving(own_certificate(tmp_path))
    with mail_server(tls, passwords=True) as server:
        carrier = SmtpCarrier(f"smtp://bureau:s%40cret@{HOST}:{server.port}", FROM, CLOCK)
        with pytest.raises(NotNowError):
            carrier.send(mail())
        carrier.close()
    assert not server.passwords
    assert not server.got


def test_a_password_opens_a_trusted_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = own_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(serving(certificate), passwords=True) as server:
        carrier = SmtpCarrier(f"smtp://bureau:s%40cret@{HOST}:{server.port}", FROM, CLOCK)
        carrier.send(mail())
        carrier.close()
    assert server.passwords == ["s@cret"]
    assert len(server.got) == 1


# Text messages


@pytest.fixture(scope="module")
def one_vendor() -> Iterator[SmsVendor]:
    with sms_vendor() as running:
        yield running


@pytest.fixture
def vendor(one_vendor: SmsVendor) -> SmsVendor:
    one_vendor.forget()
    return one_vendor


@pytest.fixture
def phone(vendor: SmsVendor) -> Iterator[HttpSmsCarrier]:
    made = HttpSmsCarrier(vendor.url, "bearer-of-this-test")
    yield made
    made.close()


def test_a_text_message_is_handed_over_with_our_own_reference(
    vendor: SmsVendor, phone: HttpSmsCarrier
) -> None:
    assert phone.send(sms("a1b2")) == "sms-1"
    assert vendor.got == [
        {"to": "+33639980118", "sender": "R12", "text": "Bonjour", "reference": "a1b2"}
    ]
    assert vendor.bearers == ["Bearer bearer-of-this-test"]


@pytest.mark.parametrize("code", ["unknown_number", "invalid_to"])
def test_a_number_that_is_not_there_ends_the_contact(
    vendor: SmsVendor, phone: HttpSmsCarrier, code: str
) -> None:
    vendor.does.append((422, {"error": code, "detail": "+33639980118"}))
    with pytest.raises(NeverError) as refused:
        phone.send(sms())
    assert str(refused.value) == code


@pytest.mark.parametrize(
    "answer",
    [
        (422, {"error": "invalid_sender"}),
        (422, {"error": "invalid_text"}),
        (401, {"error": "unauthorized"}),
        (402, {"error": "no_credit"}),
        (404, "<h1>Not found</h1>"),
        (429, {"error": "too_many"}),
        (429, "slow down"),
        (503, {"error": "busy"}),
        (503, ""),
        (301, ""),
        (308, {"id": "of-nobody"}),
    ],
    ids=str,
)
def test_a_refusal_of_another_kind_is_tried_again(
    vendor: SmsVendor, phone: HttpSmsCarrier, answer: Any
) -> None:
    vendor.does.append(answer)
    with pytest.raises(NotNowError):
        phone.send(sms())
    assert len(vendor.got) == 1, "no redirect is followed with a telephone number"
    assert phone.send(sms()) == "sms-2"


@pytest.mark.parametrize(
    "does",
    [
        *((500, {"error": "oops"}), (502, "<h1>Bad gateway</h1>"), (504, "")),
        *((200, "<h1>Welcome to our network</h1>"), (200, {}), (200, ["id"]), (204, "")),
        *(SmsVendor.CUT, SmsVendor.RESET, SmsVendor.HANG, SmsVendor.HALF),
    ],
    ids=str,
)
def test_an_answer_that_tells_nothing_leaves_the_message_in_doubt(
    vendor: SmsVendor, phone: HttpSmsCarrier, does: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.delivery.sms.ANSWER_SECONDS", 0.3)
    vendor.does.append(does)
    with pytest.raises(UnknownOutcomeError):
        phone.send(sms())
    assert len(vendor.got) == 1, "it is not sent a second time"
    assert phone.send(sms()).startswith("sms-")


def test_a_vendor_that_is_not_there_is_not_now() -> None:
    phone = HttpSmsCarrier(f"http://{HOST}:{free_port()}/messages", "token")
    with pytest.raises(NotNowError):
        phone.send(sms())


def test_a_name_that_leads_nowhere_is_not_now(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(NotNowError):
        HttpSmsCarrier("https://sms.example/messages", "token").send(sms())


def test_a_vendor_that_nobody_vouches_for_gets_neither_token_nor_number(tmp_path: Path) -> None:
    with sms_vendor(serving(own_certificate(tmp_path))) as vendor:
        with pytest.raises(NotNowError):
            HttpSmsCarrier(vendor.url, "token").send(sms())
        assert not vendor.got


def test_without_a_vendor_nothing_is_sent_and_nothing_lost() -> None:
    with pytest.raises(NotNowError, match="ARDOISE_SMS_URL"):
        HttpSmsCarrier("", "").send(sms())
