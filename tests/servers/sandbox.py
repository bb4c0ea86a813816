"""A sandbox of its own for a test: the real process, on free ports, stopped at the end."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlencode

import stripe

from shared.processor import PORTAL_RIGHTS, WORKER_RIGHTS, ProcessorKeys
from tests.servers.process import ServerMissingError, answers, free_port

ROOT = Path(__file__).resolve().parents[2]
SMS_TOKEN = "token-of-this-test"
START_SECONDS = 30
STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox: where it is, and its process."""

    port: int
    smtp_port: int
    process: "subprocess.Popen[str]"
    sms_token: str = SMS_TOKEN

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, key: str, *, retries: int = 0) -> stripe.StripeClient:
        """The processor's own SDK, pointed here."""
        return stripe.StripeClient(
            key, base_addresses={"api": self.url}, max_network_retries=retries
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        json_body: Any = None,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> "Answer":
        """One plain HTTP request, redirects not followed."""
        given = dict(headers or {})
        body = None
        if json_body is not None:
            given["Content-Type"] = "application/json"
            body = json.dumps(json_body)
        elif form is not None:
            given["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, given)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read().decode())
        finally:
            connection.close()

    def control(self, name: str, **fields: Any) -> Any:
        """``POST /control/<name>``, which must be taken."""
        answer = self.call("POST", f"/control/{name}", json_body=fields)
        assert answer.status == 200, answer.text
        return answer.json()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


def environment(port: int, smtp_port: int) -> dict[str, str]:
    """What the process is told; nothing of ours that happens to be set reaches it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ARDOISE_")}
    return kept | {
        "ARDOISE_SANDBOX_PORT": str(port),
        "ARDOISE_SANDBOX_SMTP_PORT": str(smtp_port),
        "ARDOISE_SANDBOX_SMS_TOKEN": SMS_TOKEN,
    }


@contextmanager
def running() -> Iterator[Sandbox]:
    """Start one and wait until it answers. Raises ServerMissingError when it does not."""
    port, smtp_port = free_port(), free_port()
    # A file and no pipe: one that nobody reads is full some day, and then whoever logs waits forever.
    with TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox"],
            cwd=ROOT,
            env=environment(port, smtp_port),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            text=True,
        )
        try:
            until = time.monotonic() + START_SECONDS
            while not (answers(port) and answers(smtp_port)):
                if process.poll() is not None or time.monotonic() > until:
                    said.seek(0)
                    raise ServerMissingError(
                        f"The sandbox did not start. It said: {said.read()[-1000:]}"
                    )
                time.sleep(0.05)
            yield Sandbox(port, smtp_port, process)
        finally:
            process.terminate()
            try:
                process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def restricted(sandbox: Sandbox, key: str) -> ProcessorKeys:
    """Two keys of the same account with what portal and worker need and nothing more."""
    rights = {"portal": PORTAL_RIGHTS, "worker": WORKER_RIGHTS}
    made = {who: sandbox.control("keys", key=key, rights=of)["key"] for who, of in rights.items()}
    return ProcessorKeys(**made)


def session_params(cents: int = 4250) -> dict[str, Any]:
    """Parameters of a Checkout Session that the sandbox takes."""
    return {
        "mode": "payment",
        "client_reference_id": "attempt-1",
        "metadata": {"attempt": "1"},
        "payment_intent_data": {"metadata": {"attempt": "1"}},
        "success_url": "http://127.0.0.1:9/back?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/cancelled",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": cents,
                    "product_data": {"name": "Règlement Secrétariat R12"},
                },
            }
        ],
    }
