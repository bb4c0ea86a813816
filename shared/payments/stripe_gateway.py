"""The card processor Stripe, behind ``Gateway``; the only module that knows its SDK.

Hosted Checkout Sessions. Nothing of the person or the care goes over: an opaque reference, a sum and
a neutral label. No receipt e-mail is asked for, since that would mail in live mode.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import stripe

from shared.base.errors import ConfigurationError
from shared.payments.gateway import (
    BadWebhookError,
    Checkout,
    CheckoutOrder,
    GatewayRefusedError,
    GatewayUnavailableError,
    KeySpentError,
    Signal,
)

TIMEOUT_SECONDS = 10
TOLERANCE_SECONDS = 300
LONGEST_ID, LONGEST_KIND = 255, 80
MOST_LISTED = 100  # what the processor shows at once; further ones are fetched as they are needed
_EXPAND = ["payment_intent.latest_charge"]
T = TypeVar("T")


class StripeGateway:
    """One practice's Stripe account. ``base_address`` is for the sandbox and only with a test key."""

    def __init__(self, secret_key: str, webhook_secrets: list[str], base_address: str = "") -> None:
        self.livemode = _is_live(secret_key)
        self._webhook_secrets = webhook_secrets
        self._client = _client(secret_key, base_address)

    def create_checkout(self, order: CheckoutOrder) -> Checkout:
        """Open a hosted page; the same idempotency key gives the same page again."""
        return self._asked(
            lambda: self._client.v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": "eur",
                                "unit_amount": order.amount_cents,
                                "product_data": {"name": order.label},
                            },
                        }
                    ],
                    "client_reference_id": order.reference,
                    "payment_intent_data": {"metadata": {"reference": order.reference}},
                    "success_url": order.return_url,
                    "cancel_url": order.cancel_url,
                    "locale": "fr" if order.language == "fr" else "en",
                    "expires_at": int(order.expires_at.timestamp()),
                    "expand": _EXPAND,
                },
                {"idempotency_key": order.idempotency_key},
            )
        )

    def retrieve_checkout(self, session_id: str) -> Checkout:
        """Read a hosted page with its payment."""
        return self._asked(
            lambda: self._client.v1.checkout.sessions.retrieve(session_id, {"expand": _EXPAND})
        )

    def find_checkout(
        self, reference: str, *, opened_from: datetime, opened_until: datetime
    ) -> Checkout | None:
        """Page through what was opened in this time: the processor can't filter by our reference."""
        first, last = int(opened_from.timestamp()), int(opened_until.timestamp())

        def look() -> str | None:
            pages = self._client.v1.checkout.sessions.list(
                {"created": {"gte": first, "lte": last}, "limit": MOST_LISTED}
            )
            ours = (p.id for p in pages.auto_paging_iter() if p.client_reference_id == reference)
            return next(ours, None)

        session_id = self._answered(look)
        return self.retrieve_checkout(session_id) if session_id is not None else None

    def expire_checkout(self, session_id: str) -> Checkout:
        """Close a hosted page; one that is complete or expired already is just read."""
        try:
            return self._asked(
                lambda: self._client.v1.checkout.sessions.expire(session_id, {"expand": _EXPAND})
            )
        except GatewayRefusedError:
            return self.retrieve_checkout(session_id)

    def read_webhook(self, payload: bytes, signature: str, now: datetime) -> Signal:
        """Verify with each secret (two while rotating); refuse what is over 5 minutes old or ahead."""
        for secret in self._webhook_secrets:
            try:
                stripe.WebhookSignature.verify_header(payload, signature, secret, TOLERANCE_SECONDS)
            except (stripe.SignatureVerificationError, ValueError, TypeError):
                continue  # a signature that is no ASCII is a TypeError to the SDK
            self._refuse_future(signature, now)
            return self._signal(payload)
        raise BadWebhookError("the signature is not the processor's, or is too old")

    @staticmethod
    def _refuse_future(signature: str, now: datetime) -> None:
        # the SDK itself accepts any instant ahead of now, and reads the last of several
        stamps = [p[2:] for p in signature.split(",") if p.startswith("t=")]
        latest = max(now.timestamp(), time.time()) + TOLERANCE_SECONDS
        if not all(s.isascii() and s.isdigit() and int(s) <= latest for s in stamps):
            raise BadWebhookError("the webhook comes from the future")

    def _signal(self, payload: bytes) -> Signal:
        try:
            event = json.loads(payload)
            thing = event["data"]["object"]
            metadata = thing.get("metadata") or {}
            signal = Signal(
                event_id=_name(event["id"], LONGEST_ID),
                kind=_name(event["type"], LONGEST_KIND),
                object_id=_name(thing.get("id", "-"), LONGEST_ID),
                reference=_ours(thing.get("client_reference_id") or metadata.get("reference")),
                livemode=event["livemode"],
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise BadWebhookError("the webhook is no event as we know them") from None
        if signal.livemode is not self.livemode:
            raise BadWebhookError("the webhook is of another mode")
        return signal

    def _asked(self, call: Callable[[], Any]) -> Checkout:
        return self._answered(lambda: _checkout(call()))

    def _answered(self, call: Callable[[], T]) -> T:
        """What the processor says; an answer that can't be read is none, and told as such."""
        try:
            return call()
        except (stripe.APIConnectionError, stripe.RateLimitError) as error:
            raise GatewayUnavailableError(type(error).__name__) from None
        except stripe.InvalidRequestError as error:
            raise GatewayRefusedError(f"{error.code or 'invalid_request'}: {error.param}") from None
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            raise GatewayRefusedError(type(error).__name__) from None
        except stripe.StripeError as error:
            told = KeySpentError if _is_kept(error) else GatewayUnavailableError
            raise told(type(error).__name__) from None
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
            raise GatewayUnavailableError(f"unreadable: {type(error).__name__}") from None


def _is_live(secret_key: str) -> bool:
    return not secret_key.startswith(("sk_test_", "rk_test_"))


def _client(secret_key: str, base_address: str) -> stripe.StripeClient:
    if base_address and _is_live(secret_key):
        raise ConfigurationError("A live processor key never goes to another address.")
    return stripe.StripeClient(
        secret_key,
        base_addresses={"api": base_address} if base_address else None,
        max_network_retries=2,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


def _name(value: object, longest: int) -> str:
    """A processor's identifier. Raises TypeError for anything else, ValueError for what is none."""
    if not isinstance(value, str):
        raise TypeError
    if not value.isprintable() or not value.isascii() or not 0 < len(value) <= longest:
        raise ValueError
    return value


def _ours(reference: object) -> str | None:
    """What may be our reference; another software on the same account may write anything there."""
    return reference if isinstance(reference, str) and reference.isascii() else None


def _is_kept(error: stripe.StripeError) -> bool:
    """Whether the processor's own failure was answered from what it keeps under the key."""
    replayed = (error.headers or {}).get("idempotent-replayed", "")
    return (error.http_status or 0) >= 500 and replayed.lower() == "true"


def _checkout(found: Any) -> Checkout:
    session = found.to_dict()
    intent = session["payment_intent"] or {}
    if isinstance(intent, str):
        intent = {"id": intent}
    charge = intent.get("latest_charge")
    paid_by = charge if isinstance(charge, dict) and charge["status"] == "succeeded" else None
    waiting = intent.get("status") == "processing"  # an error is then an earlier try's
    error = {} if waiting else intent.get("last_payment_error") or {}
    return Checkout(
        session_id=session["id"],
        url=session.get("url"),
        status=session["status"],
        paid=session["payment_status"] == "paid",
        amount_cents=session["amount_total"],
        currency=session["currency"],
        reference=session.get("client_reference_id"),
        livemode=session["livemode"],
        intent_id=intent.get("id"),
        failed=error.get("decline_code") or error.get("code"),
        received_at=datetime.fromtimestamp(paid_by["created"], UTC) if paid_by else None,
    )


def register_webhook(secret_key: str, *, base_address: str, url: str) -> str:
    """Ask the processor to call ``url``; returns the secret that signs its calls.

    Raises GatewayRefusedError with the processor's reason, GatewayUnavailableError.
    """
    client = _client(secret_key, base_address)
    try:
        endpoint = client.v1.webhook_endpoints.create(
            {
                "url": url,
                "enabled_events": [
                    "checkout.session.completed",
                    "checkout.session.expired",
                    "checkout.session.async_payment_succeeded",
                    "checkout.session.async_payment_failed",
                    "payment_intent.succeeded",
                    "payment_intent.payment_failed",
                ],
                "api_version": "2026-10-28.endive",
            }
        )
    except stripe.APIConnectionError as error:
        raise GatewayUnavailableError(type(error).__name__) from None
    except stripe.StripeError as error:
        raise GatewayRefusedError(str(error.user_message or type(error).__name__)) from None
    return str(endpoint.secret)
