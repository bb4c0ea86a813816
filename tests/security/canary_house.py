"""A whole house for the canary: portal, worker, vendors and processor, with a tap on every wire."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from ardoise.worker import Worker
from shared.accounts import ContactPoint
from shared.aid import AidRequest
from shared.links import TOKEN_LENGTH
from shared.messages import AID, Document, Thread
from shared.payments import Choice, Payment
from shared.preferences import Proposal
from shared.processor import register_webhook
from tests.integration.payer_world import pay_link
from tests.integration.till import WORKS
from tests.security.planted import BORN, PROCESSOR_KEY, Planted, export_of, import_list, plant
from tests.security.portal_house import Browser, portal_app
from tests.security.wiretap import HOST, Tap, tapped
from tests.servers import sandbox as servers
from tests.servers.process import free_port
from tests.servers.sandbox import Sandbox, restricted
from tests.world import NOON, World

PATIENCE_SECONDS = 20
Message = dict[str, Any]


class _Quiet(WSGIRequestHandler):
    """No line for each request: the portal writes its own."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@dataclass
class CanaryHouse:
    """The house, and what one may ask of it."""

    world: World
    sandbox: Sandbox
    app: Flask
    worker: Worker
    web: Tap
    mail: Tap
    planted: Planted

    def messages(self) -> list[Message]:
        """What phone and mailbox got, the oldest first."""
        found: list[Message] = self.sandbox.call("GET", "/control/messages").json()
        return found[::-1]

    def last_link(self) -> str:
        """The token of the latest message."""
        text = str(self.messages()[-1]["text"])
        found = re.search(rf"/l/(\S{{{TOKEN_LENGTH}}})", text)
        assert found, text
        return found[1]

    def enter(self) -> Browser:
        """Her browser, in by the link of the latest message."""
        browser = Browser(self.app, site=self.world.settings.site)
        assert browser.enter(self.last_link(), BORN).location == "/statement"
        return browser

    def later(self, days: int, **changes: str) -> None:
        """Days pass; the practice's list comes in again, and the worker looks at everything."""
        self.world.later(days=days)
        self.set_clock()
        number = {"Date facture": "15/10/2026", "Échéance": "14/11/2026"}
        assert import_list(self.world, export_of(self.world, **number, **changes), full=True).kept
        self.look()

    def look(self) -> None:
        """One look of the worker, the slow jobs included."""
        self.worker._slow_at = 0.0
        self.worker.look()

    def set_clock(self) -> None:
        """The processor's clock goes with ours."""
        self.sandbox.control("clock", now=int(self.world.clock.now().timestamp()))

    def written(self) -> dict[str, UUID]:
        """What she wrote, as our own rows name it."""
        with self.world.database.reading() as session:
            return {
                "thread_id": session.scalars(
                    select(Thread.id).where(Thread.subject != AID)
                ).first(),
                "document_id": session.scalars(select(Document.id)).one(),
                "request_id": session.scalars(select(AidRequest.id)).first(),
                "proposal_id": session.scalars(select(Proposal.id)).one(),
                "contact_id": session.scalars(
                    select(ContactPoint.id).where(ContactPoint.status == "usable")
                ).first(),
            }

    def press(self, page: str, card: str) -> None:
        """Type a card on the hosted page."""
        fields = {"card": card, "expiry": "12/34", "cvc": "123"}
        self.sandbox.call("POST", urlsplit(page).path, form=fields)

    def pay(self, page: str) -> Payment:
        """Pay on the hosted page; the processor calls the portal, and the worker books it."""
        self.world.later(seconds=1)  # a reminder that is sent was sent before
        self.set_clock()
        self.press(page, WORKS)
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            self.look()
            with self.world.database.reading() as session:
                payment = session.scalar(select(Payment))
            if payment is not None:
                return payment
            time.sleep(0.1)
        raise AssertionError("the processor's call did not arrive")


@contextmanager
def canary_house(url: str) -> Iterator[CanaryHouse]:
    """Everything running, her data planted, the webhook registered and really delivered."""
    port = free_port()
    with (
        servers.running() as sandbox,
        tapped(sandbox.port) as web,
        tapped(sandbox.smtp_port) as mail,
    ):
        world = World(
            url,
            NOON,
            site_url=f"http://{HOST}:{port}",
            processor_url=f"http://{HOST}:{web.port}",
            sms_url=f"http://{HOST}:{web.port}/sms",
            sms_token=sandbox.sms_token,
            smtp_url=f"smtp://{HOST}:{mail.port}",
        )
        app = portal_app(world, site_url=world.settings.site)
        server = make_server(HOST, port, app, threaded=True, request_handler=_Quiet)
        serving = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        serving.start()
        sandbox.control("clock", now=int(NOON.timestamp()))
        secret = register_webhook(
            PROCESSOR_KEY,
            base_address=world.settings.processor_url,
            url=f"{world.settings.site}/webhooks/{world.practice_id}",
        )
        keys = restricted(sandbox, PROCESSOR_KEY)
        planted = plant(world, keys=keys, webhook_secret=secret)
        worker = Worker(world.settings, world.clock)
        try:
            yield CanaryHouse(world, sandbox, app, worker, web, mail, planted)
        finally:
            server.shutdown()
            server.server_close()
            serving.join()
            world.database.dispose()


def named_ids(house: CanaryHouse, payment: Payment) -> dict[str, Any]:
    """What addresses name, as our own rows name it: her payment, what she wrote, the links she made."""
    account = house.planted.account
    [invoice] = house.world.invoices(account)
    (taken_back, _), (_, pay_token) = (
        pay_link(house.world, account, Choice("other", amount=500)) for _ in range(2)
    )
    return {
        "practice_id": house.world.practice_id,
        "invoice_id": invoice.id,
        "payment_id": payment.id,
        "attempt_id": payment.attempt_id,
        "link_id": taken_back.id,
        "pay_token": pay_token,
        "mark": "ab" * 16,
        **house.written(),
    }
