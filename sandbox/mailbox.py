"""The mailbox: a real SMTP server that keeps what it gets and passes nothing on."""

import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.messages import Inbox, Message, address
from sandbox.settings import HOST

_BOUNCES = "@bounce.example"
_LATER = "@later.example"
_LARGEST_BYTES = 10_000_000
_START_SECONDS = 30


class Mailbox:
    """The handler that aiosmtpd calls; method names are its own."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._lock = threading.Lock()
        self._put_off: set[str] = set()

    async def handle_RCPT(  # noqa: N802  the name that aiosmtpd looks for
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        recipient: str,
        _options: list[str],
    ) -> str:
        """Refuse what bounces for good, put off once what comes later, accept the rest."""
        to = address(recipient)
        if to.endswith(_BOUNCES):
            return "550 5.1.1 No such mailbox here"
        if to.endswith(_LATER) and self._first_try(to):
            return "451 4.7.1 Try again later"
        envelope.rcpt_tos.append(recipient)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  the name that aiosmtpd looks for
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep one message for each recipient."""
        content = envelope.content
        source = content.encode() if isinstance(content, str) else content or b""
        for recipient in envelope.rcpt_tos:
            self._inbox.add(read(source, recipient))
        return "250 Message kept in the sandbox"

    def _first_try(self, to: str) -> bool:
        with self._lock:
            first = to not in self._put_off
            self._put_off.add(to)
            return first


def read(source: bytes, recipient: str) -> Message:
    """An e-mail's source as the recipient sees it."""
    mail = message_from_bytes(source, _class=EmailMessage, policy=policy.default)
    headers: dict[str, str] = {}
    for name, value in mail.items():
        headers[name] = f"{headers[name]}\n{value}" if name in headers else str(value)
    return Message(
        channel="email",
        to=address(recipient),
        sender=str(mail.get("From", "")),
        subject=str(mail.get("Subject", "")),
        text=_part(mail, "plain"),
        html=_part(mail, "html"),
        headers=headers,
        attachments=tuple(part.get_filename("") for part in mail.iter_attachments()),
        raw=source.decode("utf-8", errors="replace"),
    )


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n").strip()


def controller(inbox: Inbox, port: int) -> Controller:
    """The server, to be started and stopped."""
    return Controller(
        Mailbox(inbox),
        hostname=HOST,
        port=port,
        ready_timeout=_START_SECONDS,
        data_size_limit=_LARGEST_BYTES,
        enable_SMTPUTF8=True,
    )
