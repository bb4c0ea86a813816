"""Webhooks: kept once, and the attempt that each speaks of."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.base.database import wake_worker
from shared.payments.gateway import Signal
from shared.payments.model import PaymentAttempt, WebhookEvent
from shared.payments.service import is_due

REFERENCE_LENGTH = 64


def store_signal(session: Session, signal: Signal, *, practice_id: int, at: datetime) -> bool:
    """Keep a verified webhook once and wake the worker. Returns whether it is new."""
    known = session.scalar(
        select(WebhookEvent.id).where(
            WebhookEvent.practice_id == practice_id, WebhookEvent.event_id == signal.event_id
        )
    )
    if known is not None:
        return False
    session.add(
        WebhookEvent(
            practice_id=practice_id,
            event_id=signal.event_id,
            kind=signal.kind,
            object_id=signal.object_id,
            reference=_ours(signal.reference),
            status="stored",
            received_at=at,
        )
    )
    session.flush()
    wake_worker(session)
    return True


def _ours(reference: str | None) -> str | None:
    """A reference that may be an attempt's; another software on the same account may write longer ones."""
    return reference if reference is None or len(reference) <= REFERENCE_LENGTH else None


def unhandled_signals(
    session: Session, *, practice_id: int, limit: int = 500
) -> list[WebhookEvent]:
    """Webhooks nobody has acted on yet, oldest first."""
    query = (
        select(WebhookEvent)
        .where(WebhookEvent.practice_id == practice_id, WebhookEvent.status == "stored")
        .order_by(WebhookEvent.received_at, WebhookEvent.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def attempt_of_signal(session: Session, event: WebhookEvent) -> PaymentAttempt | None:
    """Which attempt a webhook speaks of: by the page's id, the payment's id or our own reference."""
    matches = [
        PaymentAttempt.processor_session == event.object_id,
        PaymentAttempt.processor_intent == event.object_id,
    ]
    with suppress(ValueError):
        matches.append(PaymentAttempt.id == UUID(event.reference or ""))
    return session.scalar(
        select(PaymentAttempt).where(PaymentAttempt.practice_id == event.practice_id, or_(*matches))
    )


def signal_is_due(event: WebhookEvent, attempt: PaymentAttempt | None, now: datetime) -> bool:
    """Whether to act on a webhook now: at once, but when its attempt was asked about since in vain.

    Such an attempt is asked about again after its growing wait, and keeps the worker from no other.
    """
    if attempt is None or attempt.status == "succeeded":
        return True
    asked_since = attempt.checked_at is not None and attempt.checked_at > event.received_at
    return not asked_since or is_due(attempt, now)
