"""The card processor Stripe, behind ``Gateway``; the only module that knows its SDK.

Hosted Checkout Sessions. Nothing of the person or the care goes over: an opaque reference, a sum and
a neutral label. No receipt e-mail is asked for, since that would mail in live mode.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import stripe

from shared.base.errors import ConfigurationError
from shared.processor.errors import (
    BadWebhookError,
    GatewayRefusedError,
    GatewayUnavailableError,
    KeySpentError,
)
from shared.processor.gateway import (
    Charged,
    ChargeOrder,
    Checkout,
    CheckoutOrder,
    Disputed,
    Refunded,
    RefundOrder,
    Signal,
)
from shared.processor.own_account import NO_RIGHT, OwnAccount, read_own
from shared.processor.stripe_lists import (
    from_on,
    list_disputes,
    list_refunds,
    with_all,
)
from shared.processor.stripe_objects import (
    CHARGE_WITH,
    PAGE_WITH,
    charge_refused,
    is_kept,
    read_charge,
    read_page,
    read_refusal,
    write_charge,
    write_page,
)
from shared.processor.stripe_refunds import find_refund, make_refund
from shared.processor.stripe_signals import is_from_future, read_body
from shared.processor.stripe_sweeps import find_intent, find_page, list_charged, list_missed
from shared.processor.stripe_values import read_name

TIMEOUT_SECONDS = 10
TOLERANCE_SECONDS = 300
T = TypeVar("T")


class StripeGateway:
    """One practice's Stripe account. ``base_address`` is for the sandbox and only with a test key."""

    def __init__(self, secret_key: str, webhook_secrets: list[str], base_address: str = "") -> None:
        self.livemode = is_live(secret_key)
        self._webhook_secrets = webhook_secrets
        self._client = client_of(secret_key, base_address)

    def create_checkout(self, order: CheckoutOrder) -> Checkout:
        """Open a hosted page; the same idempotency key gives the same page again."""
        return self._page(
            lambda: self._client.v1.checkout.sessions.create(
                write_page(order), {"idempotency_key": order.idempotency_key}
            )
        )

    def retrieve_checkout(self, session_id: str) -> Checkout:
        """Read a hosted page with its payment."""
        return self._page(
            lambda: self._client.v1.checkout.sessions.retrieve(session_id, {"expand": PAGE_WITH})
        )

    def find_checkout(
        self, reference: str, *, opened_from: datetime, opened_until: datetime
    ) -> Checkout | None:
        """Page through what was opened in this time: the processor can't filter by our reference."""
        opened = {"gte": int(opened_from.timestamp()), "lte": int(opened_until.timestamp())}
        session_id = self._answered(lambda: find_page(self._client, reference, created=opened))
        return self.retrieve_checkout(session_id) if session_id is not None else None

    def expire_checkout(self, session_id: str) -> Checkout:
        """Close a hosted page; one that is complete or expired already is just read."""
        try:
            return self._page(
                lambda: self._client.v1.checkout.sessions.expire(session_id, {"expand": PAGE_WITH})
            )
        except GatewayRefusedError:
            return self.retrieve_checkout(session_id)

    def create_customer(self, idempotency_key: str) -> str:
        """Somebody without a name; the same idempotency key gives the same one again."""
        return self._answered(
            lambda: read_name(
                self._client.v1.customers.create({}, {"idempotency_key": idempotency_key}).id
            )
        )

    def charge_card(self, order: ChargeOrder) -> Checkout:
        """Make an intent and confirm it at once, off session; the same key never charges twice."""

        def charge() -> Checkout:
            try:
                intent = self._client.v1.payment_intents.create(
                    write_charge(order), {"idempotency_key": order.idempotency_key}
                )
            except stripe.CardError as error:
                return read_charge(read_refusal(error.json_body))
            except stripe.InvalidRequestError as error:
                # nothing was carried out: the card is gone, or not of this customer any more
                return charge_refused(order, error.code, livemode=self.livemode)
            return read_charge(intent.to_dict())

        return self._answered(charge)

    def find_charge(
        self, reference: str, *, customer: str, made_from: datetime, made_until: datetime
    ) -> Checkout | None:
        """Page through the customer's charges: the processor's search shows a new one only later."""
        made = {"gte": int(made_from.timestamp()), "lte": int(made_until.timestamp())}
        intent_id = self._answered(
            lambda: find_intent(self._client, reference, customer=customer, created=made)
        )
        return self.retrieve_charge(intent_id) if intent_id is not None else None

    def retrieve_charge(self, intent_id: str) -> Checkout:
        """Read an intent with its charge."""

        def read() -> Checkout:
            known = self._client.v1.payment_intents.retrieve(intent_id, {"expand": CHARGE_WITH})
            intent = known.to_dict()
            return with_all(self._client, read_charge(intent), intent)

        return self._answered(read)

    def refund(self, order: RefundOrder) -> Refunded:
        """Give money back; the same idempotency key gives the same refund again."""
        return self._answered(lambda: make_refund(self._client, order))

    def find_refund(self, reference: str, *, intent_id: str) -> Refunded | None:
        """Page through the refunds of an intent."""
        return self._answered(lambda: find_refund(self._client, reference, intent_id))

    def refunds_since(self, since: datetime) -> list[Refunded]:
        """Page through all refunds made since then."""
        return self._answered(lambda: list_refunds(self._client, created=from_on(since)))

    def disputes_since(self, since: datetime) -> list[Disputed]:
        """Page through all disputes opened since then."""
        return self._answered(lambda: list_disputes(self._client, created=from_on(since)))

    def payments_between(self, since: datetime, until: datetime) -> list[Charged]:
        """Page through all charges of this time."""
        return self._answered(lambda: list_charged(self._client, since, until))

    def missed_signals(self, since: datetime) -> list[Signal]:
        """Page through the events that were not delivered."""
        return self._answered(lambda: list_missed(self._client, since, livemode=self.livemode))

    def read_account(self) -> OwnAccount:
        """Read the account itself. Raises GatewayRefusedError with NO_RIGHT where the key may not."""

        def read() -> OwnAccount:
            try:
                return read_own(self._client)
            except stripe.PermissionError as error:
                raise GatewayRefusedError(type(error).__name__, NO_RIGHT) from None

        return self._answered(read)

    def forget_card(self, method: str) -> None:
        """Detach it; what was detached before is refused, so it is then looked at."""
        methods = self._client.v1.payment_methods
        try:
            self._answered(lambda: methods.detach(method))
        except GatewayRefusedError:
            if self._answered(lambda: methods.retrieve(method).customer) is not None:
                raise

    def read_webhook(self, payload: bytes, signature: str, now: datetime) -> Signal:
        """Verify with each secret (two while rotating); refuse what is over 5 minutes old or ahead."""
        for secret in self._webhook_secrets:
            try:
                stripe.WebhookSignature.verify_header(payload, signature, secret, TOLERANCE_SECONDS)
            except (stripe.SignatureVerificationError, ValueError, TypeError):
                continue  # a signature that is no ASCII is a TypeError to the SDK
            if is_from_future(signature, max(now.timestamp(), time.time()) + TOLERANCE_SECONDS):
                raise BadWebhookError("the webhook comes from the future")
            return read_body(payload, livemode=self.livemode)
        raise BadWebhookError("the signature is not the processor's, or is too old")

    def _page(self, call: Callable[[], Any]) -> Checkout:
        def read() -> Checkout:
            page = call().to_dict()
            return with_all(self._client, read_page(page), page["payment_intent"])

        return self._answered(read)

    def _answered(self, call: Callable[[], T]) -> T:
        """What the processor says; an answer that can't be read is none, and told as such."""
        try:
            return call()
        except (stripe.APIConnectionError, stripe.RateLimitError) as error:
            raise GatewayUnavailableError(type(error).__name__) from None
        except stripe.InvalidRequestError as error:
            reason = f"{error.code or 'invalid_request'}: {error.param}"
            raise GatewayRefusedError(reason, error.code or f"invalid_{error.param}") from None
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            raise GatewayRefusedError(type(error).__name__) from None
        except stripe.StripeError as error:
            kept = is_kept(error.http_status, error.headers)
            raise (KeySpentError if kept else GatewayUnavailableError)(
                type(error).__name__
            ) from None
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
            raise GatewayUnavailableError(f"unreadable: {type(error).__name__}") from None


def is_live(secret_key: str) -> bool:
    """Whether a key moves real money."""
    return not secret_key.startswith(("sk_test_", "rk_test_"))


def client_of(secret_key: str, base_address: str) -> stripe.StripeClient:
    """The processor's SDK with one key. Raises ConfigurationError for a live key and another address."""
    if base_address and is_live(secret_key):
        raise ConfigurationError("A live processor key never goes to another address.")
    return stripe.StripeClient(
        secret_key,
        base_addresses={"api": base_address} if base_address else None,
        max_network_retries=2,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )
