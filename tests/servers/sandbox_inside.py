"""The card processor's sandbox inside the test process: the real SDK reaches it without a socket.

For many short histories. What is played, checked and refused is the sandbox's own code; only the way
there is shorter. Webhooks wait with its courier: a test brings them.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from io import BytesIO
from typing import Any
from unittest.mock import patch

import requests
import stripe
from flask import Flask
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from sandbox import debits, payments
from sandbox.app import create_app
from sandbox.clock import CLOCK
from sandbox.messages import Inbox
from sandbox.mischief import Mischief
from sandbox.settings import Settings
from sandbox.store import Books
from sandbox.webhooks import Courier
from tests.servers.sandbox import SMS_TOKEN, Answer, Sandbox

_REQUESTS = stripe.RequestsClient  # the SDK's own, whatever is patched


class _Line:
    """Where the sandbox expects the caller's connection, to cut it."""

    def setsockopt(self, *_option: object) -> None:
        """It is cut by what follows: an answer that never begins."""


class _Inside(BaseAdapter):
    """What ``requests`` sends goes straight to the application."""

    def __init__(self, app: Flask, meanwhile: Callable[[], AbstractContextManager[object]]) -> None:
        super().__init__()
        self._app, self._meanwhile = app, meanwhile

    def send(  # type: ignore[override]  # how it is sent does not matter here
        self, request: requests.PreparedRequest, *_how: object, **_more: object
    ) -> requests.Response:
        try:
            with self._meanwhile():
                answer = self._app.test_client().open(
                    request.url,
                    method=request.method or "GET",
                    headers=list(request.headers.items()),
                    data=request.body,
                    environ_overrides={"werkzeug.socket": _Line()},
                )
        except ConnectionResetError as error:
            raise requests.ConnectionError(error, request=request) from None
        told = requests.Response()
        told.status_code = answer.status_code
        told.headers.update(answer.headers)
        told.raw = HTTPResponse(BytesIO(answer.data), preload_content=False)
        told.url, told.request = request.url or "", request
        return told

    def close(self) -> None:
        """Nothing is open."""


class SandboxInside(Sandbox):
    """As a test knows a sandbox, without a process."""

    app: Flask
    books: Books
    ours: requests.Session
    tests: requests.Session

    @classmethod
    def start(cls) -> "SandboxInside":
        """A fresh one."""
        settings = Settings(sms_token=SMS_TOKEN)
        inside = cls(settings.port, settings.smtp_port, None)  # type: ignore[arg-type]  # no process
        books = Books(settings.base_url, Courier())
        app = create_app(settings, books, Inbox())
        ours, tests = requests.Session(), requests.Session()
        ours.trust_env = tests.trust_env = False  # there is no way of which the machine knows more
        ours.mount("http://", _Inside(app, nullcontext))
        tests.mount("http://", _Inside(app, inside.in_peace))
        for name, value in (("app", app), ("books", books), ("ours", ours), ("tests", tests)):
            object.__setattr__(inside, name, value)
        return inside

    @contextmanager
    def in_peace(self) -> Iterator[None]:
        """What is to go wrong with calls of ours befalls no question of a test's own."""
        with patch.object(self.books, "mischief", Mischief()):
            yield

    def begin_anew(self) -> None:
        """Nobody has an account there, and nothing goes wrong."""
        self.books.accounts.clear()
        self.books.mischief.calm()
        self.books.mischief.mend()
        self.books.refunds_end = "succeeded"
        self.books.courier = Courier()

    def tick(self) -> None:
        """What the process does twice a second: pages expire, banks answer."""
        payments.expire_due(self.books)
        debits.answer_due(self.books)

    def client(self, key: str, *, retries: int = 0) -> stripe.StripeClient:
        """The processor's own SDK, pointed here."""
        return stripe.StripeClient(
            key,
            base_addresses={"api": self.url},
            max_network_retries=retries,
            http_client=_REQUESTS(session=self.tests),
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        json_body: Any = None,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One plain request, redirects not followed."""
        more = {"json": json_body} if json_body is not None else {"data": form}
        with self.in_peace() if path.startswith("/v1/") else nullcontext():
            told = self.app.test_client().open(
                path, method=method, base_url=self.url, headers=headers, **more
            )
        return Answer(told.status_code, dict(told.headers), told.text)

    def control(self, name: str, **fields: Any) -> Any:
        """``POST /control/<name>``, which must be taken. The clock is moved without a call, being moved
        often, and heeded at once."""
        if name != "clock":
            return super().control(name, **fields)
        CLOCK.set_to(fields["now"])
        self.tick()
        return None


@contextmanager
def inside() -> Iterator[SandboxInside]:
    """One to which all gateways of ours lead meanwhile; the SDK tries again without a pause."""
    started = SandboxInside.start()
    client = partial(stripe.RequestsClient, session=started.ours)
    with (
        patch.object(stripe, "RequestsClient", client),
        patch.object(stripe.HTTPClient, "INITIAL_DELAY", 0.0),
        patch.object(stripe.HTTPClient, "MAX_DELAY", 0.0),
    ):
        yield started
    CLOCK.set_to(None)
