"""Attempts to pay: beginning one, noting what the processor's page is, and reading what can be paid."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.audit import PATIENT, Actor, advance, record
from shared.base.database import wake_worker
from shared.base.errors import NotFoundError
from shared.base.ids import new_id
from shared.base.money import Cents
from shared.billing import Invoice, is_held_back
from shared.payments.cards import lapse_card
from shared.payments.credit_in_hand import free_credit
from shared.payments.model import AttemptShare, PaymentAttempt
from shared.payments.refund_reading import checked_of_invoice
from shared.payments.rules import (
    AT_PROCESSOR,
    ATTEMPT,
    Payable,
    check_is_due,
    covered_by_credit,
)

UNDER_WAY = frozenset({"processing"})
CHOSEN = frozenset({"all", "some", "other", "part"})


def under_way(session: Session, *, practice_id: int, account_id: UUID) -> dict[UUID, Cents]:
    """Sums that are being paid already, by invoice: the page is done, the money is not here yet."""
    query = (
        select(AttemptShare.invoice_id, func.sum(AttemptShare.amount_cents))
        .join(
            PaymentAttempt,
            and_(
                PaymentAttempt.practice_id == AttemptShare.practice_id,
                PaymentAttempt.id == AttemptShare.attempt_id,
            ),
        )
        .where(
            PaymentAttempt.practice_id == practice_id,
            PaymentAttempt.account_id == account_id,
            PaymentAttempt.status.in_(UNDER_WAY),
        )
        .group_by(AttemptShare.invoice_id)
    )
    sums: dict[UUID, Cents] = defaultdict(int)
    for invoice_id, cents in session.execute(query):
        sums[invoice_id] = int(cents)
    return sums


def open_payables(session: Session, *, practice_id: int, account_id: UUID) -> list[Payable]:
    """What can be settled now, the oldest due first: neither what is being paid already, nor what a refund
    opened again and a person first looks at."""
    return _open_and_credit(session, practice_id=practice_id, account_id=account_id)[0]


def payables_of(session: Session, *, practice_id: int, account_id: UUID) -> list[Payable]:
    """What a patient can be asked for now: the same, less what their credit is going to settle, whoever
    uses it and whenever."""
    payables, credit = _open_and_credit(session, practice_id=practice_id, account_id=account_id)
    covered = covered_by_credit(payables, credit)
    return [replace(p, cents=p.cents - covered.get(p.invoice_id, 0)) for p in payables]


def _open_and_credit(
    session: Session, *, practice_id: int, account_id: UUID
) -> tuple[list[Payable], Cents]:
    waiting = under_way(session, practice_id=practice_id, account_id=account_id)
    rows = session.execute(
        select(
            Invoice.id,
            Invoice.open_cents,
            checked_of_invoice(),
            is_held_back(),
            free_credit(practice_id, account_id),
        )
        .where(
            Invoice.practice_id == practice_id,
            Invoice.account_id == account_id,
            Invoice.status == "issued",
        )
        .order_by(Invoice.due_on, Invoice.number)
    ).all()
    payables = [
        Payable(i, max(cents - waiting.get(i, 0) - int(checked), 0), bool(is_held))
        for i, cents, checked, is_held, _ in rows
    ]
    return payables, int(rows[0][4]) if rows else 0


def attempt_at_processor(
    session: Session, *, practice_id: int, account_id: UUID
) -> PaymentAttempt | None:
    """The one attempt of the account whose page may still be open."""
    return session.scalar(
        select(PaymentAttempt).where(
            PaymentAttempt.practice_id == practice_id,
            PaymentAttempt.account_id == account_id,
            PaymentAttempt.status.in_(AT_PROCESSOR),
        )
    )


def shares_meant(session: Session, attempt: PaymentAttempt) -> list[tuple[UUID, Cents]]:
    """What an attempt was meant for, by invoice."""
    query = (
        select(AttemptShare.invoice_id, AttemptShare.amount_cents)
        .where(
            AttemptShare.practice_id == attempt.practice_id, AttemptShare.attempt_id == attempt.id
        )
        .order_by(AttemptShare.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def last_chosen(session: Session, *, practice_id: int, account_id: UUID) -> PaymentAttempt | None:
    """The latest attempt for which the patient chose what to pay on the page to pay, paid or not."""
    return session.scalar(
        select(PaymentAttempt)
        .where(
            PaymentAttempt.practice_id == practice_id,
            PaymentAttempt.account_id == account_id,
            PaymentAttempt.choice.in_(CHOSEN),
            PaymentAttempt.card_id.is_(None),
        )
        .order_by(PaymentAttempt.created_at.desc(), PaymentAttempt.id.desc())
        .limit(1)
    )


def new_attempt(
    session: Session,
    *,
    account: Account,
    shares: dict[UUID, Cents],
    choice: str,
    language: str,
    at: datetime,
    actor: Actor = PATIENT,
    card_id: UUID | None = None,
    cause: str | None = None,
) -> PaymentAttempt:
    """Write an attempt with its idempotency key; to be committed before the processor is asked."""
    attempt_id = new_id()
    attempt = PaymentAttempt(
        practice_id=account.practice_id,
        id=attempt_id,
        account_id=account.id,
        status="created",
        amount_cents=sum(shares.values()),
        choice=choice,
        language=language,
        idempotency_key=f"ardoise-{attempt_id.hex}",
        created_at=at,
        checks=0,
        card_id=card_id,
        cause=cause,
    )
    session.add(attempt)
    session.flush()
    for invoice_id, cents in shares.items():
        session.add(
            AttemptShare(
                practice_id=account.practice_id,
                attempt_id=attempt_id,
                invoice_id=invoice_id,
                amount_cents=cents,
            )
        )
    if shares:
        record(
            session,
            practice_id=account.practice_id,
            account_id=account.id,
            kind="payment_attempt.created",
            actor=actor,
            at=at,
            cents=attempt.amount_cents,
        )
    return attempt


def get_attempt(
    session: Session, *, practice_id: int, attempt_id: UUID, account_id: UUID | None = None
) -> PaymentAttempt:
    """An attempt, of this very account if one is named. Raises NotFoundError."""
    attempt = session.get(PaymentAttempt, (practice_id, attempt_id))
    if attempt is None or (account_id is not None and attempt.account_id != account_id):
        raise NotFoundError("Ce paiement n’est pas dans votre espace.")
    return attempt


def note_return(session: Session, attempt: PaymentAttempt, *, at: datetime) -> None:
    """The patient came back from the processor's page: ask the worker to look at once."""
    if attempt.status in AT_PROCESSOR | UNDER_WAY:
        attempt.returned_at = at
        wake_worker(session)


def expire_attempt(
    session: Session, attempt: PaymentAttempt, *, actor: Actor, at: datetime
) -> None:
    """The attempt's page is closed and nothing was paid on it."""
    advance(
        session,
        attempt,
        ATTEMPT,
        "expire",
        account_id=attempt.account_id,
        actor=actor,
        at=at,
        cents=attempt.amount_cents,
    )
    attempt.settled_at = at
    lapse_card(session, attempt, at=at)


def attempts_to_check(session: Session, *, practice_id: int, now: datetime) -> list[PaymentAttempt]:
    """Attempts about which the processor should be asked now."""
    query = select(PaymentAttempt).where(
        PaymentAttempt.practice_id == practice_id,
        PaymentAttempt.status.in_(AT_PROCESSOR | UNDER_WAY),
    )
    return [attempt for attempt in session.scalars(query) if is_due(attempt, now)]


def is_due(attempt: PaymentAttempt, now: datetime) -> bool:
    """Whether the processor should be asked about an attempt now."""
    return check_is_due(
        now=now,
        created_at=attempt.created_at,
        returned_at=attempt.returned_at,
        checked_at=attempt.checked_at,
        checks=attempt.checks,
    )
