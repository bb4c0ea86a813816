"""A wire to another server on this machine, on which requests and answers can be lost."""

import http.client
import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PASSED_ON = ("Content-Type", "Authorization", "Idempotency-Key", "Stripe-Version")
BROKEN = {"error": {"type": "api_error", "message": "An unknown error occurred"}}
HANG_SECONDS = 1.0

# What can happen to a request; those of DONE happen after the other side did what was asked.
NOT_DONE = ("cut", "500", "429")
DONE = ("cut_after", "500_after", "garbage_after", "hang_after")
FAULTS = NOT_DONE + DONE
# The other side fails, before or after the deed, and answers the key with that failure ever after.
KEPT, KEPT_AFTER = "kept", "kept_after"


class Wire:
    """Hands everything on, except for the faults that wait in line: one for each request."""

    def __init__(self, port: int) -> None:
        self.faults: deque[str] = deque()
        self.keys: list[str] = []
        self.spent: set[str] = set()
        wire = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                wire._carry(self, port)

            def do_POST(self) -> None:
                wire._carry(self, port)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def break_for(self, requests: int, fault: str) -> None:
        """The next so many requests meet this fault."""
        self.faults.extend([fault] * requests)

    def mend(self) -> None:
        """Faults that still wait are forgotten."""
        self.faults.clear()

    def _carry(self, handler: BaseHTTPRequestHandler, port: int) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        key = handler.headers.get("Idempotency-Key", "")
        if handler.command == "POST":
            self.keys.append(key)
        replayed = key in self.spent
        fault = "500" if replayed else self.faults.popleft() if self.faults else ""
        if fault in (KEPT, KEPT_AFTER):
            self.spent.add(key)
        if fault in (*DONE, KEPT_AFTER) or not fault:
            status, answer = _ask(handler, port, body)
        if fault.startswith("cut"):
            handler.close_connection = True
            return
        if fault.startswith(("500", "kept")):
            status, answer = 500, json.dumps(BROKEN).encode()
        elif fault == "429":
            status, answer = 429, json.dumps(BROKEN).encode()
        elif fault.startswith("garbage"):
            status, answer = 200, b"<html>maintenance</html>"
        elif fault.startswith("hang"):
            time.sleep(HANG_SECONDS)
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(answer)))
        if replayed:
            handler.send_header("Idempotent-Replayed", "true")
        handler.end_headers()
        handler.wfile.write(answer)

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _ask(handler: BaseHTTPRequestHandler, port: int, body: bytes) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {n: handler.headers[n] for n in PASSED_ON if n in handler.headers}
        connection.request(handler.command, handler.path, body or None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@contextmanager
def laid_to(port: int) -> Iterator[Wire]:
    """A wire to a port of this machine."""
    wire = Wire(port)
    wire.start()
    try:
        yield wire
    finally:
        wire.stop()
