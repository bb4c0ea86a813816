"""What Ardoise asks of a card processor, whoever it is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from shared.base.money import Cents

CARD = "card"
BANK_DEBIT = "debit"


@dataclass(frozen=True, slots=True)
class CheckoutOrder:
    """What a hosted payment page is opened for. Nothing in it tells who pays or for what care.

    With a ``customer`` the card is kept for charges while nobody is there; with no sum the page does
    nothing else. With ``bank_debit`` it takes from a bank account as well.
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
    bank_debit: bool = False


@dataclass(frozen=True, slots=True)
class ChargeOrder:
    """A charge on a kept card while nobody is there. Nothing in it tells who pays or for what care."""

    reference: str
    idempotency_key: str
    amount_cents: Cents
    customer: str
    method: str


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Money of a payment to be given back to where it came from; ``reference`` is ours. The processor
    learns no reason but whether it was paid ``twice``."""

    reference: str
    idempotency_key: str
    intent_id: str
    amount_cents: Cents
    twice: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A card that the processor keeps for a customer of its own; we know what is printed on receipts."""

    customer: str
    method: str
    brand: str
    last4: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money given back, whoever asked for it: ``status`` pending, succeeded or failed; ``at`` since when."""

    refund_id: str
    intent_id: str | None
    status: str
    amount_cents: Cents
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Movement:
    """Money of a dispute that was taken away (below zero) or came back, with the fee that was kept or
    given back (below zero)."""

    cents: Cents
    fee_cents: Cents
    at: datetime


@dataclass(frozen=True, slots=True)
class Disputed:
    """A payment that a bank disputes: ``standing`` inquiry, open, won, lost or closed.

    ``taken_cents`` is what the processor has taken away for it now, ``fee_cents`` what it keeps for its
    work; ``respond_by`` until when evidence is taken; ``at`` since when, ``taken_at`` since when the money
    is gone. ``reason`` is the bank's code, ``moves`` how often money of it was taken away or came back:
    that only grows, so that the fewer there are, the older is what is told. ``movements`` are these, in
    their order.
    """

    dispute_id: str
    intent_id: str | None
    standing: str
    amount_cents: Cents
    taken_cents: Cents
    fee_cents: Cents
    currency: str
    reason: str
    respond_by: datetime | None
    at: datetime
    taken_at: datetime | None
    moves: int
    movements: tuple[Movement, ...] = ()


@dataclass(frozen=True, slots=True)
class Charged:
    """Money that was taken, whoever asked for it: ``reference`` is what may be an attempt's of ours.

    Of a charge without an intent ``intent_id`` is its own name.
    """

    intent_id: str
    amount_cents: Cents
    currency: str
    reference: str | None
    at: datetime
    livemode: bool


@dataclass(frozen=True, slots=True)
class Checkout:
    """How a hosted payment page stands: ``status`` open, complete or expired; ``paid`` is the money's.

    ``received_at`` is the charge's instant when it is paid. A charge on a kept card has no page:
    ``session_id`` is None, and it is complete whatever came of it. ``method`` is how it is paid: by
    card or by bank debit. ``refunds`` are all that were ever made of the money, ``disputes`` all that a
    bank ever opened about it.
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
    method: str = CARD
    refunds: tuple[Refunded, ...] = ()
    disputes: tuple[Disputed, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """A verified webhook: that something happened to an object, no more. Of money taken, given back or
    disputed the object is its intent, which we know."""

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

    def refund(self, order: RefundOrder) -> Refunded:
        """Give money back; the same key never does it twice. Raises as above.

        GatewayRefusedError with a code when nothing was given back and nothing will be.
        """
        ...

    def find_refund(self, reference: str, *, intent_id: str) -> Refunded | None:
        """Look for a refund by our reference among those of a payment. Raises as above."""
        ...

    def refunds_since(self, since: datetime) -> list[Refunded]:
        """All that was given back since then, whoever asked for it. Raises as above."""
        ...

    def disputes_since(self, since: datetime) -> list[Disputed]:
        """All disputes that banks opened since then. Raises as above."""
        ...

    def payments_between(self, since: datetime, until: datetime) -> list[Charged]:
        """All that was taken in this time, whoever asked for it; ``until`` is outside. Raises as above."""
        ...

    def missed_signals(self, since: datetime) -> list[Signal]:
        """What happened since then and no webhook told us, 30 days back at most. Raises as above."""
        ...

    def forget_card(self, method: str) -> None:
        """Keep a card no longer; one that is forgotten already stays so. Raises as above."""
        ...

    def read_webhook(self, payload: bytes, signature: str, now: datetime) -> Signal:
        """Verify a webhook. Raises BadWebhookError."""
        ...
