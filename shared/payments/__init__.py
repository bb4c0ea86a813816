"""Paying: attempts, the card processor, webhooks, settling, receipts."""

from shared.payments.checkout import (
    BeingPaidError,
    Desk,
    came_back,
    finish,
    settle_attempt,
    start_payment,
)
from shared.payments.gateway import (
    BadWebhookError,
    Checkout,
    CheckoutOrder,
    Gateway,
    GatewayRefusedError,
    GatewayUnavailableError,
    Signal,
)
from shared.payments.gateways import Gateways
from shared.payments.invariants import INVARIANTS
from shared.payments.model import (
    AttemptShare,
    Payment,
    PaymentAttempt,
    PaymentShare,
    ProcessorAccount,
    WebhookEvent,
)
from shared.payments.processor_accounts import gateway_of, set_processor_account
from shared.payments.receipts import get_payment, payment_of_attempt, payments_of
from shared.payments.rules import (
    ATTEMPT,
    CARD_MINIMUM,
    WEBHOOK_EVENT,
    Choice,
    ChoiceError,
    Payable,
    bounds,
    shares_of,
)
from shared.payments.service import (
    attempt_at_processor,
    attempts_to_check,
    get_attempt,
    payables_of,
    under_way,
)
from shared.payments.settling import MISMATCH, OVERPAID, settle
from shared.payments.signals import attempt_of_signal, store_signal, unhandled_signals
from shared.payments.stripe_gateway import register_webhook

__all__ = [
    "ATTEMPT",
    "CARD_MINIMUM",
    "INVARIANTS",
    "MISMATCH",
    "OVERPAID",
    "WEBHOOK_EVENT",
    "AttemptShare",
    "BadWebhookError",
    "BeingPaidError",
    "Checkout",
    "CheckoutOrder",
    "Choice",
    "ChoiceError",
    "Desk",
    "Gateway",
    "GatewayRefusedError",
    "GatewayUnavailableError",
    "Gateways",
    "Payable",
    "Payment",
    "PaymentAttempt",
    "PaymentShare",
    "ProcessorAccount",
    "Signal",
    "WebhookEvent",
    "attempt_at_processor",
    "attempt_of_signal",
    "attempts_to_check",
    "bounds",
    "came_back",
    "finish",
    "gateway_of",
    "get_attempt",
    "get_payment",
    "payables_of",
    "payment_of_attempt",
    "payments_of",
    "register_webhook",
    "set_processor_account",
    "settle",
    "settle_attempt",
    "shares_of",
    "start_payment",
    "store_signal",
    "under_way",
    "unhandled_signals",
]
