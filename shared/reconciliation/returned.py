"""What went back of money at the processor, by refunds and by banks: its lists held against what we have."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import get_practice
from shared.base.clock import local_date
from shared.base.money import Cents
from shared.ledger import PROCESSOR, JournalEntry, JournalLine
from shared.payments import (
    OF_REFUND,
    RETURN,
    Payment,
    Refund,
    StrayPayment,
    payment_named,
)
from shared.processor import BANK_DEBIT, CARD, Disputed, Refunded
from shared.reconciliation.difference import (
    DISPUTE_MISSING,
    DISPUTE_OTHER,
    DISPUTE_UNKNOWN,
    REFUND_FAILED,
    REFUND_MISSING,
    REFUND_SUM,
    REFUND_UNKNOWN,
    Difference,
    Stood,
)
from shared.reconciliation.known import knows_refunds, knows_refunds_of
from shared.reversals import Dispute

BANKS_TAKE = timedelta(days=180)  # to decide: what they decide now was opened as long ago


@dataclass(frozen=True, slots=True)
class Gone:
    """A refund or a dispute of ours, by the processor's name: of which money, how much, since when."""

    part: str
    intent_id: str
    cents: Cents
    at: datetime


def refunds_between(
    session: Session, *, practice_id: int, since: datetime, until: datetime
) -> list[Gone]:
    """What we have as given back by the processor in a time; read before it is asked, which then must
    list all of it."""
    rows = session.execute(
        select(Refund.processor_ref, Payment.processor_ref, Refund.amount_cents, Refund.refunded_at)
        .join(
            Payment,
            (Payment.practice_id == Refund.practice_id) & (Payment.id == Refund.payment_id),
        )
        .where(
            Refund.practice_id == practice_id,
            Refund.kind == OF_REFUND,
            Refund.status != "failed",
            Payment.method.in_((CARD, BANK_DEBIT)),
            Refund.refunded_at >= since,
            Refund.refunded_at < until,
        )
    )
    timezone = get_practice(session, practice_id).timezone
    moment = timedelta(microseconds=1)
    days = (local_date(since - moment, timezone), local_date(until - moment, timezone))
    return [*(Gone(*row) for row in rows), *_returns(session, days, practice_id=practice_id)]


def _returns(session: Session, days: tuple[date, date], *, practice_id: int) -> Iterator[Gone]:
    """The same of money that is nobody's, of which the journal alone tells; after the first day, to the
    last."""
    after, last = days
    rows = session.execute(
        select(JournalEntry.cause, JournalEntry.at, func.sum(-JournalLine.amount_cents))
        .join(
            JournalLine,
            (JournalLine.practice_id == JournalEntry.practice_id)
            & (JournalLine.entry_id == JournalEntry.id),
        )
        .where(
            JournalEntry.practice_id == practice_id,
            JournalEntry.kind == RETURN[:-1],
            JournalLine.ledger_account == PROCESSOR,
            JournalEntry.booked_on > after,
            JournalEntry.booked_on <= last,
        )
        .group_by(JournalEntry.cause, JournalEntry.at)
    )
    for cause, at, cents in rows:
        _, intent_id, part = cause.split(":")
        yield Gone(part, intent_id, int(cents), at)


def disputes_between(
    session: Session, *, practice_id: int, since: datetime, until: datetime
) -> list[Gone]:
    """What we have as opened by banks in a time; read before the processor is asked, too."""
    rows = session.execute(
        select(
            Dispute.processor_ref,
            func.coalesce(Payment.processor_ref, StrayPayment.processor_ref),
            Dispute.amount_cents,
            Dispute.opened_at,
        )
        .outerjoin(
            Payment,
            (Payment.practice_id == Dispute.practice_id) & (Payment.id == Dispute.payment_id),
        )
        .outerjoin(
            StrayPayment,
            (StrayPayment.practice_id == Dispute.practice_id)
            & (StrayPayment.id == Dispute.stray_id),
        )
        .where(
            Dispute.practice_id == practice_id,
            Dispute.opened_at >= since,
            Dispute.opened_at < until,
        )
    )
    return [Gone(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Returned:
    """What the processor said of refunds and disputes, and what was ours before it was asked, at
    ``asked_at``: only what moved here since then may be further along than it says."""

    asked_at: datetime
    refunded: Sequence[Refunded]
    disputed: Sequence[Disputed]
    our_refunds: Sequence[Gone]
    our_disputes: Sequence[Gone]

    def differences(
        self,
        session: Session,
        *,
        practice_id: int,
        asked: Mapping[str, UUID],
        skipped: Collection[str],
    ) -> list[Difference]:
        """``asked`` are attempts behind money that is not booked yet: what went back comes with it; what
        is of ``skipped`` money can't be booked."""
        found = [*self._unlisted()]
        for refund in self.refunded:
            if refund.intent_id not in skipped:
                found += self._of_refund(session, refund, practice_id=practice_id, asked=asked)
        for dispute in self.disputed:
            if dispute.intent_id not in skipped:
                found += self._of_dispute(session, dispute, practice_id=practice_id, asked=asked)
        return found

    def _unlisted(self) -> Iterator[Difference]:
        listed = {one.refund_id: one for one in self.refunded}
        for ours in self.our_refunds:
            told = listed.get(ours.part)
            if told is None:
                yield _ours(REFUND_MISSING, ours, ours.cents)
            elif told.amount_cents != ours.cents:
                yield _ours(REFUND_SUM, ours, told.amount_cents)
        named = {one.dispute_id for one in self.disputed}
        for ours in self.our_disputes:
            if ours.part not in named:
                yield _ours(DISPUTE_MISSING, ours, ours.cents)

    def _of_refund(
        self, session: Session, told: Refunded, *, practice_id: int, asked: Mapping[str, UUID]
    ) -> Iterable[Difference]:
        intent_id = told.intent_id or ""
        payment = payment_named(session, intent_id, practice_id=practice_id)
        if payment is not None:
            known = knows_refunds_of(session, payment, [told], asked_at=self.asked_at)
        else:
            stray = session.scalar(
                select(StrayPayment).where(
                    StrayPayment.practice_id == practice_id, StrayPayment.processor_ref == intent_id
                )
            )
            # where nothing came of it here, one that failed took nothing either
            known = (
                knows_refunds(session, stray, [told], asked_at=self.asked_at)
                if stray
                else told.status != "succeeded"
            )
        if not known:
            yield Difference(
                REFUND_FAILED if told.status == "failed" else REFUND_UNKNOWN,
                intent_id,
                told.amount_cents,
                told.at,
                attempt_id=payment.attempt_id if payment is not None else asked.get(intent_id),
                part=told.refund_id,
                told=told,
            )

    def _of_dispute(
        self, session: Session, told: Disputed, *, practice_id: int, asked: Mapping[str, UUID]
    ) -> Iterable[Difference]:
        intent_id = told.intent_id or ""
        ours = session.scalar(
            select(Dispute).where(
                Dispute.practice_id == practice_id, Dispute.processor_ref == told.dispute_id
            )
        )
        if ours is not None and _stands_so(ours, told, asked_at=self.asked_at):
            return
        payment = payment_named(session, intent_id, practice_id=practice_id)
        yield Difference(
            DISPUTE_UNKNOWN if ours is None else DISPUTE_OTHER,
            intent_id,
            told.amount_cents if ours is None else told.taken_cents + told.fee_cents,
            told.at,
            here=0 if ours is None else ours.taken_cents + ours.fee_cents,
            attempt_id=payment.attempt_id if payment is not None else asked.get(intent_id),
            part=told.dispute_id,
            told=told,
            known=Stood(ours.status, ours.taken_cents, ours.fee_cents) if ours else None,
        )


def _ours(kind: str, ours: Gone, cents: Cents) -> Difference:
    return Difference(kind, ours.intent_id, cents, ours.at, here=ours.cents, part=ours.part)


def _stands_so(ours: Dispute, told: Disputed, *, asked_at: datetime) -> bool:
    """Whether we know it as it is told, or what came of it since the processor was asked."""
    same = (ours.status, ours.taken_cents, ours.fee_cents) == (
        told.standing,
        told.taken_cents,
        told.fee_cents,
    )
    return same or (ours.moves > told.moves and ours.moved_at >= asked_at)
