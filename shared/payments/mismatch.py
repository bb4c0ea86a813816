"""Money that moved at the processor and is not what was asked for: a person looks before anything else."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.audit import PROCESSOR, SYSTEM, advance
from shared.base.clock import local_date
from shared.payments.model import PaymentAttempt
from shared.payments.rules import ATTEMPT
from shared.processor import Checkout
from shared.worklist import TO_LOOK_AT, Task, is_done, offer, open_task

MISMATCH = offer("payment_mismatch", "Paiement qui ne correspond pas", TO_LOOK_AT)
LOOKED_AT = "mismatch"  # the failure of an attempt whose difference a person has dealt with


def fits(attempt: PaymentAttempt, state: Checkout, *, livemode: bool) -> bool:
    """Whether money that the processor tells of is the money that this attempt asked for."""
    return (
        state.session_id == attempt.processor_session
        and state.amount_cents == attempt.amount_cents
        and state.currency == "eur"
        and state.reference == attempt.id.hex
        and state.intent_id is not None
        and state.livemode == livemode
    )


def set_aside(
    session: Session,
    *,
    practice: Practice,
    attempt: PaymentAttempt,
    state: Checkout,
    at: datetime,
) -> None:
    """Until a person has looked, such money is neither paid again nor asked for.

    Once they have, this very difference asks nobody again, and nothing is under way any more: what
    came of it (a refund, a correction in the practice's software) reaches us as always. Another
    difference on the same attempt is new work.
    """
    key = _key_of(attempt, state)
    if is_done(session, MISMATCH, practice_id=attempt.practice_id, key=key):
        if ATTEMPT.allows(attempt.status, "release"):
            _release(session, attempt, at=at)
        return
    if ATTEMPT.allows(attempt.status, "process"):
        advance(
            session,
            attempt,
            ATTEMPT,
            "process",
            account_id=attempt.account_id,
            actor=PROCESSOR,
            at=at,
            cents=attempt.amount_cents,
        )
    open_task(
        session,
        MISMATCH,
        practice_id=attempt.practice_id,
        account_id=attempt.account_id,
        key=key,
        due_on=local_date(at, practice.timezone),
        actor=PROCESSOR,
        at=at,
    )


def is_set_aside(
    session: Session, *, practice_id: int, attempt_id: UUID | None, intent_id: str
) -> bool:
    """Whether this very money, which bears the attempt's name, is or was before a person: other money
    of that name is not."""
    query = select(Task.id).where(
        Task.practice_id == practice_id,
        Task.kind == MISMATCH.name,
        Task.key.startswith(_money_of(attempt_id, intent_id), autoescape=True),
    )
    return session.scalar(query.limit(1)) is not None


def _release(session: Session, attempt: PaymentAttempt, *, at: datetime) -> None:
    advance(
        session,
        attempt,
        ATTEMPT,
        "release",
        account_id=attempt.account_id,
        actor=SYSTEM,
        at=at,
        cents=attempt.amount_cents,
    )
    attempt.failure = LOOKED_AT
    attempt.settled_at = at


def _key_of(attempt: PaymentAttempt, state: Checkout) -> str:
    """Names the attempt, the money and what the processor says of it: the same facts are the same work."""
    facts = (
        state.session_id,
        state.intent_id,
        state.amount_cents,
        state.currency,
        state.reference,
        state.livemode,
    )
    return (
        f"{_money_of(attempt.id, state.intent_id)}{sha256(repr(facts).encode()).hexdigest()[:24]}"
    )


def _money_of(attempt_id: UUID | None, intent_id: str | None) -> str:
    """How the keys of work about this money begin."""
    return f"{attempt_id}:{sha256(repr(intent_id).encode()).hexdigest()[:16]}:"
