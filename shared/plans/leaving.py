"""Charges that left before the patient stopped what they were made for: under way, or gone through.

A request that is on its way to the bank can't be called back. Whoever pauses, asks for other dates,
stops or removes the card meanwhile is told of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from shared.audit import PATIENT, TimelineEvent
from shared.base.money import Cents
from shared.payments import PaymentAttempt

TOLD_FOR = timedelta(days=14)
STOPS = ("plan.pause", "plan.asked", "plan.end")


@dataclass(frozen=True, slots=True)
class Leaving:
    """A charge: whose, how much, and when it was asked for."""

    attempt_id: UUID
    account_id: UUID
    cents: Cents
    asked_at: datetime


def charges_leaving(session: Session, *, practice_id: int, account_id: UUID) -> list[Leaving]:
    """Charges of an account's card that left and of which the end is not known, the oldest first."""
    rows = session.scalars(
        select(PaymentAttempt)
        .where(
            PaymentAttempt.practice_id == practice_id,
            PaymentAttempt.account_id == account_id,
            PaymentAttempt.status == "processing",
            PaymentAttempt.cause.is_not(None),
        )
        .order_by(PaymentAttempt.created_at)
    )
    return [_leaving(row) for row in rows]


def charges_made(
    session: Session, *, practice_id: int, account_id: UUID, at: datetime
) -> list[Leaving]:
    """Charges of an account's card that went through in the last days, the oldest first."""
    rows = session.scalars(
        select(PaymentAttempt)
        .where(
            PaymentAttempt.practice_id == practice_id,
            PaymentAttempt.account_id == account_id,
            PaymentAttempt.status == "succeeded",
            PaymentAttempt.cause.is_not(None),
            PaymentAttempt.settled_at > at - TOLD_FOR,
        )
        .order_by(PaymentAttempt.created_at)
    )
    return [_leaving(row) for row in rows]


def charges_passed(session: Session, *, practice_id: int, at: datetime) -> list[Leaving]:
    """Charges of the last days that went through after the patient's plan was stopped or paused, a
    change of it asked for, or the card removed; the oldest first. Read from the timeline: the worker's."""
    stop = or_(
        TimelineEvent.kind.in_(STOPS),
        and_(
            TimelineEvent.kind == "saved_card.remove",
            TimelineEvent.actor_kind == PATIENT.kind,
        ),
    )
    stopped = select(TimelineEvent.id).where(
        TimelineEvent.practice_id == PaymentAttempt.practice_id,
        TimelineEvent.account_id == PaymentAttempt.account_id,
        TimelineEvent.at.between(PaymentAttempt.created_at, PaymentAttempt.settled_at),
        stop,
    )
    passed = (
        select(PaymentAttempt)
        .where(
            PaymentAttempt.practice_id == practice_id,
            PaymentAttempt.status == "succeeded",
            PaymentAttempt.cause.is_not(None),
            PaymentAttempt.settled_at > at - TOLD_FOR,
            stopped.exists(),
        )
        .order_by(PaymentAttempt.created_at)
    )
    return [_leaving(row) for row in session.scalars(passed)]


def _leaving(row: PaymentAttempt) -> Leaving:
    return Leaving(row.id, row.account_id, row.amount_cents, row.created_at)
