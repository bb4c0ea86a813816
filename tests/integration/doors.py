"""Doors to the processor at which something happens between the question and the answer."""

from collections.abc import Callable
from datetime import datetime

import pytest

from shared.processor import (
    Charged,
    ChargeOrder,
    Checkout,
    CheckoutOrder,
    Disputed,
    Gateway,
    Refunded,
    RefundOrder,
    Signal,
)
from tests.integration.till import Till


class Door:
    """Hands on whatever is asked and answered."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.livemode = gateway.livemode

    def create_checkout(self, order: CheckoutOrder) -> Checkout:
        return self.gateway.create_checkout(order)

    def retrieve_checkout(self, session_id: str) -> Checkout:
        return self.gateway.retrieve_checkout(session_id)

    def find_checkout(
        self, reference: str, *, opened_from: datetime, opened_until: datetime
    ) -> Checkout | None:
        return self.gateway.find_checkout(
            reference, opened_from=opened_from, opened_until=opened_until
        )

    def expire_checkout(self, session_id: str) -> Checkout:
        return self.gateway.expire_checkout(session_id)

    def create_customer(self, idempotency_key: str) -> str:
        return self.gateway.create_customer(idempotency_key)

    def refund(self, order: RefundOrder) -> Refunded:
        return self.gateway.refund(order)

    def find_refund(self, reference: str, *, intent_id: str) -> Refunded | None:
        return self.gateway.find_refund(reference, intent_id=intent_id)

    def refunds_since(self, since: datetime) -> list[Refunded]:
        return self.gateway.refunds_since(since)

    def disputes_since(self, since: datetime) -> list[Disputed]:
        return self.gateway.disputes_since(since)

    def charge_card(self, order: ChargeOrder) -> Checkout:
        return self.gateway.charge_card(order)

    def find_charge(
        self, reference: str, *, customer: str, made_from: datetime, made_until: datetime
    ) -> Checkout | None:
        return self.gateway.find_charge(
            reference, customer=customer, made_from=made_from, made_until=made_until
        )

    def retrieve_charge(self, intent_id: str) -> Checkout:
        return self.gateway.retrieve_charge(intent_id)

    def payments_between(self, since: datetime, until: datetime) -> list[Charged]:
        return self.gateway.payments_between(since, until)

    def missed_signals(self, since: datetime) -> list[Signal]:
        return self.gateway.missed_signals(since)

    def forget_card(self, method: str) -> None:
        self.gateway.forget_card(method)

    def read_webhook(self, payload: bytes, signature: str, now: datetime) -> Signal:
        return self.gateway.read_webhook(payload, signature, now)


class Lying(Door):
    """The processor's word about a page or a charge comes out changed."""

    def __init__(self, gateway: Gateway, change: Callable[[Checkout], Checkout]) -> None:
        super().__init__(gateway)
        self._change = change

    def create_checkout(self, order: CheckoutOrder) -> Checkout:
        return self._change(super().create_checkout(order))

    def retrieve_checkout(self, session_id: str) -> Checkout:
        return self._change(super().retrieve_checkout(session_id))

    def retrieve_charge(self, intent_id: str) -> Checkout:
        return self._change(super().retrieve_charge(intent_id))


def change_doors(
    monkeypatch: pytest.MonkeyPatch, till: Till, change: Callable[[Checkout], Checkout]
) -> None:
    """From now on the worker hears what ``change`` makes of the processor's word."""
    lying = Lying(till.desk().gateway, change)
    monkeypatch.setattr(till.world.house.gateways, "of", lambda _practice_id: lying)
