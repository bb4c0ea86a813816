"""What was given back, what a bank took, and what of it came back after all, as the journal has it."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, func, literal, not_, or_, select
from sqlalchemy.orm import Session, aliased

from ardoise.export_moves import Move, debtor_ref, with_patient
from ardoise.export_natures import of_refund
from ardoise.export_period import Period
from shared.accounts import Party
from shared.billing import Invoice
from shared.ledger import AT_BANK, HOLDERS, TAKEN_TWICE, JournalEntry, JournalLine
from shared.orders import REFUND, MoneyOrder
from shared.payments import DESK_REFUND, OF_DISPUTE, Payment, Refund
from shared.reversals import REFUND_CAUSES, REFUND_KINDS


def given_back(session: Session, practice_id: int, period: Period) -> Iterator[Move]:
    """From the journal, which keeps what was booked even when the money came back; the oldest first."""
    patient = aliased(Party)
    query = (
        select(
            JournalEntry,
            JournalLine,
            Payment,
            Refund,
            Invoice.number,
            func.coalesce(patient.external_ref, debtor_ref()).label("external_ref"),
            _asked_as("goodwill").label("is_goodwill"),
        )
        .join(
            JournalLine,
            and_(
                JournalLine.practice_id == JournalEntry.practice_id,
                JournalLine.entry_id == JournalEntry.id,
                JournalLine.ledger_account.not_in(HOLDERS | {AT_BANK}),
            ),
        )
        .join(
            Refund,
            and_(
                Refund.practice_id == JournalEntry.practice_id,
                JournalEntry.cause.in_([kind + Refund.processor_ref for kind in REFUND_CAUSES]),
            ),
        )
        .join(
            Payment,
            and_(Payment.practice_id == Refund.practice_id, Payment.id == Refund.payment_id),
        )
        .where(
            JournalEntry.practice_id == practice_id,
            JournalEntry.kind.in_(REFUND_KINDS),
            *period.holds(JournalEntry.at),
        )
        .order_by(
            JournalEntry.booked_on, JournalEntry.at, JournalEntry.id, Invoice.due_on, Invoice.number
        )
    )
    for entry, line, payment, refund, number, ref, is_goodwill in session.execute(
        with_patient(query, patient).execution_options(yield_per=1000)
    ):
        yield Move(
            payment,
            entry.booked_on,
            number or "",
            ref or "",
            -line.amount_cents,
            of_refund(
                refund.kind,
                is_goodwill=is_goodwill,
                is_back=entry.cause.startswith(REFUND_CAUSES[1]),
                beyond=line.ledger_account == TAKEN_TWICE,
            ),
            _reference(refund),
            refund.method,
        )


def _asked_as(reason: str) -> ColumnElement[bool]:
    """Whether staff asked for a refund with this reason. The processor's refunds bear no order here:
    theirs is one of the same payment and sum, if all such orders were asked for with this reason."""
    order = aliased(MoneyOrder)
    by_hand = Refund.processor_ref == literal(DESK_REFUND) + order.idempotency_key
    there = and_(
        Refund.method.is_(None),
        order.payment_id == Refund.payment_id,
        order.amount_cents == Refund.amount_cents,
    )
    orders = (
        select(order.id)
        .where(
            order.practice_id == Refund.practice_id,
            order.kind == REFUND,
            order.status.in_(("sent", "done")),
            or_(by_hand, there),
        )
        .correlate(Refund)
    )
    return and_(
        orders.where(order.reason == reason).exists(),
        not_(orders.where(order.reason != reason).exists()),
    )


def _reference(refund: Refund) -> str:
    """The processor's name of it; none of what staff handed back, which the receipt's number names."""
    if refund.by_hand:
        return ""
    # a bank that takes the same again is one dispute there, with a number of ours behind its name
    return (
        refund.processor_ref.partition(":")[0]
        if refund.kind == OF_DISPUTE
        else refund.processor_ref
    )
