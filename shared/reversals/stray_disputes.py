"""Payments of nobody known that a bank disputes: the money leaves what is nobody's, and may come back.

Once staff have said whose such a payment is, its disputes are that account's (``take_disputes_of``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.audit import PROCESSOR, advance
from shared.base.clock import local_date
from shared.base.log import get_logger
from shared.base.money import Cents
from shared.ledger import JournalEntry
from shared.payments import SEIZED, SEIZED_BACK, StrayPayment, follow_stray, move_part
from shared.processor import Disputed
from shared.reversals.dispute_rules import DISPUTE
from shared.reversals.dispute_steps import (
    is_possible,
    move_dispute,
    new_dispute,
    note_dispute,
    stages_since,
)
from shared.reversals.dispute_tasks import CONTESTED, ask_to_answer, forget
from shared.reversals.model import Dispute, is_of_dispute

log = get_logger(__name__)


def take_disputes_of_stray(
    session: Session,
    stray: StrayPayment,
    told: Iterable[Disputed],
    *,
    practice: Practice,
    at: datetime,
) -> None:
    """Take over how disputes of money that is nobody's yet stand. The caller has locked its row; saying
    it twice does it once."""
    if stray.status == "assigned":  # they are then disputes of the payment that it became
        return
    taking = _OfNobodys(session, practice, stray, at)
    for one in sorted(told, key=lambda one: (one.at, one.dispute_id)):
        taking.take(one)
    follow_stray(session, stray, practice=practice, at=at)


@dataclass(frozen=True, slots=True)
class _OfNobodys:
    """Disputes of one payment of nobody known, as the processor tells of them."""

    session: Session
    practice: Practice
    stray: StrayPayment
    at: datetime

    def take(self, told: Disputed) -> None:
        """Take over one dispute as it stands."""
        dispute = self.session.scalar(
            select(Dispute).where(
                Dispute.practice_id == self.practice.id, Dispute.processor_ref == told.dispute_id
            )
        )
        if not self._fits(told, dispute):
            # once the payment is an account's, a person is asked to compare
            log.error("dispute.mismatch", dispute=told.dispute_id)
            return
        if dispute is None:
            dispute = new_dispute(self.practice, told, at=self.at)
            dispute.stray_id = self.stray.id
            note_dispute(
                self.session, dispute, told, practice=self.practice, receipt="", at=self.at
            )
        for stage in stages_since(dispute, told):
            self._stage(dispute, stage)

    def _stage(self, dispute: Dispute, told: Disputed) -> None:
        move_dispute(
            self.session,
            dispute,
            told,
            move=lambda event: self._move(dispute, event, told),
            change=lambda: self._hold(dispute, told.taken_cents, on=self._day(self.at)),
            today=self._day(self.at),
            at=self.at,
        )

    def _fits(self, told: Disputed, dispute: Dispute | None) -> bool:
        """Whether this may be about this money."""
        if dispute is not None and dispute.stray_id != self.stray.id:
            return False
        return is_possible(told, dispute, of_cents=self.stray.amount_cents)

    def _move(self, dispute: Dispute, event: str, told: Disputed) -> None:
        advance(
            self.session,
            dispute,
            DISPUTE,
            event,
            account_id=None,
            actor=PROCESSOR,
            at=self.at,
            cents=dispute.amount_cents,
        )
        forget(self.session, CONTESTED, dispute, at=self.at)
        if event == "take":
            dispute.closed_at = None
            dispute.respond_by = told.respond_by
            gone = told.taken_cents or dispute.amount_cents
            self._hold(dispute, gone, on=self._day(told.taken_at or told.at))
            if told.standing == "open":
                ask_to_answer(self.session, dispute, practice=self.practice, at=self.at)
            return
        dispute.closed_at = self.at
        if event == "win":
            self._hold(dispute, 0, on=self._day(self.at))

    def _hold(self, dispute: Dispute, cents: Cents, *, on: date) -> None:
        """The bank has so much of it now: what went since is booked, or what came back."""
        back = dispute.taken_cents - cents
        name = f"{SEIZED_BACK if back > 0 else SEIZED}{self.stray.processor_ref}"
        before = self.session.scalar(
            select(func.count())
            .select_from(JournalEntry)
            .where(
                JournalEntry.practice_id == self.practice.id,
                is_of_dispute(JournalEntry.cause, f"{name}:{dispute.processor_ref}"),
            )
        )
        cause = f"{name}:{dispute.processor_ref}" + (f":{before + 1}" if before else "")
        move_part(self.session, self.stray, cause, back, on=on, at=self.at)
        dispute.taken_cents = cents

    def _day(self, at: datetime) -> date:
        return local_date(at, self.practice.timezone)


def disputes_of_strays(
    session: Session, strays: Sequence[UUID], *, practice_id: int
) -> dict[UUID, list[Dispute]]:
    """The disputes by which banks have money of these payments that are nobody's: open or lost."""
    found: dict[UUID, list[Dispute]] = {stray_id: [] for stray_id in strays}
    query = select(Dispute).where(
        Dispute.practice_id == practice_id,
        Dispute.stray_id.in_(found),
        Dispute.payment_id.is_(None),
        Dispute.status.in_(("open", "lost")),
    )
    for dispute in session.scalars(query.order_by(Dispute.opened_at, Dispute.id)):
        if dispute.stray_id is not None:
            found[dispute.stray_id].append(dispute)
    return found


def nobodys_disputes_under_way(session: Session, *, practice_id: int) -> list[Dispute]:
    """Those of payments of nobody known in which the bank still asks, or has the money and decides."""
    query = (
        select(Dispute)
        .where(
            Dispute.practice_id == practice_id,
            Dispute.stray_id.is_not(None),
            Dispute.payment_id.is_(None),
            Dispute.status.in_(("inquiry", "open")),
        )
        .order_by(Dispute.opened_at, Dispute.id)
    )
    return list(session.scalars(query))


def is_contested(session: Session, stray: StrayPayment) -> bool:
    """Whether a bank has money of this payment, and is still deciding."""
    return any(
        dispute.status == "open"
        for dispute in disputes_of_strays(session, [stray.id], practice_id=stray.practice_id)[
            stray.id
        ]
    )
