"""The wires between our processes and the world, with somebody at them who sees what passes.

What passes is handed on unchanged. A trap waits for the next thing on its way at one place, so that
a kill meets work in flight; what the killed process had sent is then lost, or arrives all the same.
"""

import asyncio
import json
import random
import smtplib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP as MAIL
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.process import free_port

HOST = "127.0.0.1"
HELD = frozenset({"before", "after"})
LONGEST_HOLD_SECONDS = 20
LONGEST_WAY_SECONDS = 0.05
_OF_ONE_HOP = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "keep-alive", "date", "server"}
)


def chance_of(seed: int) -> random.Random:
    """Chance that a seed repeats; nothing secret comes of it."""
    return random.Random(seed)  # noqa: S311 - see above


@dataclass
class Trap:
    """Sprung by the next thing of ``owner`` that passes at one of ``moments``: (place, phase).

    Phases: before it is handed on and after it was (both held until released), during, and
    answered (both only seen, so that what the process does next can be hit).
    """

    owner: str
    moments: frozenset[tuple[str, str]]
    met: str = ""
    lost: bool = False
    sprung: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)


class Wires:
    """All wires of one house, and what the telephone and the mailbox took over them.

    The telephone shows one SMS where two came with the same reference; here both are counted.
    """

    def __init__(self, seed: int) -> None:
        self._lock = threading.Lock()
        self._traps: list[Trap] = []
        self._chance = chance_of(seed)
        self.taken: Counter[str] = Counter()

    def arm(self, trap: Trap) -> None:
        """Wait for the trap's moment."""
        with self._lock:
            self._traps.append(trap)

    def disarm(self, trap: Trap) -> None:
        """Let it go, whether it was sprung or not."""
        with self._lock:
            if trap in self._traps:
                self._traps.remove(trap)
        trap.released.set()

    def passes(self, owner: str, place: str, phase: str) -> bool:
        """Something is on its way. Returns whether it arrives."""
        with self._lock:
            of_owner = (trap for trap in self._traps if trap.owner == owner)
            found = next((trap for trap in of_owner if (place, phase) in trap.moments), None)
            if found is not None:
                self._traps.remove(found)
                found.met = f"{place} {phase}"
            way = self._chance.uniform(0, LONGEST_WAY_SECONDS)
        if found is None:
            if phase in HELD:
                time.sleep(way)
            return True
        found.sprung.set()
        if phase in HELD:
            found.released.wait(LONGEST_HOLD_SECONDS)
        return not found.lost

    def count(self, reference: str) -> None:
        """A message was taken."""
        with self._lock:
            self.taken[reference] += 1


@dataclass(frozen=True, slots=True)
class HttpWire:
    """From ``owner`` (or, for webhooks, to it) to a port of this machine."""

    wires: Wires
    owner: str
    to_port: int


class _Relay(BaseHTTPRequestHandler):
    """Hands one request on; an answer that is lost shows as a connection that breaks."""

    protocol_version = "HTTP/1.1"
    wire: ClassVar[HttpWire]

    def do_GET(self) -> None:
        self._relay()

    def do_POST(self) -> None:
        self._relay()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _relay(self) -> None:
        wires, owner = self.wire.wires, self.wire.owner
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        place = _place(self.path)
        if not wires.passes(owner, place, "before"):
            self.close_connection = True
            return
        wires.passes(owner, place, "during")
        try:
            status, headers, answer = self._hand_on(body)
        except (OSError, HTTPException):
            self.close_connection = True
            return
        if place == "sms" and status == 200:
            wires.count(_field(body, "reference"))
        if not wires.passes(owner, place, "after"):
            self.close_connection = True
            return
        self._answer(status, headers, answer)
        wires.passes(owner, place, "answered")

    def _hand_on(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = HTTPConnection(HOST, self.wire.to_port, timeout=30)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in _OF_ONE_HOP}
        try:
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], answer: bytes) -> None:
        try:
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in _OF_ONE_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        except OSError:  # who asked was killed meanwhile
            self.close_connection = True


def _place(path: str) -> str:
    return {"v1": "processor", "sms": "sms", "webhooks": "webhook"}[path.split("/")[1]]


def _field(body: bytes, name: str) -> str:
    return str(json.loads(body)[name])


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A connection broke because its process was killed: that is what these tests do."""


@contextmanager
def http_wire(wire: HttpWire) -> Iterator[int]:
    """The port at which the wire begins."""
    handler = type("Relay", (_Relay,), {"wire": wire})
    server = _QuietServer((HOST, 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class _MailRelay:
    """The handler that aiosmtpd calls; method names are its own."""

    def __init__(self, wires: Wires, owner: str, to_port: int) -> None:
        self._wires, self._owner, self._to_port = wires, owner, to_port

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd looks for
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Hand a message on, in a thread that goes on when the connection breaks."""
        return await asyncio.get_running_loop().run_in_executor(None, self._carry, envelope)

    def _carry(self, envelope: Envelope) -> str:
        source = envelope.content
        assert isinstance(source, bytes)
        if not self._wires.passes(self._owner, "email", "before"):
            return "451 4.3.0 Lost"
        with smtplib.SMTP(HOST, self._to_port, timeout=30) as mailbox:
            mailbox.sendmail(str(envelope.mail_from), envelope.rcpt_tos, source)
        message_id = str(message_from_bytes(source, policy=MAIL)["Message-ID"])
        self._wires.count(message_id.strip("<>").partition("@")[0])
        self._wires.passes(self._owner, "email", "after")
        self._wires.passes(self._owner, "email", "answered")
        return "250 Taken"


@contextmanager
def mail_wire(wires: Wires, owner: str, to_port: int) -> Iterator[int]:
    """The port at which mail begins its way to the mailbox."""
    port = free_port()
    controller = Controller(
        _MailRelay(wires, owner, to_port), hostname=HOST, port=port, ready_timeout=30
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
