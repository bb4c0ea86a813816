"""Paying: attempts, the card processor, webhooks, settling, receipts."""

from shared.payments.asking import finish, note_unanswered, settle_attempt
from shared.payments.checkout import BeingPaidError, came_back, start_payment
from shared.payments.gateway import (
    BadWebhookError,
    Checkout,
    CheckoutOrder,
    Gateway,
    GatewayRefusedError,
    GatewayUnavailableError,
    KeySpentError,
    Signal,
)
from shared.payments.gateways import Gateways
from shared.payments.invariants import INVARIANTS
from shared.payments.mismatch import LOOKED_AT, MISMATCH
from shared.payments.model import (
    AttemptShare,
    Payment,
    PaymentAttempt,
    PaymentShare,
    ProcessorAccount,
    WebhookEvent,
)
from shared.payments.pages import Desk
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
from shared.payments.settling import OVERPAID, settle
from shared.payments.signals import (
    attempt_of_signal,
    signal_is_due,
    store_signal,
    unhandled_signals,
)
from shared.payments.stripe_gateway import register_webhook

__all__ = [
    "ATTEMPT",
    "CARD_MINIMUM",
    "INVARIANTS",
    "LOOKED_AT",
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
    "KeySpentError",
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
    "note_unanswered",
    "payables_of",
    "payment_of_attempt",
    "payments_of",
    "register_webhook",
    "set_processor_account",
    "settle",
    "settle_attempt",
    "shares_of",
    "signal_is_due",
    "start_payment",
    "store_signal",
    "under_way",
    "unhandled_signals",
]
