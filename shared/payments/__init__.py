"""Paying: attempts, the card processor, kept cards and charges on them, webhooks, settling, receipts."""

from shared.payments.asking import finish, note_unanswered, settle_attempt
from shared.payments.cards import (
    cards_to_forget,
    ends_before,
    kept_card,
    kept_cards,
    note_forgotten,
    remove_card,
)
from shared.payments.charging import (
    NO_CARD,
    REFUSED,
    TAKEN,
    Begun,
    begin_charge,
    outcome_of,
)
from shared.payments.checkout import BeingPaidError, came_back, start_payment
from shared.payments.gateway import (
    BadWebhookError,
    Card,
    ChargeOrder,
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
    SavedCard,
    WebhookEvent,
)
from shared.payments.pages import Desk
from shared.payments.processor_accounts import gateway_of, set_processor_account
from shared.payments.receipts import get_payment, payment_of_attempt, payments_of
from shared.payments.rules import (
    ATTEMPT,
    CARD_MINIMUM,
    ONLY_A_CARD,
    SAVED_CARD,
    WEBHOOK_EVENT,
    Choice,
    ChoiceError,
    Consent,
    Payable,
    bounds,
    shares_of,
)
from shared.payments.service import (
    attempt_at_processor,
    attempts_to_check,
    get_attempt,
    payables_of,
    shares_meant,
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
    "NO_CARD",
    "ONLY_A_CARD",
    "OVERPAID",
    "REFUSED",
    "SAVED_CARD",
    "TAKEN",
    "WEBHOOK_EVENT",
    "AttemptShare",
    "BadWebhookError",
    "Begun",
    "BeingPaidError",
    "Card",
    "ChargeOrder",
    "Checkout",
    "CheckoutOrder",
    "Choice",
    "ChoiceError",
    "Consent",
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
    "SavedCard",
    "Signal",
    "WebhookEvent",
    "attempt_at_processor",
    "attempt_of_signal",
    "attempts_to_check",
    "begin_charge",
    "bounds",
    "came_back",
    "cards_to_forget",
    "ends_before",
    "finish",
    "gateway_of",
    "get_attempt",
    "get_payment",
    "kept_card",
    "kept_cards",
    "note_forgotten",
    "note_unanswered",
    "outcome_of",
    "payables_of",
    "payment_of_attempt",
    "payments_of",
    "register_webhook",
    "remove_card",
    "set_processor_account",
    "settle",
    "settle_attempt",
    "shares_meant",
    "shares_of",
    "signal_is_due",
    "start_payment",
    "store_signal",
    "under_way",
    "unhandled_signals",
]
