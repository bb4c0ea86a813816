"""The card processor: what we ask of it, behind one door, and each practice's own account with it."""

from shared.processor.errors import (
    BadWebhookError,
    GatewayRefusedError,
    GatewayUnavailableError,
    KeysDifferError,
    KeySpentError,
)
from shared.processor.gateway import (
    BANK_DEBIT,
    CARD,
    Card,
    Charged,
    ChargeOrder,
    Checkout,
    CheckoutOrder,
    Disputed,
    Gateway,
    Movement,
    Refunded,
    RefundOrder,
    Signal,
)
from shared.processor.gateways import Gateways
from shared.processor.model import ProcessorAccount
from shared.processor.own_account import NO_RIGHT, OwnAccount
from shared.processor.service import ProcessorKeys, Seals, gateway_of, set_processor_account
from shared.processor.stripe_setup import PORTAL_RIGHTS, WORKER_RIGHTS, check_keys, register_webhook

__all__ = [
    "BANK_DEBIT",
    "CARD",
    "NO_RIGHT",
    "PORTAL_RIGHTS",
    "WORKER_RIGHTS",
    "BadWebhookError",
    "Card",
    "ChargeOrder",
    "Charged",
    "Checkout",
    "CheckoutOrder",
    "Disputed",
    "Gateway",
    "GatewayRefusedError",
    "GatewayUnavailableError",
    "Gateways",
    "KeySpentError",
    "KeysDifferError",
    "Movement",
    "OwnAccount",
    "ProcessorAccount",
    "ProcessorKeys",
    "RefundOrder",
    "Refunded",
    "Seals",
    "Signal",
    "check_keys",
    "gateway_of",
    "register_webhook",
    "set_processor_account",
]
