"""Payments that a bank disputes: found with their payment, each step of each taken over once.

While the bank has the money it counts as given back (``Refund`` of the kind dispute), so that what it
had settled is owed again, but nobody is asked for it until a person has looked.
"""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.audit import PROCESSOR, advance
from shared.base.log import get_logger
from shared.payments import Payment, PaymentAttempt, StrayPayment, payment_of_attempt
from shared.processor import Disputed
from shared.reversals.dispute_booking import DisputeBooking
from shared.reversals.dispute_rules import DISPUTE
from shared.reversals.dispute_steps import (
    is_possible,
    move_dispute,
    new_dispute,
    note_dispute,
    stages_since,
)
from shared.reversals.dispute_tasks import CONTESTED, LOST, ODD, ask_to_answer, forget
from shared.reversals.model import Dispute
from shared.worklist import is_done, is_known

log = get_logger(__name__)


def take_disputes(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    attempt: PaymentAttempt,
    told: Iterable[Disputed],
    at: datetime,
) -> int:
    """Take over how disputes of an attempt's money stand. Called under the account's lock; saying it
    twice does it once. Returns how many moved."""
    in_turn = [*told]
    if not in_turn:
        return 0
    payment = payment_of_attempt(session, practice_id=practice.id, attempt_id=attempt.id)
    if payment is None:  # nothing of it was booked, so that nothing is to be booked back
        return 0
    return take_disputes_of(
        session, practice=practice, account=account, payment=payment, told=in_turn, at=at
    )


def take_disputes_of(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    payment: Payment,
    told: Iterable[Disputed],
    at: datetime,
) -> int:
    """As ``take_disputes``, of a payment whichever way it came."""
    in_turn = sorted(told, key=lambda one: (one.at, one.dispute_id))
    taking = _Disputing(session, practice, account, payment, at)
    taking.adopt(in_turn)
    return sum(taking.take(one) for one in in_turn)


class _Disputing(DisputeBooking):
    """Disputes of one payment, as the processor tells of them."""

    def take(self, told: Disputed) -> bool:
        """Take over one dispute as it stands."""
        dispute = self.session.scalar(
            select(Dispute).where(
                Dispute.practice_id == self.practice.id, Dispute.processor_ref == told.dispute_id
            )
        )
        if not self._fits(told, dispute):
            self._set_aside(told)
            return False
        found = dispute or self._note(told)
        moved = [self._stage(found, stage) for stage in stages_since(found, told)]
        return any(moved) or dispute is None

    def _stage(self, dispute: Dispute, told: Disputed) -> bool:
        return move_dispute(
            self.session,
            dispute,
            told,
            move=lambda event: self._move(dispute, event, told),
            change=lambda: self.change_money(
                dispute, told.taken_cents, taken_at=told.taken_at or self.at
            ),
            today=self.today,
            at=self.at,
        )

    def adopt(self, told: Iterable[Disputed]) -> None:
        """What was disputed while the payment was nobody's is disputed of the account's: its fee is
        booked, its money goes again as that of any other."""
        since = {one.dispute_id: one.taken_at for one in told}
        nobodys = self.session.scalars(
            select(Dispute)
            .join(
                StrayPayment,
                (StrayPayment.practice_id == Dispute.practice_id)
                & (StrayPayment.id == Dispute.stray_id),
            )
            .where(
                Dispute.practice_id == self.practice.id,
                Dispute.payment_id.is_(None),
                StrayPayment.payment_id == self.payment.id,
            )
            .order_by(Dispute.opened_at, Dispute.id)
        )
        for dispute in nobodys.all():
            dispute.payment_id = self.payment.id
            dispute.account_id = self.account.id
            dispute.moved_at = self.at
            if dispute.status in ("open", "lost"):
                taken_at = since.get(dispute.processor_ref) or self.at
                self.take_money(dispute, dispute.taken_cents, taken_at=taken_at)
            if dispute.status in ("inquiry", "open"):
                forget(self.session, CONTESTED, dispute, at=self.at)
                ask_to_answer(self.session, dispute, practice=self.practice, at=self.at)
            if dispute.status == "lost":
                self.ask(LOST, str(dispute.id))

    def _fits(self, told: Disputed, dispute: Dispute | None) -> bool:
        """Whether this may be about money of the payment."""
        if dispute is not None and dispute.payment_id != self.payment.id:
            return False
        return told.intent_id == self.payment.processor_ref and is_possible(
            told, dispute, of_cents=self.payment.amount_cents
        )

    def _note(self, told: Disputed) -> Dispute:
        dispute = new_dispute(self.practice, told, at=self.at)
        dispute.payment_id = self.payment.id
        dispute.account_id = self.account.id
        note_dispute(
            self.session,
            dispute,
            told,
            practice=self.practice,
            receipt=self.payment.number,
            at=self.at,
        )
        return dispute

    def _move(self, dispute: Dispute, event: str, told: Disputed) -> None:
        advance(
            self.session,
            dispute,
            DISPUTE,
            event,
            account_id=self.account.id,
            actor=PROCESSOR,
            at=self.at,
            cents=dispute.amount_cents,
            receipt=self.payment.number,
        )
        forget(self.session, CONTESTED, dispute, at=self.at)
        if event == "take":
            dispute.closed_at = None
            dispute.respond_by = told.respond_by
            gone = told.taken_cents or dispute.amount_cents
            self.take_money(dispute, gone, taken_at=told.taken_at or told.at)
            if told.standing == "open":
                ask_to_answer(self.session, dispute, practice=self.practice, at=self.at)
            return
        dispute.closed_at = self.at
        if event == "lose":
            self.ask(LOST, str(dispute.id))
        if event == "win":
            forget(self.session, LOST, dispute, at=self.at)
            self.money_is_back(dispute)

    def _set_aside(self, told: Disputed) -> None:
        """Nothing is booked of what can't be ours as it is; a person is asked once."""
        log.error("dispute.mismatch", dispute=told.dispute_id)
        key = _odd_key(self.payment, told)
        if not is_done(self.session, ODD, practice_id=self.practice.id, key=key):
            self.ask(ODD, key)


def is_odd_dispute(session: Session, payment: Payment, told: Disputed) -> bool:
    """Whether what is told of this very dispute is, or was, before a person: it does not fit its
    payment."""
    return is_known(session, ODD, practice_id=payment.practice_id, key=_odd_key(payment, told))


def _odd_key(payment: Payment, told: Disputed) -> str:
    facts = (
        told.dispute_id,
        told.intent_id,
        told.amount_cents,
        told.taken_cents,
        told.currency,
    )
    return f"{payment.id}:{sha256(repr(facts).encode()).hexdigest()[:32]}"
