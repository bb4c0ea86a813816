"""Card money booked on an account: as it comes, or once staff have said whose it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.audit import Actor
from shared.base.clock import local_date
from shared.base.money import Cents
from shared.ledger import PROCESSOR
from shared.payments.model import Payment, PaymentAttempt
from shared.payments.receiving import Money, book_money
from shared.payments.stray_booking import note_assigned, take_out
from shared.payments.stray_reading import stray_named
from shared.processor import CARD


@dataclass(frozen=True, slots=True)
class CardMoney:
    """What the processor took, under its own name for it."""

    intent_id: str
    cents: Cents
    received_at: datetime
    method: str = CARD


def book_card_money(
    session: Session,
    money: CardMoney,
    *,
    practice: Practice,
    account: Account,
    meant: Sequence[tuple[UUID, Cents]],
    attempt_id: UUID | None,
    actor: Actor,
    at: datetime,
) -> Payment:
    """Book card money on the day of its receipt; money that has been nobody's until now, today.

    Called under the account's lock; the caller reports what is left over.
    """
    booked_on = local_date(money.received_at, practice.timezone)
    stray = stray_named(session, money.intent_id, practice_id=practice.id, lock=True)
    if stray is not None:
        booked_on = local_date(at, practice.timezone)
        take_out(session, stray, on=booked_on, at=at)
    payment = book_money(
        session,
        Money(
            kind="card_payment",
            held=PROCESSOR,
            method=money.method,
            cents=money.cents,
            ref=money.intent_id,
            received_at=money.received_at,
            booked_on=booked_on,
            attempt_id=attempt_id,
        ),
        practice=practice,
        account=account,
        meant=meant,
        actor=actor,
        at=at,
    )
    if stray is not None:
        note_assigned(session, stray, payment, actor=actor, at=at)
    return payment


def payment_named(session: Session, intent_id: str, *, practice_id: int) -> Payment | None:
    """The payment that the processor calls so."""
    return session.scalar(
        select(Payment).where(
            Payment.practice_id == practice_id, Payment.processor_ref == intent_id
        )
    )


def is_anothers(session: Session, attempt: PaymentAttempt, intent_id: str | None) -> bool:
    """Whether this money is the payment of another account or attempt already: staff made it one."""
    known = payment_named(session, str(intent_id), practice_id=attempt.practice_id)
    return known is not None and (known.account_id, known.attempt_id) != (attempt.account_id, None)
