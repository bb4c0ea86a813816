"""What Ardoise asks of a card processor, whoever it is."""

from dataclasses import dataclass
from datetime import datetime
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
    """What a hosted payment page is opened for. Nothing in it tells who pays or for what care."""

    reference: str
    idempotency_key: str
    amount_cents: Cents
    label: str
    language: str
    return_url: str
    cancel_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Checkout:
    """How a hosted payment page stands: ``status`` open, complete or expired; ``paid`` is the money's.

    ``received_at`` is the charge's instant when it is paid.
    """

    session_id: str
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

    def read_webhook(self, payload: bytes, signature: str, now: datetime) -> Signal:
        """Verify a webhook. Raises BadWebhookError."""
        ...
