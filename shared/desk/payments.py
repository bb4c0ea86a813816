"""Money that came at the desk: cash, cheque, the desk's own card terminal, a transfer seen at the bank.

A person says that it is here, so that a person can say that it was not: by a counter-entry, never by
taking the first entry away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.audit import Actor, record
from shared.base.clock import at_local, local_date
from shared.base.errors import ArdoiseError
from shared.base.money import Cents
from shared.billing import Invoice, note_paid_here
from shared.ledger import (
    CASH,
    CHEQUES,
    TERMINAL,
    TRANSFERS,
    Entry,
    adjustment_lines,
    post,
    taken_back_lines,
)
from shared.payments import (
    OVERPAID,
    Money,
    Payment,
    Refund,
    book_money,
    kept_of_invoice,
    report_credit,
)
from shared.reversals import money_left
from shared.worklist import close_tasks

HELD_BY: Mapping[str, str] = {
    "cash": CASH,
    "cheque": CHEQUES,
    "terminal": TERMINAL,
    "transfer": TRANSFERS,
}
"""Which account of the journal has the money, by method."""
DESK_KINDS = ("desk_payment", "desk_payment_back")  # entries of the journal: in, and cancelled
DESK_CAUSES = ("payment:", "payment_back:")  # with the payment's name


class CancelRefusedError(ArdoiseError):
    """A payment can't be cancelled; ``reason`` is not_desk, cancelled or given_back."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class AtDesk:
    """What somebody says that came: ``ref`` names their saying so, and is booked once. ``day`` is the
    practice's."""

    ref: str
    method: str
    cents: Cents
    day: date
    said_at: datetime
    reference: str | None = None


def receive_at_desk(
    session: Session,
    came: AtDesk,
    *,
    practice: Practice,
    account: Account,
    actor: Actor,
    at: datetime,
) -> Payment:
    """Book money that came at the desk. Called under the account's lock; saying it twice does it once."""
    known = session.scalar(
        select(Payment).where(Payment.practice_id == practice.id, Payment.processor_ref == came.ref)
    )
    if known is not None:
        return known
    today = local_date(came.said_at, practice.timezone) == came.day
    payment = book_money(
        session,
        Money(
            kind=DESK_KINDS[0],
            held=HELD_BY[came.method],
            method=came.method,
            cents=came.cents,
            ref=came.ref,
            received_at=came.said_at if today else at_local(came.day, 12, 0, practice.timezone),
            booked_on=came.day,
            reference=came.reference,
        ),
        practice=practice,
        account=account,
        meant=(),
        actor=actor,
        at=at,
    )
    record(
        session,
        practice_id=practice.id,
        account_id=account.id,
        kind="payment.received",
        actor=actor,
        at=at,
        cents=payment.amount_cents,
        method=payment.method,
        receipt=payment.number,
    )
    if payment.credit_cents:
        report_credit(
            session,
            practice=practice,
            payment=payment,
            cents=payment.credit_cents,
            at=at,
            actor=actor,
        )
    return payment


def check_cancel(session: Session, payment: Payment) -> None:
    """Raises CancelRefusedError unless a payment can be cancelled: one of the desk, whole.

    Of one that was given back in part the money did come, so that the rest is given back likewise.
    """
    if payment.method not in HELD_BY:
        raise CancelRefusedError("not_desk")
    if payment.cancelled_on is not None:
        raise CancelRefusedError("cancelled")
    given_back = session.scalar(
        select(Refund.id)
        .where(
            Refund.practice_id == payment.practice_id,
            Refund.payment_id == payment.id,
            or_(Refund.status != "failed", Refund.booked_on.is_not(None)),
        )
        .limit(1)
    )
    if given_back is not None:
        raise CancelRefusedError("given_back")


def cancel_at_desk(
    session: Session,
    payment: Payment,
    *,
    practice: Practice,
    account: Account,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    """The money was none: what the payment settled, at once or by its credit later, is owed again.

    Called under the account's lock. Raises CancelRefusedError.
    """
    check_cancel(session, payment)
    left = money_left(session, payment)
    today = local_date(at, practice.timezone)
    listed = []
    for invoice_id, cents in left.shares.items():
        invoice = session.get_one(Invoice, (practice.id, invoice_id))
        known = _in_the_list(session, invoice, cents)
        note_paid_here(invoice, known - cents)
        if known:
            listed.append(_listed(session, payment, invoice, known, actor=actor, at=at, on=today))
    entry = Entry(
        kind=DESK_KINDS[1],
        cause=DESK_CAUSES[1] + payment.processor_ref,
        booked_on=today,
        lines=taken_back_lines(HELD_BY[payment.method], account.id, left.shares, left.credit),
    )
    payment.cancelled_on = today
    post(session, [entry, *listed], practice_id=practice.id, actor=actor, at=at)
    record(
        session,
        practice_id=practice.id,
        account_id=account.id,
        kind="payment.cancelled",
        actor=actor,
        at=at,
        cents=payment.amount_cents,
        receipt=payment.number,
        reason=reason,
    )
    close_tasks(
        session,
        OVERPAID,
        practice_id=practice.id,
        key=str(payment.id),
        event="vanished",
        actor=actor,
        at=at,
    )


def _in_the_list(session: Session, invoice: Invoice, cents: Cents) -> Cents:
    """How much of what an invoice loses the practice's list counts as owed already: it was corrected
    there first."""
    stated = max(invoice.patient_cents, invoice.source_left_cents)
    above = invoice.open_cents + kept_of_invoice(session, invoice) - stated
    return min(cents, max(above, 0))


def _listed(
    session: Session,
    payment: Payment,
    invoice: Invoice,
    cents: Cents,
    *,
    actor: Actor,
    at: datetime,
    on: date,
) -> Entry:
    """What the list had opened before is not opened a second time."""
    record(
        session,
        practice_id=payment.practice_id,
        account_id=payment.account_id,
        kind="invoice.adjusted",
        actor=actor,
        at=at,
        number=invoice.number,
        id=str(invoice.id),
        cents=-cents,
    )
    return Entry(
        kind="adjustment",
        cause=f"cancel_listed:{payment.id}:{invoice.id}",
        booked_on=on,
        lines=adjustment_lines(payment.account_id, invoice.id, -cents),
    )
