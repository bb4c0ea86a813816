"""Connecting a practice to its own account with the processor."""

from collections.abc import Callable
from typing import TypeVar

import stripe

from shared.processor.errors import GatewayRefusedError, GatewayUnavailableError, KeysDifferError
from shared.processor.service import ProcessorKeys
from shared.processor.stripe_gateway import client_of
from shared.processor.stripe_signals import EVENTS

T = TypeVar("T")

# What the restricted keys need, by the processor's names ("checkout_session_write" stands for "Checkout
# Sessions: write"). Refunds go with charges there: the portal may read them, not make them.
PORTAL_RIGHTS = [
    "checkout_session_write",
    "customer_write",
    "payment_intent_read",
    "setup_intent_read",
    "payment_method_read",
    "charge_read",
]
WORKER_RIGHTS = [
    "checkout_session_write",
    "customer_write",
    "payment_intent_write",
    "setup_intent_read",
    "payment_method_write",
    "charge_write",
    "dispute_read",
    "event_read",
    "balance_read",
    "payout_read",
    "webhook_write",
    "accounts_kyc_basic_read",
]


def check_keys(keys: ProcessorKeys, *, base_address: str) -> None:
    """See that both keys work and are of one account: what one makes, a nameless customer, the other
    can read.

    Raises KeysDifferError, GatewayRefusedError with the processor's reason, GatewayUnavailableError.
    """
    portal, worker = client_of(keys.portal, base_address), client_of(keys.worker, base_address)
    made = _answered(lambda: portal.v1.customers.create({}))
    try:
        _answered(lambda: worker.v1.customers.retrieve(made.id))
    except GatewayRefusedError as refused:
        if refused.code != "resource_missing":
            raise
        raise KeysDifferError(
            "These two keys are of two accounts: give two keys of the practice's own."
        ) from None


def register_webhook(secret_key: str, *, base_address: str, url: str) -> str:
    """Ask the processor to call ``url``; returns the secret that signs its calls.

    Raises GatewayRefusedError with the processor's reason, GatewayUnavailableError.
    """
    client = client_of(secret_key, base_address)
    endpoint = _answered(
        lambda: client.v1.webhook_endpoints.create(
            {"url": url, "enabled_events": EVENTS, "api_version": "2026-10-28.endive"}
        )
    )
    return str(endpoint.secret)


def _answered(call: Callable[[], T]) -> T:
    try:
        return call()
    except stripe.APIConnectionError as error:
        raise GatewayUnavailableError(type(error).__name__) from None
    except stripe.StripeError as error:
        reason = str(error.user_message or type(error).__name__)
        raise GatewayRefusedError(reason, error.code or "") from None
