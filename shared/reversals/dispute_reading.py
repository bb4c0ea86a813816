"""Reading disputes: those of an account, and which are behind the processor's."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from shared.base.errors import NotFoundError
from shared.base.money import Cents
from shared.base.together import Part
from shared.payments import Payment, PaymentAttempt, StrayPayment
from shared.processor import Disputed
from shared.reversals.model import Dispute

_WAITING = ("inquiry", "open")


def disputes_part(*, practice_id: int, account_id: UUID) -> Part[Dispute]:
    """Disputes of an account's payments, the latest first."""
    return Part(
        Dispute,
        [Dispute.practice_id == practice_id, Dispute.account_id == account_id],
        [Dispute.opened_at.desc(), Dispute.id.desc()],
    )


def dispute_under_way(session: Session, payment: Payment) -> Dispute | None:
    """The dispute of a payment in which its bank still decides, one that took the money first."""
    return next(iter(under_way_part(payment).read(session)), None)


def under_way_part(payment: Payment) -> Part[Dispute]:
    """The same as a part: one dispute, or none."""
    return Part(
        Dispute,
        [
            Dispute.practice_id == payment.practice_id,
            Dispute.payment_id == payment.id,
            Dispute.status.in_(_WAITING),
        ],
        [Dispute.status.desc(), Dispute.opened_at],
        limit=1,
    )


def get_dispute(
    session: Session, *, practice_id: int, account_id: UUID, dispute_id: UUID
) -> Dispute:
    """A dispute of this very account. Raises NotFoundError."""
    dispute = session.get(Dispute, (practice_id, dispute_id))
    if dispute is None or dispute.account_id != account_id:
        raise NotFoundError("Cette contestation n’est pas sur ce compte.")
    return dispute


def attempts_disputed(
    session: Session, *, practice_id: int, told: Iterable[Disputed]
) -> dict[UUID, UUID]:
    """Attempts of which the processor tells another dispute than we know, each with its account; and
    those whose dispute waits here for its end and is in no list any more."""
    named, news = _news(session, told, practice_id=practice_id)
    rows = session.execute(
        select(PaymentAttempt.id, PaymentAttempt.account_id).where(
            PaymentAttempt.practice_id == practice_id,
            PaymentAttempt.status == "succeeded",
            PaymentAttempt.processor_intent.in_(news),
        )
    )
    behind = {row.id: row.account_id for row in rows}
    waiting = session.execute(
        _waiting(Payment.attempt_id, Payment.account_id, practice_id=practice_id, named=named)
    )
    return behind | {attempt: account for attempt, account in waiting if attempt is not None}


def unasked_disputed(session: Session, *, practice_id: int, told: Iterable[Disputed]) -> list[str]:
    """The same for payments that no attempt asked for, nobody's or an account's by now, each by the
    processor's name of it."""
    named, news = _news(session, told, practice_id=practice_id)
    unasked = Payment.attempt_id.is_(None)
    behind = session.scalars(
        select(Payment.processor_ref).where(
            Payment.practice_id == practice_id, unasked, Payment.processor_ref.in_(news)
        )
    )
    nobodys = session.scalars(
        select(StrayPayment.processor_ref).where(
            StrayPayment.practice_id == practice_id,
            StrayPayment.status != "assigned",
            StrayPayment.processor_ref.in_(news),
        )
    )
    waiting = _waiting(Payment.processor_ref, practice_id=practice_id, named=named)
    return sorted(
        {
            *behind,
            *nobodys,
            *session.scalars(waiting.where(unasked)),
            *session.scalars(_of_strays(practice_id=practice_id, named=named)),
        }
    )


def _of_strays(*, practice_id: int, named: set[str]) -> Select[Any]:
    """Payments of nobody known whose dispute waits and is not named; and those that are an account's by
    now while their dispute is not: it came to be known as they were assigned."""
    return (
        select(StrayPayment.processor_ref)
        .join(
            Dispute,
            (Dispute.practice_id == StrayPayment.practice_id)
            & (Dispute.stray_id == StrayPayment.id),
        )
        .where(
            Dispute.practice_id == practice_id,
            Dispute.payment_id.is_(None),
            or_(
                StrayPayment.status == "assigned",
                Dispute.status.in_(_WAITING) & Dispute.processor_ref.not_in(named),
            ),
        )
    )


def _news(
    session: Session, told: Iterable[Disputed], *, practice_id: int
) -> tuple[set[str], set[str]]:
    """The disputes that the processor tells of, and the payments of which it tells another than we know."""
    by_intent: dict[str, set[tuple[str, str, Cents, Cents, int]]] = defaultdict(set)
    named = set()
    for one in told:
        named.add(one.dispute_id)
        if one.intent_id is not None:
            by_intent[one.intent_id].add(
                (one.dispute_id, one.standing, one.taken_cents, one.fee_cents, one.moves)
            )
    known = {
        (row.processor_ref, row.status, row.taken_cents, row.fee_cents, row.moves)
        for row in session.scalars(
            select(Dispute).where(
                Dispute.practice_id == practice_id, Dispute.processor_ref.in_(named)
            )
        )
    }
    return named, {intent for intent, disputes in by_intent.items() if disputes - known}


def _waiting(*columns: Any, practice_id: int, named: set[str]) -> Select[Any]:
    """What is asked for of payments whose dispute waits here for its end, and is not named."""
    return (
        select(*columns)
        .join(
            Dispute,
            (Dispute.practice_id == Payment.practice_id) & (Dispute.payment_id == Payment.id),
        )
        .where(
            Dispute.practice_id == practice_id,
            Dispute.status.in_(_WAITING),
            Dispute.processor_ref.not_in(named),
        )
    )
