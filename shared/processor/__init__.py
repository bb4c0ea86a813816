"""The card processor: what we ask of it, behind one door, and each practice's own account with it."""

from shared.processor.errors import (
    BadWebhookError,
    GatewayRefusedError,
    GatewayUnavailableError,
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
from shared.processor.service import gateway_of, set_processor_account
from shared.processor.stripe_gateway import register_webhook

__all__ = [
    "BANK_DEBIT",
    "CARD",
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
    "Movement",
    "ProcessorAccount",
    "RefundOrder",
    "Refunded",
    "Signal",
    "gateway_of",
    "register_webhook",
    "set_processor_account",
]
