"""The shapes of sessions, intents and endpoints in API version 2026-10-28.endive."""

import json
from pathlib import Path

from sandbox.store import Account, Json, new_id

_DAY = 86400

# Per object: fields that a card payment of this sandbox leaves, or begins, empty.
EMPTY: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("empty_fields.json").read_text(encoding="utf-8")
)


def session(params: Json, *, total: int | None, currency: str, created: int, base_url: str) -> Json:
    """An open Checkout Session; without a total it saves a card and takes nothing."""
    session_id = new_id("cs_test_", 40)
    return {
        **dict.fromkeys(EMPTY["checkout.session"]),
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": params.get("adaptive_pricing"),
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": created,
        "currency": currency,
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        "customer": params.get("customer"),
        "customer_creation": None if "customer" in params else "if_required",
        "discounts": [],
        "excluded_payment_method_types": params.get("excluded_payment_method_types"),
        "expires_at": params.get("expires_at", created + _DAY),
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata", {}),
        "mode": params["mode"],
        "payment_intent": None,
        "payment_method_collection": "if_required" if total is not None else "always",
        "payment_method_types": params.get("allowed_payment_method_types") or ["card"],
        "payment_status": "unpaid" if total is not None else "no_payment_required",
        "phone_number_collection": {"enabled": False},
        "redirect_on_completion": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "success_url": params["success_url"],
        "total_details": None
        if total is None
        else {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{base_url}/pay/{session_id}",
        "wallet_options": params.get("wallet_options"),
    }


def line_item(raw: Json) -> Json:
    """One line of a session."""
    price = raw["price_data"]
    amount = price["unit_amount"] * raw["quantity"]
    return {
        "id": new_id("li_"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "metadata": {},
        "price": {
            "id": new_id("price_"),
            "object": "price",
            "active": False,
            "currency": price["currency"],
            "livemode": False,
            "metadata": {},
            "product": new_id("prod_", 14),
            "type": "one_time",
            "unit_amount": price["unit_amount"],
        },
        "quantity": raw["quantity"],
    }


def payment_intent(checkout: Json, data: Json, created: int) -> Json:
    """The intent of a session, made at the first try to pay."""
    return _intent(
        {
            **data,
            "allowed_payment_method_types": checkout["allowed_payment_method_types"],
            "amount": checkout["amount_total"],
            "currency": checkout["currency"],
            "customer": checkout["customer"],
            "excluded_payment_method_types": checkout["excluded_payment_method_types"],
        },
        created,
    )


def off_session_intent(params: Json, created: int) -> Json:
    """The intent of a charge while nobody is there."""
    return _intent(params, created)


def _intent(known: Json, created: int) -> Json:
    intent_id = new_id("pi_")
    return {
        **dict.fromkeys(EMPTY["payment_intent"]),
        "id": intent_id,
        "object": "payment_intent",
        "allowed_payment_method_types": known.get("allowed_payment_method_types"),
        "amount": known["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": "automatic_async",
        "client_secret": new_id(f"{intent_id}_secret_"),
        "confirmation_method": "automatic",
        "created": created,
        "currency": known["currency"],
        "customer": known.get("customer"),
        "description": known.get("description"),
        "excluded_payment_method_types": known.get("excluded_payment_method_types"),
        "livemode": False,
        "metadata": known.get("metadata", {}),
        "payment_method": known.get("payment_method"),
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "setup_future_usage": known.get("setup_future_usage"),
        "statement_descriptor": known.get("statement_descriptor"),
        "statement_descriptor_suffix": known.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
    }


def setup_intent(checkout: Json, data: Json, created: int) -> Json:
    """The intent of a session that saves a card."""
    intent_id = new_id("seti_")
    return {
        **dict.fromkeys(EMPTY["setup_intent"]),
        "id": intent_id,
        "object": "setup_intent",
        "client_secret": new_id(f"{intent_id}_secret_"),
        "created": created,
        "customer": checkout["customer"],
        "description": data.get("description"),
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        "usage": "off_session",
    }


def webhook_endpoint(account: Account, params: Json, api_version: str, created: int) -> Json:
    """An endpoint; its secret is kept apart and shown once."""
    endpoint: Json = {
        "id": new_id("we_"),
        "object": "webhook_endpoint",
        "api_version": params.get("api_version", api_version),
        "application": None,
        "created": created,
        "description": params.get("description"),
        "enabled_events": params["enabled_events"],
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "status": "enabled",
        "url": params["url"],
    }
    account.webhook_secrets[endpoint["id"]] = new_id("whsec_", 32)
    return endpoint
