"""Booking money that a bank has taken, money that came back, and what the processor keeps for its work."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import release_kind
from shared.audit import PROCESSOR
from shared.base.ids import new_id
from shared.base.money import Cents
from shared.ledger import Entry, JournalEntry, fee_lines, post
from shared.payments import HELD_FOR_DISPUTE, OF_DISPUTE, OURS, Refund
from shared.reversals.booking import Booking
from shared.reversals.dispute_rules import FEE_CAUSE, FEE_KIND
from shared.reversals.dispute_tasks import LOST
from shared.reversals.model import Dispute, is_of_dispute
from shared.reversals.reading import money_left
from shared.reversals.refund_rules import split_refund
from shared.worklist import is_open


class DisputeBooking(Booking):
    """Of which payment a bank has taken the money; the account is locked."""

    def take_money(
        self, dispute: Dispute, cents: Cents, *, taken_at: datetime, stays: Cents | None = None
    ) -> None:
        """The bank has it: what it had settled is owed again, and looked at first."""
        refund = Refund(
            practice_id=self.practice.id,
            id=new_id(),
            payment_id=self.payment.id,
            account_id=self.account.id,
            kind=OF_DISPUTE,
            status="pending",
            amount_cents=cents,
            credit_cents=0,
            beyond_cents=0,
            processor_ref=self._next_name(dispute),
            refunded_at=taken_at,
            moved_at=self.at,
        )
        self.session.add(refund)
        self.session.flush()
        left = money_left(self.session, self.payment)
        split = split_refund(
            refund.amount_cents,
            credit=left.credit,
            settled=[*left.shares.items()],
            disputed=True,
        )
        self.move_money(refund, "succeed", split, stays=stays)
        dispute.refund_id = refund.id
        dispute.taken_cents = cents

    def _next_name(self, dispute: Dispute) -> str:
        """What a bank takes again has the dispute's name with a number."""
        before = self.session.scalar(
            select(func.count())
            .select_from(Refund)
            .where(
                Refund.practice_id == self.practice.id,
                Refund.payment_id == self.payment.id,
                Refund.kind == OF_DISPUTE,
                is_of_dispute(Refund.processor_ref, dispute.processor_ref),
            )
        )
        return f"{dispute.processor_ref}:{before + 1}" if before else dispute.processor_ref

    def money_is_back(self, dispute: Dispute) -> None:
        """It was won: a counter-entry, and our pause ends with the last dispute to be looked at."""
        self._book_back_of(dispute)
        self.session.flush()
        if self._others_wait(dispute):
            return
        release_kind(
            self.session,
            practice_id=self.practice.id,
            account_id=self.account.id,
            kind=HELD_FOR_DISPUTE,
            actor=PROCESSOR,
            at=self.at,
            reason="dispute_won",
            placed_by=OURS,
        )

    def change_money(self, dispute: Dispute, cents: Cents, *, taken_at: datetime) -> None:
        """The bank has another part of it than it had: as if all came back and what it has now went,
        so that refunds beside it are weighed anew; of the processor only what it moved is booked."""
        stays = min(dispute.taken_cents, cents)
        self._book_back_of(dispute, stays=stays)
        self.session.flush()
        self.take_money(dispute, cents, taken_at=taken_at, stays=stays)

    def _book_back_of(self, dispute: Dispute, *, stays: Cents = 0) -> None:
        refund = self.session.get_one(Refund, (self.practice.id, dispute.refund_id))
        self.move_money(refund, "fail", stays=stays)
        dispute.taken_cents = 0

    def _others_wait(self, dispute: Dispute) -> bool:
        """Whether another dispute of the account is open, or was lost and waits for a decision."""
        others = self.session.execute(
            select(Dispute.id, Dispute.status).where(
                Dispute.practice_id == self.practice.id,
                Dispute.account_id == self.account.id,
                Dispute.id != dispute.id,
                Dispute.status.in_(("open", "lost")),
            )
        )
        return any(
            status == "open"
            or is_open(self.session, LOST, practice_id=self.practice.id, key=str(other))
            for other, status in others
        )


def keep_fee(session: Session, dispute: Dispute, fee: Cents, *, on: date, at: datetime) -> None:
    """Book what the processor keeps more, or less, than we knew."""
    if fee == dispute.fee_cents:
        return
    cause = f"{FEE_CAUSE}{dispute.processor_ref}:"
    booked = session.scalar(
        select(func.count())
        .select_from(JournalEntry)
        .where(
            JournalEntry.practice_id == dispute.practice_id,
            JournalEntry.cause.startswith(cause, autoescape=True),
        )
    )
    entry = Entry(
        kind=FEE_KIND,
        cause=f"{cause}{int(booked or 0) + 1}",
        booked_on=on,
        lines=fee_lines(dispute.account_id, fee - dispute.fee_cents),
    )
    post(session, [entry], practice_id=dispute.practice_id, actor=PROCESSOR, at=at)
    dispute.fee_cents = fee
