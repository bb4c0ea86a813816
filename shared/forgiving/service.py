"""Booking what is given up, and reading what was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from shared.accounts import Account, Hold, Practice, release_hold
from shared.audit import Actor, record
from shared.base.clock import local_date
from shared.base.ids import new_id
from shared.base.money import Cents
from shared.billing import INVOICE_ABSENT, Invoice, note_paid_here
from shared.forgiving.model import Forgiveness
from shared.forgiving.rules import NATURES
from shared.ledger import Entry, forgiven_lines, post
from shared.payments import under_way
from shared.worklist import close_tasks

FORGIVEN = "forgiven"  # the kind of its entries in the journal
FORGIVEN_CAUSE = "forgive:"


@dataclass(frozen=True, slots=True)
class DebtLeft:
    """What may still be given up of an invoice."""

    id: UUID
    number: str
    cents: Cents


def left_to_forgive(
    session: Session, *, practice_id: int, account_id: UUID
) -> tuple[DebtLeft, ...]:
    """What is open of each invoice and not being paid just now, the oldest due first; two statements. What
    something holds back is among it: a debt that is disputed, or off the practice's list, may be given up."""
    coming = under_way(session, practice_id=practice_id, account_id=account_id)
    rows = session.execute(
        select(Invoice.id, Invoice.number, Invoice.open_cents)
        .where(
            Invoice.practice_id == practice_id,
            Invoice.account_id == account_id,
            Invoice.status == "issued",
        )
        .order_by(Invoice.due_on, Invoice.number)
    )
    left = (DebtLeft(row.id, row.number, row.open_cents - coming.get(row.id, 0)) for row in rows)
    return tuple(one for one in left if one.cents > 0)


def cents_left(debts: Iterable[DebtLeft]) -> dict[UUID, Cents]:
    """How much is left of each, by invoice, in their order."""
    return {one.id: one.cents for one in debts}


def book_forgiven(
    session: Session,
    shares: Mapping[UUID, Cents],
    *,
    order_id: UUID,
    reason: str,
    asked_at: datetime,
    practice: Practice,
    account: Account,
    actor: Actor,
    at: datetime,
) -> None:
    """Give up these shares, which the caller has found to fit, under the account's lock. The database
    refuses the same order a second time."""
    nature, today = NATURES[reason], local_date(at, practice.timezone)
    for invoice_id, cents in shares.items():
        invoice = session.get_one(Invoice, (practice.id, invoice_id))
        note_paid_here(invoice, cents)
        session.add(
            Forgiveness(
                practice_id=practice.id,
                id=new_id(),
                account_id=account.id,
                invoice_id=invoice_id,
                order_id=order_id,
                nature=nature,
                amount_cents=cents,
                asked_at=asked_at,
                forgiven_at=at,
                booked_on=today,
            )
        )
        record(
            session,
            practice_id=practice.id,
            account_id=account.id,
            kind="debt.forgiven",
            actor=actor,
            at=at,
            cents=cents,
            number=invoice.number,
            nature=nature,
        )
    entry = Entry(
        kind=FORGIVEN,
        cause=f"{FORGIVEN_CAUSE}{order_id}",
        booked_on=today,
        lines=forgiven_lines(nature, account.id, shares),
    )
    post(session, [entry], practice_id=practice.id, actor=actor, at=at)
    for invoice_id in shares:
        _end_absence(session, practice.id, invoice_id, actor=actor, at=at)


def _end_absence(
    session: Session, practice_id: int, invoice_id: UUID, *, actor: Actor, at: datetime
) -> None:
    """Of an invoice that the practice's list does not name any more and of which nothing is open now,
    nobody need find out what became of it."""
    if session.get_one(Invoice, (practice_id, invoice_id)).open_cents:
        return
    held = session.scalars(
        select(Hold).where(
            Hold.practice_id == practice_id,
            Hold.invoice_id == invoice_id,
            Hold.kind == "absent",
            Hold.status == "active",
        )
    )
    for hold in held:
        release_hold(session, hold, actor=actor, at=at, reason="forgiven")
    close_tasks(
        session,
        INVOICE_ABSENT,
        practice_id=practice_id,
        key=str(invoice_id),
        event="vanished",
        actor=actor,
        at=at,
    )


def forgiven_of(session: Session, *, practice_id: int, account_id: UUID) -> list[Forgiveness]:
    """What was given up of an account's debts, the latest first."""
    query = (
        select(Forgiveness)
        .where(Forgiveness.practice_id == practice_id, Forgiveness.account_id == account_id)
        .order_by(Forgiveness.forgiven_at.desc(), Forgiveness.id)
    )
    return list(session.scalars(query))


def forgiven_of_invoice() -> ColumnElement[Cents]:
    """Of an invoice in an outer statement: what was given up of it, in cents."""
    return (
        select(func.coalesce(func.sum(Forgiveness.amount_cents), 0))
        .where(
            Forgiveness.practice_id == Invoice.practice_id,
            Forgiveness.invoice_id == Invoice.id,
        )
        .correlate(Invoice)
        .scalar_subquery()
    )
