"""What must always be true of payments."""

from sqlalchemy import String, cast, func, or_, select

from shared.base.invariants import Invariant
from shared.ledger import PROCESSOR, JournalEntry, booked_by_cause
from shared.payments.model import (
    AttemptShare,
    PayLink,
    Payment,
    PaymentAttempt,
    PaymentShare,
    ReceiptCounter,
    SavedCard,
    WebhookEvent,
)
from shared.payments.rules import (
    ATTEMPT,
    BY_LINK,
    CHARGE,
    ONLY_A_CARD,
    PAY_LINK,
    SAVED_CARD,
    WEBHOOK_EVENT,
)
from shared.payments.share_sums import summed
from shared.payments.stray_invariants import INVARIANTS as OF_STRAYS
from shared.processor import BANK_DEBIT, CARD

_shared = summed(PaymentShare, PaymentShare.payment_id)
_meant = summed(AttemptShare, AttemptShare.attempt_id)
_numbered = (
    select(func.count())
    .where(
        Payment.practice_id == ReceiptCounter.practice_id,
        Payment.number.like("R-" + cast(ReceiptCounter.year, String) + "-%"),
    )
    .correlate(ReceiptCounter)
    .scalar_subquery()
)
_booked = booked_by_cause(PROCESSOR, begin="payment:")

BY_PROCESSOR = (CARD, BANK_DEBIT)

INVARIANTS = (
    *OF_STRAYS,
    Invariant(
        "payment-positive",
        "every payment is of more than nothing: what goes back is a refund",
        select(Payment.id).where(Payment.amount_cents <= 0),
    ),
    Invariant(
        "payment-shares",
        "the parts of a payment and its credit add up to what was received",
        select(Payment.id)
        .outerjoin(
            _shared,
            (_shared.c.practice_id == Payment.practice_id) & (_shared.c.payment_id == Payment.id),
        )
        .where(func.coalesce(_shared.c.cents, 0) + Payment.credit_cents != Payment.amount_cents),
    ),
    Invariant(
        "payment-booked",
        "every payment at the processor is booked once, with its sum",
        select(Payment.id)
        .outerjoin(
            _booked,
            (_booked.c.practice_id == Payment.practice_id)
            & (_booked.c.cause == "payment:" + Payment.processor_ref),
        )
        .where(
            Payment.method.in_(BY_PROCESSOR),
            or_(_booked.c.cents.is_(None), _booked.c.cents != Payment.amount_cents),
        ),
    ),
    Invariant(
        "booked-payment",
        "every card payment of the journal was received",
        select(JournalEntry.id)
        .outerjoin(
            Payment,
            (Payment.practice_id == JournalEntry.practice_id)
            & (JournalEntry.cause == "payment:" + Payment.processor_ref),
        )
        .where(JournalEntry.kind == "card_payment", Payment.id.is_(None)),
    ),
    Invariant(
        "receipt-numbers",
        "a year's receipts are as many as were numbered: none is missing",
        select(ReceiptCounter.year).where(ReceiptCounter.last != _numbered),
    ),
    Invariant(
        "attempt-shares",
        "the parts of an attempt add up to its sum",
        select(PaymentAttempt.id)
        .outerjoin(
            _meant,
            (_meant.c.practice_id == PaymentAttempt.practice_id)
            & (_meant.c.attempt_id == PaymentAttempt.id),
        )
        .where(func.coalesce(_meant.c.cents, 0) != PaymentAttempt.amount_cents),
    ),
    Invariant(
        "attempt-status",
        "every attempt is on its edge table, and a succeeded one has its payment",
        select(PaymentAttempt.id)
        .outerjoin(
            Payment,
            (Payment.practice_id == PaymentAttempt.practice_id)
            & (Payment.attempt_id == PaymentAttempt.id),
        )
        .where(
            or_(
                PaymentAttempt.status.not_in(ATTEMPT.statuses),
                (PaymentAttempt.status == "succeeded") & Payment.id.is_(None),
                (PaymentAttempt.status != "succeeded") & Payment.id.is_not(None),
            )
        ),
    ),
    Invariant(
        "saved-card",
        "every card is on its edge table; one that is kept is known, one that is gone is not",
        select(SavedCard.id).where(
            or_(
                SavedCard.status.not_in(SAVED_CARD.statuses),
                SavedCard.status.in_(("kept", "removing"))
                & or_(
                    SavedCard.processor_customer.is_(None),
                    SavedCard.processor_method.is_(None),
                    SavedCard.last4.is_(None),
                    SavedCard.expires_on.is_(None),
                ),
                SavedCard.status.in_(("asked", "lapsed", "removed"))
                & or_(SavedCard.processor_method.is_not(None), SavedCard.last4.is_not(None)),
            )
        ),
    ),
    Invariant(
        "attempt-card",
        "the card of an attempt is the account's own",
        select(PaymentAttempt.id)
        .outerjoin(
            SavedCard,
            (SavedCard.practice_id == PaymentAttempt.practice_id)
            & (SavedCard.id == PaymentAttempt.card_id)
            & (SavedCard.account_id == PaymentAttempt.account_id),
        )
        .where(PaymentAttempt.card_id.is_not(None), SavedCard.id.is_(None)),
    ),
    Invariant(
        "charge-cause",
        "a charge while nobody is there names its card and its cause, and nothing else has a cause",
        select(PaymentAttempt.id).where(
            or_(
                (PaymentAttempt.choice == CHARGE)
                & or_(PaymentAttempt.card_id.is_(None), PaymentAttempt.cause.is_(None)),
                (PaymentAttempt.choice != CHARGE) & PaymentAttempt.cause.is_not(None),
            )
        ),
    ),
    Invariant(
        "charged-once",
        "nothing is charged twice for one cause",
        select(PaymentAttempt.cause)
        .where(
            PaymentAttempt.cause.is_not(None),
            PaymentAttempt.status.in_(("processing", "succeeded")),
        )
        .group_by(PaymentAttempt.practice_id, PaymentAttempt.cause)
        .having(func.count() > 1),
    ),
    Invariant(
        "card-only",
        "an attempt without a sum only keeps a card, and only such a one has done so",
        select(PaymentAttempt.id).where(
            or_(
                (PaymentAttempt.choice == ONLY_A_CARD)
                & or_(PaymentAttempt.amount_cents != 0, PaymentAttempt.card_id.is_(None)),
                (PaymentAttempt.choice != ONLY_A_CARD)
                & or_(PaymentAttempt.amount_cents <= 0, PaymentAttempt.status == "saved"),
            )
        ),
    ),
    Invariant(
        "pay-link",
        "a link for someone else is on its edge table, and its try is by link, of its account and sum",
        select(PayLink.id)
        .outerjoin(
            PaymentAttempt,
            (PaymentAttempt.practice_id == PayLink.practice_id)
            & (PaymentAttempt.id == PayLink.attempt_id),
        )
        .where(
            or_(
                PayLink.status.not_in(PAY_LINK.statuses),
                PaymentAttempt.choice != BY_LINK,
                PaymentAttempt.account_id != PayLink.account_id,
                PaymentAttempt.amount_cents != PayLink.amount_cents,
            )
        ),
    ),
    Invariant(
        "webhook-status",
        "every webhook is on its edge table",
        select(WebhookEvent.id).where(WebhookEvent.status.not_in(WEBHOOK_EVENT.statuses)),
    ),
)
