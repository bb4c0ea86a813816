"""A mail server and an SMS vendor on this machine, that answer as a test tells them to."""

import asyncio
import datetime as dt
import ipaddress
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers.process import free_port

HOST = "127.0.0.1"


@dataclass
class MailServer:
    """``says`` holds answers by command, each given once; CUT breaks the connection off instead."""

    port: int
    says: dict[str, str] = field(default_factory=dict)
    got: list[bytes] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)
    greetings: int = 0

    CUT = "cut"

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        """What was accepted, as a mail reader sees it."""
        return [
            message_from_bytes(raw, _class=EmailMessage, policy=policy.default) for raw in self.got
        ]

    def forget(self) -> None:
        """As if it had just been started."""
        for kept in (self.says, self.got, self.passwords):
            kept.clear()
        self.greetings = 0

    def answer(self, command: str) -> str:
        """What to say to this command now; nothing special is an empty text."""
        return self.says.pop(command, "")


class _Speaker(SMTP):
    """aiosmtpd's own server, with a refusal of DATA before the text, and with broken connections."""

    def __init__(self, server: MailServer, handler: object, **more: Any) -> None:
        self._told = server
        super().__init__(handler, **more)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - the name that aiosmtpd looks for
        self._told.greetings += 1
        await super().smtp_EHLO(hostname)

    async def _instead(self, command: str) -> bool:
        answer = self._told.answer(command)
        if answer == MailServer.CUT:
            _cut(self)
        elif answer:
            await self.push(answer)
        return bool(answer)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - the name that aiosmtpd looks for
        if not await self._instead("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - the name that aiosmtpd looks for
        if not await self._instead("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the name that aiosmtpd looks for
        if not await self._instead("DATA"):
            await super().smtp_DATA(arg)


def _cut(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


class _Mailbox:
    """Keeps what is accepted."""

    def __init__(self, server: MailServer) -> None:
        self._told = server

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name that aiosmtpd looks for
        answer = self._told.answer("text")
        if answer == MailServer.CUT:
            _cut(server)
        if not answer or answer == MailServer.CUT:  # taken, though nobody may hear of it
            self._told.got.append(envelope.original_content or b"")
        return answer if answer and answer != MailServer.CUT else "250 2.0.0 OK"

    def authenticator(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, given: object
    ) -> AuthResult:
        if isinstance(given, LoginPassword):
            self._told.passwords.append(given.password.decode())
        return AuthResult(success=True)


@contextmanager
def mail_server(
    tls: ssl.SSLContext | None = None, *, passwords: bool = False, port: int = 0
) -> Iterator[MailServer]:
    """A running mail server, at ``port`` if one is given.

    With ``tls`` it offers STARTTLS; with ``passwords`` it takes them, even in the clear.
    """
    told = MailServer(port or free_port())
    mailbox = _Mailbox(told)
    settings: dict[str, Any] = {"hostname": HOST, "tls_context": tls}
    if passwords:
        settings |= {"authenticator": mailbox.authenticator, "auth_require_tls": False}

    class Running(Controller):
        def factory(self) -> SMTP:
            return _Speaker(told, mailbox, **settings)

    running = Running(mailbox, hostname=HOST, port=told.port, ready_timeout=30)
    running.start()
    try:
        yield told
    finally:
        running.stop()


# The SMS vendor


@dataclass
class SmsVendor:
    """``does`` is what it does next, once: a status with a body, or CUT, RESET, HANG or HALF."""

    url: str = ""
    does: list[tuple[int, object] | str] = field(default_factory=list)
    got: list[dict[str, Any]] = field(default_factory=list)
    bearers: list[str] = field(default_factory=list)

    CUT, RESET, HANG, HALF = "cut", "reset", "hang", "half"

    def forget(self) -> None:
        """As if it had just been started."""
        for kept in (self.does, self.got, self.bearers):
            kept.clear()


@contextmanager
def sms_vendor(tls: ssl.SSLContext | None = None) -> Iterator[SmsVendor]:
    """A running SMS vendor; it takes messages unless told otherwise."""
    told = SmsVendor()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.got.append(json.loads(body))
            told.bearers.append(self.headers["Authorization"])
            does = told.does.pop(0) if told.does else (200, {"id": f"sms-{len(told.got)}"})
            if isinstance(does, tuple):
                self._say(*does)
                return
            self.close_connection = True
            if does == SmsVendor.HANG:
                time.sleep(1)
            elif does == SmsVendor.HALF:
                self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"id"')
            elif does == SmsVendor.RESET:
                linger = struct.pack("ii", 1, 0)  # closing then resets instead of saying goodbye
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()

        def _say(self, status: int, said: object) -> None:
            text = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            if 300 <= status < 400:
                self.send_header("Location", told.url + "/elsewhere")
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Nothing is written."""

        def handle_error(self) -> None:
            """A client that is gone is what some tests want."""

    server = ThreadingHTTPServer((HOST, 0), Door)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # broken pipes are meant
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    told.url = f"http{'s' if tls else ''}://{HOST}:{server.server_port}/messages"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


# A certificate of our own


def own_certificate(folder: Path) -> Path:
    """A self-signed certificate for this machine, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


def serving(certificate: Path) -> ssl.SSLContext:
    """TLS as a server with this certificate speaks it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
