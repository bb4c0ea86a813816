"""The processor's list of a time held against our journal: each difference by itself."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.base.money import Cents
from shared.ledger import PROCESSOR, JournalEntry, JournalLine
from shared.payments import CAME, Payment, PaymentAttempt, StrayPayment
from shared.processor import BANK_DEBIT, CARD, Charged
from shared.reconciliation.difference import (
    MISSING_HERE,
    MISSING_THERE,
    NOBODYS,
    OTHER_CURRENCY,
    OTHER_SUM,
    WRONG_MODE,
    Difference,
)
from shared.reconciliation.returned import Returned
from shared.reconciliation.strays import attempt_asking

_SOME = 400


@dataclass(frozen=True, slots=True)
class Booked:
    """Money that we have booked as received: of an attempt, or of nobody known at first."""

    intent_id: str
    cents: Cents
    at: datetime


def booked_between(
    session: Session, *, practice_id: int, since: datetime, until: datetime
) -> list[Booked]:
    """What we have of a time; read before the processor is asked, which then must list all of it."""
    payments = select(Payment.processor_ref, Payment.amount_cents, Payment.received_at).where(
        Payment.practice_id == practice_id,
        Payment.method.in_((CARD, BANK_DEBIT)),
        Payment.received_at >= since,
        Payment.received_at < until,
    )
    strays = select(
        StrayPayment.processor_ref, StrayPayment.amount_cents, StrayPayment.received_at
    ).where(
        StrayPayment.practice_id == practice_id,
        StrayPayment.received_at >= since,
        StrayPayment.received_at < until,
        StrayPayment.payment_id.is_(None),
    )
    return [Booked(*row) for query in (payments, strays) for row in session.execute(query)]


def find_differences(
    session: Session,
    *,
    practice_id: int,
    livemode: bool,
    charged: Sequence[Charged],
    returned: Returned,
    ours: Iterable[Booked],
) -> list[Difference]:
    """What the processor's lists say otherwise than our journal, the oldest first."""
    listed = {one.intent_id for one in charged}
    held = received_here(session, practice_id=practice_id, intents=listed)
    found = [
        difference
        for one in charged
        if (
            difference := _of_charge(session, one, held, practice_id=practice_id, livemode=livemode)
        )
    ]
    found += [
        Difference(MISSING_THERE, one.intent_id, one.cents, one.at, here=one.cents)
        for one in ours
        if one.intent_id not in listed
    ]
    skipped = {d.intent_id for d in found if d.kind in (OTHER_CURRENCY, WRONG_MODE)}
    asked = {d.intent_id: d.attempt_id for d in found if d.attempt_id is not None}
    found += returned.differences(session, practice_id=practice_id, asked=asked, skipped=skipped)
    return sorted(found, key=lambda one: (one.at, one.intent_id, one.part))


def received_here(
    session: Session, *, practice_id: int, intents: Collection[str]
) -> dict[str, Cents]:
    """What the journal says was received of some payments, whoever's they are."""
    causes = [begin + intent for intent in intents for begin in ("payment:", CAME)]
    sums: dict[str, Cents] = {}
    for first in range(0, len(causes), _SOME):
        rows = session.execute(
            select(JournalEntry.cause, func.sum(JournalLine.amount_cents))
            .join(
                JournalLine,
                (JournalLine.practice_id == JournalEntry.practice_id)
                & (JournalLine.entry_id == JournalEntry.id),
            )
            .where(
                JournalEntry.practice_id == practice_id,
                JournalEntry.cause.in_(causes[first : first + _SOME]),
                JournalLine.ledger_account == PROCESSOR,
            )
            .group_by(JournalEntry.cause)
        )
        # of what was nobody's and is an account's now both say the same
        sums |= {cause.partition(":")[2]: int(cents) for cause, cents in rows}
    return sums


def _of_charge(
    session: Session,
    one: Charged,
    held: dict[str, Cents],
    *,
    practice_id: int,
    livemode: bool,
) -> Difference | None:
    here = held.get(one.intent_id)
    if one.livemode != livemode:
        return Difference(WRONG_MODE, one.intent_id, one.amount_cents, one.at)
    if here is not None:
        if (here, "eur") == (one.amount_cents, one.currency):
            return None
        return Difference(OTHER_SUM, one.intent_id, one.amount_cents, one.at, here=here)
    attempt_id = _to_ask(session, one, practice_id=practice_id)
    if attempt_id is not None:
        return Difference(
            MISSING_HERE, one.intent_id, one.amount_cents, one.at, attempt_id=attempt_id
        )
    kind = NOBODYS if one.currency == "eur" else OTHER_CURRENCY
    return Difference(kind, one.intent_id, one.amount_cents, one.at)


def _to_ask(session: Session, one: Charged, *, practice_id: int) -> UUID | None:
    """The attempt behind money that is not booked. One that was paid otherwise already did not ask for
    this, whatever it says."""
    attempt_id = attempt_asking(session, one.reference, practice_id=practice_id)
    if attempt_id is None:
        return session.scalar(
            select(PaymentAttempt.id).where(
                PaymentAttempt.practice_id == practice_id,
                PaymentAttempt.processor_intent == one.intent_id,
            )
        )
    attempt = session.get_one(PaymentAttempt, (practice_id, attempt_id), populate_existing=True)
    return None if attempt.status in ("succeeded", "saved") else attempt_id
