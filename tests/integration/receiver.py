"""A web server that takes the sandbox's webhooks, and payments for it to tell of."""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import stripe

from tests.servers.sandbox import Sandbox, session_params

SECONDS = 60


class Receiver:
    """A web server that takes webhooks, or refuses the first so many of them."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, str]] = []
        self.refusals = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((body, self.headers["Stripe-Signature"]))
                self.send_response(200 if len(receiver.got) > receiver.refusals else 500)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks/stripe?practice=1"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def events(self, secret: str) -> list[stripe.Event]:
        """What came, as the SDK verifies it."""
        return [stripe.Webhook.construct_event(body, header, secret) for body, header in self.got]

    def wait_for(self, count: int) -> None:
        until(lambda: len(self.got) >= count)


def until(holds: Callable[[], Any]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.02)


def subscribe(client: stripe.StripeClient, receiver: Receiver, *names: str) -> str:
    endpoint = client.v1.webhook_endpoints.create(
        {"url": receiver.url, "enabled_events": list(names) or ["*"]}
    )
    assert endpoint.secret is not None
    assert endpoint.secret.startswith("whsec_")
    return endpoint.secret


def pay(sandbox: Sandbox, client: stripe.StripeClient, card: str = "4242424242424242") -> str:
    session = client.v1.checkout.sessions.create(session_params())
    sandbox.control("pay", session=session.id, card=card)
    return session.id
