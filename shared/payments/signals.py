"""Webhooks: kept once, and the attempt that each speaks of."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.base.database import wake_worker
from shared.payments.model import PaymentAttempt, WebhookEvent
from shared.payments.service import is_due
from shared.processor import Signal


def store_signal(session: Session, signal: Signal, *, practice_id: int, at: datetime) -> bool:
    """Keep a verified webhook once and wake the worker. Returns whether it is new.

    It may come twice at this very moment: delivered again, or found by two workers that ask for it.
    """
    if _is_kept(session, signal, practice_id):
        return False
    event = WebhookEvent(
        practice_id=practice_id,
        event_id=signal.event_id,
        kind=signal.kind,
        object_id=signal.object_id,
        reference=_ours(signal.reference),
        status="stored",
        received_at=at,
    )
    try:
        with session.begin_nested():
            session.add(event)
            session.flush()
    except IntegrityError:
        if _is_kept(session, signal, practice_id):
            return False
        raise
    wake_worker(session)
    return True


def _is_kept(session: Session, signal: Signal, practice_id: int) -> bool:
    query = select(WebhookEvent.id).where(
        WebhookEvent.practice_id == practice_id, WebhookEvent.event_id == signal.event_id
    )
    return session.scalar(query) is not None


def _ours(reference: str | None) -> str | None:
    """A reference that may be an attempt's. What another software on the same account writes there may
    name a person, and is not kept."""
    with suppress(ValueError):
        return str(UUID(reference or ""))
    return None


def waiting_signals(session: Session, *, practice_id: int, limit: int = 500) -> list[WebhookEvent]:
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

    Such an attempt, paid or not, is asked about again after its growing wait, and keeps the worker
    from no other.
    """
    if attempt is None:
        return True
    asked_since = attempt.checked_at is not None and attempt.checked_at > event.received_at
    return not asked_since or is_due(attempt, now)
