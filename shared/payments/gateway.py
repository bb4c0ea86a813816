"""What Ardoise asks of a card processor, whoever it is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from shared.base.errors import ArdoiseError
from shared.base.money import Cents


class GatewayUnavailableError(ArdoiseError):
    """The processor did not answer, or not clearly: the outcome is unknown, ask again with the same key."""


class KeySpentError(GatewayUnavailableError):
    """The processor failed, and answers this idempotency key with that failure from now on.

    What was asked is over; whether it was done is unknown. Only another key asks anew.
    """


class GatewayRefusedError(ArdoiseError):
    """The processor refused what we asked: asking again the same way is useless."""


class BadWebhookError(ArdoiseError):
    """A webhook that is not the processor's, or too old, or from the future."""


@dataclass(frozen=True, slots=True)
class CheckoutOrder:
    """What a hosted payment page is opened for. Nothing in it tells who pays or for what care.

    With a ``customer`` the card is kept for charges while nobody is there; with no sum the page does
    nothing else.
    """

    reference: str
    idempotency_key: str
    amount_cents: Cents
    label: str
    language: str
    return_url: str
    cancel_url: str
    expires_at: datetime
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class ChargeOrder:
    """A charge on a kept card while nobody is there. Nothing in it tells who pays or for what care."""

    reference: str
    idempotency_key: str
    amount_cents: Cents
    customer: str
    method: str


@dataclass(frozen=True, slots=True)
class Card:
    """A card that the processor keeps for a customer of its own; we know what is printed on receipts."""

    customer: str
    method: str
    brand: str
    last4: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class Checkout:
    """How a hosted payment page stands: ``status`` open, complete or expired; ``paid`` is the money's.

    ``received_at`` is the charge's instant when it is paid. A charge on a kept card has no page:
    ``session_id`` is None, and it is complete whatever came of it.
    """

    session_id: str | None
    url: str | None
    status: str
    paid: bool
    amount_cents: Cents
    currency: str
    reference: str | None
    livemode: bool
    intent_id: str | None
    failed: str | None
    received_at: datetime | None
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """A verified webhook: that something happened to an object, no more."""

    event_id: str
    kind: str
    object_id: str
    reference: str | None
    livemode: bool


class Gateway(Protocol):
    """One practice's account with the processor."""

    livemode: bool

    def create_checkout(self, order: CheckoutOrder) -> Checkout:
        """Open a hosted page. Raises GatewayUnavailableError or GatewayRefusedError.

        KeySpentError when asking again with the same key is useless.
        """
        ...

    def find_checkout(
        self, reference: str, *, opened_from: datetime, opened_until: datetime
    ) -> Checkout | None:
        """Look for a hosted page by our reference among those opened in this time. Raises as above."""
        ...

    def retrieve_checkout(self, session_id: str) -> Checkout:
        """Read how a hosted page stands. Raises as above."""
        ...

    def expire_checkout(self, session_id: str) -> Checkout:
        """Close a hosted page, or read it when it can't be closed any more. Raises as above."""
        ...

    def create_customer(self, idempotency_key: str) -> str:
        """Somebody for whom a card can be kept, of whom the processor is told nothing. Raises as above."""
        ...

    def charge_card(self, order: ChargeOrder) -> Checkout:
        """Charge a kept card; a refusal of the bank or of the card is an answer, not an error.

        Raises as above.
        """
        ...

    def find_charge(
        self, reference: str, *, customer: str, made_from: datetime, made_until: datetime
    ) -> Checkout | None:
        """Look for a charge by our reference among those of this customer in this time. Raises as above."""
        ...

    def retrieve_charge(self, intent_id: str) -> Checkout:
        """Read how a charge stands. Raises as above."""
        ...

    def forget_card(self, method: str) -> None:
        """Keep a card no longer; one that is forgotten already stays so. Raises as above."""
        ...

    def read_webhook(self, payload: bytes, signature: str, now: datetime) -> Signal:
        """Verify a webhook. Raises BadWebhookError."""
        ...
