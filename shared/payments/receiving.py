"""Money is here: it settles what is open, the rest is the patient's credit. The one way to book it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.audit import Actor
from shared.base.ids import new_id
from shared.base.money import Cents
from shared.billing import Invoice, note_paid_here
from shared.ledger import Entry, post, received_lines
from shared.payments.model import Payment, PaymentShare
from shared.payments.receipt_numbers import next_receipt_number
from shared.payments.rules import split_received


@dataclass(frozen=True, slots=True)
class Money:
    """What came: how, how much, when. ``ref`` names it and is booked once; ``held`` is the account of
    the journal that has it now, ``kind`` the entry's."""

    kind: str
    held: str
    method: str
    cents: Cents
    ref: str
    received_at: datetime
    booked_on: date
    attempt_id: UUID | None = None
    reference: str | None = None


def book_money(
    session: Session,
    money: Money,
    *,
    practice: Practice,
    account: Account,
    meant: Sequence[tuple[UUID, Cents]],
    actor: Actor,
    at: datetime,
) -> Payment:
    """Book money that came: first on what it is ``meant`` for, then on what else is open, the oldest
    due first. Called under the account's lock; the caller reports what is left over."""
    invoices = {
        i.id: i
        for i in session.scalars(
            select(Invoice)
            .where(
                Invoice.practice_id == account.practice_id,
                Invoice.account_id == account.id,
                Invoice.status == "issued",
            )
            .order_by(Invoice.due_on, Invoice.number)
        )
    }
    split = split_received(money.cents, meant, {i.id: i.open_cents for i in invoices.values()})
    for invoice_id, cents in split.shares.items():
        note_paid_here(invoices[invoice_id], cents)
    entry = Entry(
        kind=money.kind,
        cause=f"payment:{money.ref}",
        booked_on=money.booked_on,
        lines=received_lines(money.held, account.id, split.shares, split.credit),
    )
    post(session, [entry], practice_id=account.practice_id, actor=actor, at=at)
    payment = Payment(
        practice_id=account.practice_id,
        id=new_id(),
        account_id=account.id,
        attempt_id=money.attempt_id,
        method=money.method,
        amount_cents=money.cents,
        credit_cents=split.credit,
        left_cents=account.balance_cents,
        processor_ref=money.ref,
        number=next_receipt_number(session, practice.id, money.booked_on.year),
        received_at=money.received_at,
        booked_on=money.booked_on,
        reference=money.reference,
    )
    session.add(payment)
    session.flush()
    for invoice_id, cents in split.shares.items():
        session.add(
            PaymentShare(
                practice_id=payment.practice_id,
                payment_id=payment.id,
                invoice_id=invoice_id,
                amount_cents=cents,
            )
        )
    return payment
