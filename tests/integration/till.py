"""A practice that takes cards: its world, its portal, its account with the processor's sandbox."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from ardoise import jobs, ordering, settling
from sandbox.webhooks import sign
from shared.accounts import Account, get_account
from shared.audit import SYSTEM
from shared.base.ids import new_id
from shared.billing import Invoice
from shared.delivery import Notice
from shared.ledger import PROCESSOR, Entry, JournalEntry, JournalLine, adjustment_lines, post
from shared.payments import (
    Choice,
    Consent,
    Desk,
    Payment,
    PaymentAttempt,
    Refund,
    StrayPayment,
    WebhookEvent,
    start_payment,
)
from shared.processor import Gateway, ProcessorKeys
from shared.reversals import Dispute
from shared.worklist import Task
from tests.security.portal_house import Browser, portal_app, visitor
from tests.servers.sandbox import Sandbox, restricted
from tests.world import NOON, World

WORKS = "4242424242424242"
REFUSED = "4000000000000002"
NO_MONEY = "4000000000009995"
ALL = Choice("all")
Json = dict[str, Any]
T = TypeVar("T")

# For what does not depend on the database, and for what happens at the same moment on one only.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


def at_once(*acts: Callable[[], T]) -> list[T]:
    """All acts start at the same moment; their results in order."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        barrier.wait(30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [f.result(60) for f in [pool.submit(run, act) for act in acts]]


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another process does, a minute at most: the machine may have other work."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@dataclass
class Till:
    """One practice's world and its own account with the processor; clocks go together."""

    world: World
    processor: Sandbox
    app: Flask
    key: str
    secret: str

    @classmethod
    def open(
        cls, url: str, processor: Sandbox, *, at: datetime = NOON, address: str | None = None
    ) -> "Till":
        """A fresh practice; ``address`` is where it believes the processor to be."""
        processor.control("clock", now=int(at.timestamp()))
        world = World(url, at, processor_url=address or processor.url)
        till = cls(world, processor, portal_app(world), "", "")
        till.key, till.secret = till.take_cards(world.practice_id)
        return till

    def take_cards(self, practice_id: int) -> tuple[str, str]:
        """Give a practice its own account with the processor: key and webhook secret."""
        key, secret = f"sk_test_{uuid4().hex}", f"whsec_{uuid4().hex}"
        keys = restricted(self.processor, key)
        self.world.set_processor(practice_id, keys, secret)
        return key, secret

    def set_key(self, practice_id: int, key: str, *secrets: str) -> None:
        """One key of the practice's for portal and worker, and the secrets of its webhooks."""
        self.world.set_processor(practice_id, ProcessorKeys(key, key), *secrets)
        self.world.house.gateways._known.clear()  # as a minute later

    def close(self) -> None:
        self.world.database.dispose()

    def later(self, **delta: int) -> None:
        """Move our clock and the processor's."""
        self.world.later(**delta)
        self.processor.control("clock", now=int(self.world.clock.now().timestamp()))

    # The patient

    def patient(self, account: Account) -> Browser:
        """A browser inside the account's space."""
        return visitor(self.app, self.world.token(account))

    def second_tab(self, browser: Browser) -> Browser:
        """The same person's other tab: the same visit."""
        tab = Browser(self.app)
        tab.client.set_cookie("visit", browser.cookie, domain="127.0.0.1")
        return tab

    def desk(self, gateway: Gateway | None = None, practice_id: int | None = None) -> Desk:
        """The practice's desk, with another door to the processor if one is given."""
        desk = self.world.house.desk(practice_id or self.world.practice_id)
        assert desk
        return replace(desk, gateway=gateway or desk.gateway)

    def begin(
        self,
        account: Account,
        choice: Choice = ALL,
        *,
        gateway: Gateway | None = None,
        language: str = "fr",
        keeps: bool = False,
    ) -> str:
        """What the portal does on « Continuer »; the processor's page comes back.

        It ``keeps`` the card when that was agreed to.
        """
        return start_payment(
            self.desk(gateway, account.practice_id),
            account_id=account.id,
            choice=choice,
            language=language,
            consent=Consent(new_id(), "1", "0" * 64) if keeps else None,
        )

    # The processor

    def press(self, page: str, card: str = WORKS) -> str:
        """Type a card on the hosted page; the address that the browser is sent to."""
        fields = {"card": card, "expiry": "12/34", "cvc": "123"}
        answer = self.processor.call("POST", urlsplit(page).path, form=fields)
        assert answer.status == 303, answer.text
        return answer.headers["Location"]

    def pay(self, account: Account, choice: Choice = ALL) -> None:
        """Begin and pay; nobody is told yet."""
        assert "/payment/" in self.press(self.begin(account, choice))

    def give_back(
        self, account: Account, cents: int | None = None, *, status: str = "succeeded"
    ) -> str:
        """What the practice does in the processor's own pages: the refund's name there."""
        intent = self.payments(account)[-1].processor_ref
        amount = {} if cents is None else {"amount": cents}
        made = self.processor.control("refund", payment_intent=intent, status=status, **amount)
        return str(made["refund"])

    def refunds(self, account: Account) -> list[Refund]:
        """What went back from an account, to its card or its bank, the oldest first."""
        with self.world.database.reading(account.practice_id) as session:
            query = select(Refund).where(Refund.account_id == account.id).order_by(Refund.id)
            return list(session.scalars(query))

    def refunds_of(self, payment: Payment) -> list[Refund]:
        """What of a payment is gone, by a refund or a dispute."""
        with self.world.database.reading(payment.practice_id) as session:
            query = select(Refund).where(
                Refund.payment_id == payment.id, Refund.status == "succeeded"
            )
            return list(session.scalars(query))

    def contest(self, account: Account, **how: Any) -> str:
        """What a patient's bank does: the dispute's name at the processor."""
        intent = self.payments(account)[-1].processor_ref
        return str(self.processor.control("dispute", payment_intent=intent, **how)["dispute"])

    def end_contest(
        self, dispute: str, status: str, *, fee_returned: bool = False, **more: int
    ) -> None:
        """What the bank decides at last."""
        self.processor.control(
            "dispute/end", dispute=dispute, status=status, fee_returned=fee_returned, **more
        )

    def disputes(self, account: Account) -> list[Dispute]:
        """What banks disputed of an account's payments, the oldest first."""
        with self.world.database.reading(account.practice_id) as session:
            query = select(Dispute).where(Dispute.account_id == account.id).order_by(Dispute.id)
            return list(session.scalars(query))

    def sessions(self, key: str = "") -> list[Json]:
        """The pages that the processor opened for us, the oldest first."""
        return self._listed("checkout/sessions", key)

    def events(self, key: str = "", *, after: str = "") -> list[Json]:
        """What the processor has to tell, in the order in which it happened."""
        return self._listed("events", key, f"&ending_before={after}" if after else "")

    def listed_refunds(self) -> list[Json]:
        """All that the processor gave back, the oldest first."""
        return self._listed("refunds", "")

    def listed_disputes(self) -> list[Json]:
        """All that banks disputed or asked about, the oldest first."""
        return self._listed("disputes", "")

    def _listed(self, what: str, key: str, cursor: str = "") -> list[Json]:
        headers = {"Authorization": f"Bearer {key or self.key}"}
        answer = self.processor.call("GET", f"/v1/{what}?limit=100{cursor}", headers=headers)
        found: list[Json] = answer.json()["data"]
        return found[::-1]

    def charged(self, key: str = "") -> dict[str, int]:
        """What was taken from cards and neither given back, nor disputed, nor kept as a fee of a
        dispute, by intent."""
        ledger = self.processor.call("GET", "/control/ledger").json()
        taken = ledger.get(key or self.key, [])
        gone = ("refunded", "disputed", "dispute_fees")
        return {c["payment_intent"]: c["amount"] - sum(c[g] for g in gone) for c in taken}

    def tell(
        self,
        event: Json,
        *,
        practice_id: int | None = None,
        secret: str = "",
        at: float | None = None,
        signature: str | None = None,
    ) -> TestResponse:
        """One webhook, signed as the processor signs it (or as somebody else would)."""
        body = json.dumps(event).encode()
        signed = sign(body, secret or self.secret, int(time.time() if at is None else at))
        return self.app.test_client().post(
            f"/webhooks/{practice_id or self.world.practice_id}",
            data=body,
            headers={"Stripe-Signature": signed if signature is None else signature},
        )

    def tell_all(self) -> None:
        """Every webhook once."""
        for event in self.events():
            assert self.tell(event).status_code == 200

    # The worker

    def work(self) -> None:
        """One look of the worker at what has to do with money."""
        self.work_for(self.world.practice_id)

    def work_for(self, practice_id: int) -> None:
        """The same for one practice."""
        house = self.world.house
        settling.heed_signals(house, practice_id)
        settling.sweep_attempts(house, practice_id)
        ordering.carry_out_orders(house, practice_id)
        jobs.follow_ladder(house, practice_id)

    # What is known

    def attempts(self, account: Account) -> list[PaymentAttempt]:
        """The account's attempts, the oldest first."""
        with self.world.database.reading(account.practice_id) as session:
            return list(
                session.scalars(
                    select(PaymentAttempt)
                    .where(PaymentAttempt.account_id == account.id)
                    .order_by(PaymentAttempt.id)
                )
            )

    def attempt(self, account: Account) -> PaymentAttempt:
        """The account's only attempt."""
        [found] = self.attempts(account)
        return found

    def payments(self, account: Account | None = None) -> list[Payment]:
        """Payments received, in the order of their receipts."""
        with self.world.database.reading() as session:
            query = select(Payment).order_by(Payment.practice_id, Payment.number)
            found = session.scalars(query).all()
        return [p for p in found if account is None or p.account_id == account.id]

    def signals(self) -> list[WebhookEvent]:
        """Webhooks that were kept."""
        with self.world.database.reading() as session:
            return list(session.scalars(select(WebhookEvent).order_by(WebhookEvent.id)))

    def notices(self, account: Account) -> list[str]:
        """Messages that were planned for an account, by what they are."""
        with self.world.database.reading(account.practice_id) as session:
            query = select(Notice.template).where(Notice.account_id == account.id)
            return list(session.scalars(query.order_by(Notice.id)))

    def tasks(self, account: Account | None = None) -> list[str]:
        """Kinds of the tasks that wait for somebody."""
        with self.world.database.reading() as session:
            found = session.scalars(select(Task).where(Task.status == "open")).all()
        return sorted(t.kind for t in found if account is None or t.account_id == account.id)

    def owed(self, account: Account) -> int:
        """The account's balance in cents."""
        return self.world.reload(account).balance_cents

    def booked(self, practice_id: int | None = None) -> dict[str, int]:
        """What the journal says the processor holds, by intent."""
        number = practice_id or self.world.practice_id
        with self.world.database.reading(number) as session:
            rows = session.execute(
                select(JournalEntry.cause, func.sum(JournalLine.amount_cents))
                .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
                .where(JournalEntry.practice_id == number, JournalLine.ledger_account == PROCESSOR)
                .group_by(JournalEntry.cause)
            ).all()
            pairs = session.execute(
                select(Refund.processor_ref, Payment.processor_ref)
                .join(Payment, Payment.id == Refund.payment_id)
                .where(Refund.practice_id == number)
            ).all()
            nobodys = session.execute(
                select(Dispute.processor_ref, StrayPayment.processor_ref)
                .join(StrayPayment, StrayPayment.id == Dispute.stray_id)
                .where(Dispute.practice_id == number)
            ).all()
        of_refund = {pair[0]: pair[1] for pair in (*pairs, *nobodys)}
        held: dict[str, int] = defaultdict(int)
        for cause, cents in rows:
            ref = cause.split(":")[1]
            held[of_refund.get(ref, ref)] += int(cents)
        return dict(held)

    def check(self, *, settled: bool = True) -> None:
        """All invariants; and once all is settled, our journal is the processor's, to the cent."""
        self.world.check()
        booked, charged = self.booked(), self.charged()
        if settled:
            assert booked == charged
        else:
            assert booked.items() <= charged.items()
        years = {p.number[:7] for p in self.payments()}
        for year in years:
            numbers = [
                p.number
                for p in self.payments()
                if p.number.startswith(year) and p.practice_id == self.world.practice_id
            ]
            assert numbers == [f"{year}{n:05d}" for n in range(1, len(numbers) + 1)]

    def invoice_id(self, account: Account, place: int) -> UUID:
        """The account's invoice at this place, the oldest due first."""
        return self.world.invoices(account)[place].id

    def paid_elsewhere(self, account: Account, cents: int, place: int = 0) -> None:
        """The practice's own software took so much of one invoice meanwhile."""
        practice_id, now = account.practice_id, self.world.clock.now()
        invoice_id = self.invoice_id(account, place)
        with self.world.database.unit_of_work(practice_id) as work:
            get_account(work.session, practice_id=practice_id, account_id=account.id, lock=True)
            invoice = work.session.get_one(Invoice, (practice_id, invoice_id))
            invoice.source_left_cents -= cents
            entry = Entry(
                "adjustment",
                f"adjustment:{uuid4()}",
                now.date(),
                adjustment_lines(account.id, invoice.id, -cents),
            )
            post(work.session, [entry], practice_id=practice_id, actor=SYSTEM, at=now)
            work.commit()
