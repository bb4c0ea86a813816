"""What a bank said days after its page was done: for telling the patient, who has long left."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.payments.mismatch import LOOKED_AT
from shared.payments.model import PaymentAttempt
from shared.payments.rules import BY_LINK, ONLY_A_CARD


def debits_failed_since(
    session: Session, *, practice_id: int, since: datetime
) -> list[PaymentAttempt]:
    """Payments of patients that were on their way, and of which the bank said no since then.

    A page on which a card was refused stays open, so that only a late answer ends a payment so. Dates
    of plans have words of their own, and who paid by a link for others has no space here.
    """
    query = (
        select(PaymentAttempt)
        .where(
            PaymentAttempt.practice_id == practice_id,
            PaymentAttempt.status == "failed",
            PaymentAttempt.settled_at > since,
            PaymentAttempt.cause.is_(None),
            PaymentAttempt.choice.not_in((BY_LINK, ONLY_A_CARD)),
            PaymentAttempt.failure.is_distinct_from(LOOKED_AT),
        )
        .order_by(PaymentAttempt.settled_at, PaymentAttempt.id)
    )
    return list(session.scalars(query))


def has_failed(session: Session, *, practice_id: int, attempt_id: UUID) -> bool:
    """Whether an attempt failed and has not succeeded since."""
    attempt = session.get(PaymentAttempt, (practice_id, attempt_id))
    return attempt is not None and attempt.status == "failed"
