"""What must always be true of disputes."""

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from shared.base.invariants import Invariant
from shared.ledger import (
    AT_BANK,
    FEES,
    TAKEN_TWICE,
    UNASSIGNED,
    JournalEntry,
    JournalLine,
    booked_by_cause,
)
from shared.payments import OF_DISPUTE, SEIZED, SEIZED_BACK, Refund, StrayPayment
from shared.reversals.dispute_rules import DISPUTE, FEE_CAUSE, FEE_KIND
from shared.reversals.model import Dispute, is_of_dispute

_cause = FEE_CAUSE + Dispute.processor_ref + ":"
_is_its_fee = and_(
    JournalEntry.practice_id == Dispute.practice_id,
    JournalEntry.kind == FEE_KIND,
    func.substr(JournalEntry.cause, 1, func.length(_cause)) == _cause,
)
_fees = (
    select(Dispute.practice_id, Dispute.id, func.sum(JournalLine.amount_cents).label("cents"))
    .join(JournalEntry, _is_its_fee)
    .join(
        JournalLine,
        (JournalLine.practice_id == JournalEntry.practice_id)
        & (JournalLine.entry_id == JournalEntry.id),
    )
    .where(JournalLine.ledger_account == FEES)
    .group_by(Dispute.practice_id, Dispute.id)
    .subquery()
)
_twice = (
    select(
        JournalLine.practice_id,
        JournalLine.account_id,
        func.sum(JournalLine.amount_cents).label("cents"),
    )
    .where(JournalLine.ledger_account == TAKEN_TWICE)
    .group_by(JournalLine.practice_id, JournalLine.account_id)
    .subquery()
)
_beyond = (
    select(Refund.practice_id, Refund.account_id, func.sum(Refund.beyond_cents).label("cents"))
    .group_by(Refund.practice_id, Refund.account_id)
    .subquery()
)


def _booked(begin: str) -> ColumnElement[int]:
    """What entries of this kind booked of a dispute of nobody's money."""
    booked = booked_by_cause(UNASSIGNED, begin=begin)
    return (
        select(func.coalesce(func.sum(booked.c.cents), 0))
        .where(
            booked.c.practice_id == Dispute.practice_id,
            is_of_dispute(
                booked.c.cause, begin + StrayPayment.processor_ref + ":" + Dispute.processor_ref
            ),
        )
        .correlate(Dispute, StrayPayment)
        .scalar_subquery()
    )


INVARIANTS = (
    Invariant(
        "dispute-status",
        "every dispute is on its edge table, has money while it is open or lost only and no more than its "
        "sum, and is of a payment or of money that is nobody's; one that took an "
        "account's money names it, one that did not does not",
        select(Dispute.id).where(
            or_(
                Dispute.status.not_in(DISPUTE.statuses),
                (Dispute.taken_cents > 0) != Dispute.status.in_(("open", "lost")),
                ~Dispute.taken_cents.between(0, Dispute.amount_cents),
                Dispute.payment_id.is_(None) != Dispute.account_id.is_(None),
                Dispute.payment_id.is_(None) & Dispute.stray_id.is_(None),
                Dispute.refund_id.is_not(None)
                & (Dispute.payment_id.is_(None) | Dispute.status.in_(("inquiry", "closed"))),
                Dispute.refund_id.is_(None)
                & Dispute.payment_id.is_not(None)
                & Dispute.status.in_(("open", "lost")),
                Dispute.refund_id.is_(None)
                & Dispute.stray_id.is_(None)
                & (Dispute.status == "won"),
            )
        ),
    ),
    Invariant(
        "stray-dispute-money",
        "what a dispute took of money that is nobody's is gone while it is open or lost, and no longer",
        select(Dispute.id)
        .join(
            StrayPayment,
            (StrayPayment.practice_id == Dispute.practice_id)
            & (StrayPayment.id == Dispute.stray_id),
        )
        .where(
            Dispute.payment_id.is_(None),
            _booked(SEIZED) + _booked(SEIZED_BACK) != Dispute.taken_cents,
        ),
    ),
    Invariant(
        "booked-stray-dispute",
        "every entry of money that a bank took of nobody's is of such a dispute",
        select(JournalEntry.id)
        .outerjoin(
            StrayPayment,
            (StrayPayment.practice_id == JournalEntry.practice_id)
            & exists().where(
                Dispute.practice_id == StrayPayment.practice_id,
                Dispute.stray_id == StrayPayment.id,
                or_(
                    *(
                        is_of_dispute(
                            JournalEntry.cause,
                            begin + StrayPayment.processor_ref + ":" + Dispute.processor_ref,
                        )
                        for begin in (SEIZED, SEIZED_BACK)
                    )
                ),
            ),
        )
        .where(
            or_(*(JournalEntry.kind == begin[:-1] for begin in (SEIZED, SEIZED_BACK))),
            StrayPayment.id.is_(None),
        ),
    ),
    Invariant(
        "dispute-money",
        "what a dispute took is gone while it is open or lost, and here again once it is won",
        select(Dispute.id)
        .join(
            Refund,
            (Refund.practice_id == Dispute.practice_id) & (Refund.id == Dispute.refund_id),
        )
        .where(
            or_(
                Refund.kind != OF_DISPUTE,
                Refund.payment_id != Dispute.payment_id,
                ~is_of_dispute(Refund.processor_ref, Dispute.processor_ref),
                (Refund.status == "succeeded") & (Refund.amount_cents != Dispute.taken_cents),
                (Refund.status == "succeeded") != Dispute.status.in_(("open", "lost")),
                (Refund.status == "failed") != (Dispute.status == "won"),
            )
        ),
    ),
    Invariant(
        "disputed-money",
        "money that a bank took belongs to a dispute, and what it has now to one that says so",
        select(Refund.id)
        .outerjoin(
            Dispute,
            (Dispute.practice_id == Refund.practice_id)
            & (Dispute.payment_id == Refund.payment_id)
            & is_of_dispute(Refund.processor_ref, Dispute.processor_ref)
            & or_(Dispute.refund_id == Refund.id, Refund.status == "failed"),
        )
        .where(Refund.kind == OF_DISPUTE, Dispute.id.is_(None)),
    ),
    Invariant(
        "dispute-moved",
        "what stayed with a bank while another part moved is booked out and in, and leaves nothing",
        select(JournalLine.account_id)
        .where(JournalLine.ledger_account == AT_BANK)
        .group_by(JournalLine.practice_id, JournalLine.account_id)
        .having(func.sum(JournalLine.amount_cents) != 0),
    ),
    Invariant(
        "dispute-fee",
        "what the processor keeps for a dispute is booked, to the cent",
        select(Dispute.id)
        .outerjoin(_fees, (_fees.c.practice_id == Dispute.practice_id) & (_fees.c.id == Dispute.id))
        .where(func.coalesce(_fees.c.cents, 0) != Dispute.fee_cents),
    ),
    Invariant(
        "booked-fee",
        "every fee of the journal is of a dispute",
        select(JournalEntry.id)
        .outerjoin(Dispute, _is_its_fee)
        .where(JournalEntry.kind == FEE_KIND, Dispute.id.is_(None)),
    ),
    Invariant(
        "taken-twice",
        "what went twice of a payment is booked, to the cent",
        select(_beyond.c.account_id)
        .outerjoin(
            _twice,
            (_twice.c.practice_id == _beyond.c.practice_id)
            & (_twice.c.account_id == _beyond.c.account_id),
        )
        .where(func.coalesce(_twice.c.cents, 0) != _beyond.c.cents),
    ),
)
