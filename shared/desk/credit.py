"""Credit: money of a patient's that settled nothing when it came. It is used, or given back; never lost."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import Account, Hold, Practice, active_holds
from shared.audit import Actor, record
from shared.base.clock import local_date
from shared.base.ids import new_id
from shared.base.money import Cents
from shared.billing import Invoice, note_paid_here
from shared.ledger import Entry, credit_lines, post
from shared.payments import (
    OVERPAID,
    CreditUse,
    Payment,
    Refund,
    left_of_credit,
    open_payables,
)
from shared.worklist import NewTask, close_tasks, open_tasks

CREDIT_USE = "credit_use"  # the kind of its entries in the journal


@dataclass(frozen=True, slots=True)
class CreditLeft:
    """A payment and what of it is still credit, but for what is ``kept`` to be given back."""

    payment: Payment
    cents: Cents
    kept: Cents = 0


def credit_of(session: Session, *, practice_id: int, account_id: UUID) -> list[CreditLeft]:
    """What an account has as credit, by payment, the oldest first."""
    left = left_of_credit()
    rows = session.execute(
        select(Payment, left)
        .where(
            Payment.practice_id == practice_id,
            Payment.account_id == account_id,
            Payment.cancelled_on.is_(None),
            left > 0,
        )
        .order_by(Payment.received_at, Payment.id)
    )
    return [CreditLeft(payment, int(cents)) for payment, cents in rows]


def usable_credit(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    asked: Mapping[UUID, Cents] | None = None,
) -> list[CreditLeft]:
    """What of an account's credit nobody is about to give back, by payment, the oldest first.

    A refund takes the credit of its payment first: what waits at the processor is kept for it, and what
    is ``asked`` for, by payment.
    """
    waiting = session.execute(
        select(Refund.payment_id, func.sum(Refund.amount_cents))
        .where(
            Refund.practice_id == practice_id,
            Refund.account_id == account_id,
            Refund.status == "pending",
        )
        .group_by(Refund.payment_id)
    )
    kept = dict(asked or {})
    for payment_id, cents in waiting:
        kept[payment_id] = kept.get(payment_id, 0) + int(cents)
    left = credit_of(session, practice_id=practice_id, account_id=account_id)
    back = {one.payment.id: kept.get(one.payment.id, 0) for one in left}
    return [
        CreditLeft(one.payment, one.cents - back[one.payment.id], back[one.payment.id])
        for one in left
        if one.cents > back[one.payment.id]
    ]


def usable_on(
    session: Session, *, practice_id: int, account_id: UUID, holds: Sequence[Hold] | None = None
) -> dict[UUID, Cents]:
    """What credit may settle now, by invoice, the oldest due first.

    Not what is being paid already, nor what is set aside: an invoice that is held, what a refund opened
    and a person first looks at, all of it while the account's debt is disputed. ``holds`` are all of the
    account's, for who has read them already.
    """
    if holds is None:
        holds = active_holds(session, practice_id=practice_id, account_id=account_id)
    if any(
        hold.kind == "dispute" and hold.invoice_id is None and hold.status == "active"
        for hold in holds
    ):
        return {}
    payables = open_payables(session, practice_id=practice_id, account_id=account_id)
    return {p.invoice_id: p.cents for p in payables if p.cents and not p.held}


def use_credit(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    actor: Actor,
    at: datetime,
    asked: Mapping[UUID, Cents] | None = None,
) -> list[CreditUse]:
    """Settle what may be settled with what there is of credit, but for what is to be given back:
    ``asked`` for, by payment, or on its way. Called under the account's lock.

    Nothing is used where nothing is there or nothing is owed; a task of credit that is gone is closed.
    """
    open_now = usable_on(session, practice_id=practice.id, account_id=account.id)
    uses = []
    for source in usable_credit(
        session, practice_id=practice.id, account_id=account.id, asked=asked
    ):
        left = source.cents
        for invoice_id, cents in open_now.items():
            part = min(left, cents)
            if part > 0:
                uses.append(_use(session, practice, source.payment, invoice_id, part, at))
                open_now[invoice_id] -= part
                left -= part
        if not left and not source.kept:
            close_tasks(
                session,
                OVERPAID,
                practice_id=practice.id,
                key=str(source.payment.id),
                event="done",
                actor=actor,
                at=at,
            )
    _book(session, uses, practice_id=practice.id, account=account, actor=actor, at=at)
    return uses


def _use(
    session: Session,
    practice: Practice,
    payment: Payment,
    invoice_id: UUID,
    cents: Cents,
    at: datetime,
) -> CreditUse:
    use = CreditUse(
        practice_id=practice.id,
        id=new_id(),
        account_id=payment.account_id,
        payment_id=payment.id,
        invoice_id=invoice_id,
        amount_cents=cents,
        used_at=at,
        booked_on=local_date(at, practice.timezone),
    )
    session.add(use)
    return use


def _book(
    session: Session,
    uses: Collection[CreditUse],
    *,
    practice_id: int,
    account: Account,
    actor: Actor,
    at: datetime,
) -> None:
    entries = []
    for use in uses:
        invoice = session.get_one(Invoice, (practice_id, use.invoice_id))
        note_paid_here(invoice, use.amount_cents)
        entries.append(
            Entry(
                kind=CREDIT_USE,
                cause=f"credit:{use.id}",
                booked_on=use.booked_on,
                lines=credit_lines(account.id, use.invoice_id, use.amount_cents),
            )
        )
        record(
            session,
            practice_id=practice_id,
            account_id=account.id,
            kind="credit.used",
            actor=actor,
            at=at,
            cents=use.amount_cents,
            number=invoice.number,
        )
    post(session, entries, practice_id=practice_id, actor=actor, at=at)


def remind_of_credit(
    session: Session,
    accounts: Collection[UUID],
    *,
    practice: Practice,
    actor: Actor,
    at: datetime,
) -> int:
    """Something new is owed on these accounts: what they have as credit is somebody's work again."""
    if not accounts:
        return 0
    rows = session.execute(
        select(Payment.id, Payment.account_id).where(
            Payment.practice_id == practice.id,
            Payment.account_id.in_(accounts),
            Payment.cancelled_on.is_(None),
            Payment.credit_cents > 0,
            left_of_credit() > 0,
        )
    ).all()
    return open_tasks(
        session,
        OVERPAID,
        [NewTask(account_id, str(payment_id)) for payment_id, account_id in rows],
        practice_id=practice.id,
        due_on=local_date(at, practice.timezone),
        actor=actor,
        at=at,
    )
