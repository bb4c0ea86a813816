"""What the demo's people and its practice do at the card processor, without a browser."""

from dataclasses import dataclass
from datetime import timedelta

import requests

from ardoise.demo.setting import DemoError
from ardoise.office import House
from ardoise.settling import settle_one
from ardoise.verifying import sweep_payments
from shared.accounts import Account
from shared.base.money import Cents
from shared.payments import (
    Choice,
    Desk,
    Payment,
    PaymentAttempt,
    attempt_at_processor,
    get_payment,
    payments_of,
    start_payment,
)
from shared.processor import CheckoutOrder
from shared.reconciliation import settle_attempt


@dataclass(frozen=True, slots=True)
class Till:
    """A practice and the sandbox that stands in for its processor."""

    house: House
    practice_id: int
    sandbox_url: str

    def pay(self, account: Account, *, part: bool) -> list[tuple[str, Cents]]:
        """Pay all by card, or half of it; how much went to which invoice."""
        desk = self._desk()
        choice = (
            Choice("other", amount=max(account.balance_cents // 2, 500)) if part else Choice("all")
        )
        start_payment(desk, account_id=account.id, choice=choice, language=account.language)
        attempt = self._at_processor(account)
        self.control("pay", session=attempt.processor_session)
        payment = settle_attempt(desk, attempt_id=attempt.id)
        if payment is None:
            raise DemoError("A payment of the demo was not booked; this is a defect of Ardoise.")
        return self.settled_by(account, payment)

    def settled_by(self, account: Account, payment: Payment) -> list[tuple[str, Cents]]:
        """How much of a payment went to which invoice."""
        with self.house.database.reading(self.practice_id) as session:
            _, shares = get_payment(
                session,
                practice_id=self.practice_id,
                account_id=account.id,
                payment_id=payment.id,
            )
        return [(invoice.number, cents) for invoice, cents in shares]

    def give_card(self, account: Account) -> None:
        """Give a card on the page that waits for one."""
        attempt = self._at_processor(account)
        self.control("pay", session=attempt.processor_session)
        settle_one(self.house, self.practice_id, attempt.id)

    def give_back(self, account: Account, cents: Cents) -> None:
        """The practice gives back a part of the last payment, on the processor's own page."""
        last = self._last_paid(account)
        self.control("refund", payment_intent=last.processor_ref, amount=cents)
        if last.attempt_id is not None:
            settle_one(self.house, self.practice_id, last.attempt_id)

    def contest(self, account: Account, *, inquiry: bool) -> None:
        """The bank takes back the last payment, or asks about it before it does (``inquiry``)."""
        last = self._last_paid(account)
        self.control("dispute", payment_intent=last.processor_ref, inquiry=inquiry)
        if last.attempt_id is not None:
            settle_one(self.house, self.practice_id, last.attempt_id)

    def take_by_hand(self, cents: Cents, *, reference: str) -> None:
        """Somebody pays on a page that the practice made at the processor itself, and Ardoise finds it."""
        desk, now = self._desk(), self.house.clock.now()
        page = desk.gateway.create_checkout(
            CheckoutOrder(
                reference=reference,
                idempotency_key=f"by-hand-{reference}",
                amount_cents=cents,
                label="Règlement",
                language="fr",
                return_url=self.house.settings.site,
                cancel_url=self.house.settings.site,
                expires_at=now + timedelta(hours=1),
            )
        )
        self.control("pay", session=page.session_id)
        sweep_payments(self.house, self.practice_id)

    def _desk(self) -> Desk:
        desk = self.house.desk(self.practice_id)
        if desk is None:
            raise DemoError("The demo's practice has no processor; this is a defect of Ardoise.")
        return desk

    def _last_paid(self, account: Account) -> Payment:
        with self.house.database.reading(self.practice_id) as session:
            paid = payments_of(session, practice_id=self.practice_id, account_id=account.id)
        if not paid:
            raise DemoError("There is no payment of this account; this is a defect of Ardoise.")
        return paid[0].payment

    def control(self, name: str, **fields: str | int | bool | None) -> None:
        """Move the sandbox's clock, pay, give back or contest on its pages."""
        answer = requests.post(f"{self.sandbox_url}/control/{name}", json=fields, timeout=10)
        answer.raise_for_status()

    def _at_processor(self, account: Account) -> PaymentAttempt:
        with self.house.database.reading(self.practice_id) as session:
            attempt = attempt_at_processor(
                session, practice_id=self.practice_id, account_id=account.id
            )
        if attempt is None:
            raise DemoError("A payment of the demo did not begin; this is a defect of Ardoise.")
        return attempt
