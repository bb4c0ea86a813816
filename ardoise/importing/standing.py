"""What stands against taking an import back: whatever happened since about what it booked."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from ardoise.importing.context import chunks
from shared.accounts import Account
from shared.aid import AidRequest
from shared.billing import Invoice
from shared.delivery import Notice
from shared.imports import ImportTouch
from shared.messages import Message
from shared.orders import MoneyOrder
from shared.payments import AttemptShare, CreditUse, Payment, PaymentAttempt, PaymentShare
from shared.plans import Plan, PlanInvoice

PAID = "un paiement"
PAYING = "un paiement en cours"
CREDITED = "un avoir utilisé"
PLANNED = "un paiement étalé"
ORDERED = "une demande d’argent de l’équipe"
WRITTEN = "un message"
NOTICED = "un envoi prévu ou parti"
HELPED = "une demande d’aide"
ERASED = "des données effacées"
MOVED = "un reste dû changé depuis"

_UNDER_WAY = ("created", "redirected", "processing")
_NEVER_WENT = ("withheld", "failed", "bounced")
_STATED = ("source_left_cents", "unacknowledged_cents", "open_cents")


def standing_against(
    session: Session, touches: Sequence[ImportTouch], *, practice_id: int, since: datetime
) -> dict[UUID, list[str]]:
    """By account why an import can't be taken back, in words; empty where it can.

    ``touches`` are the import's, of its invoices; ``since`` when it was booked.
    """
    moneyed = {
        touch.subject_id: touch
        for touch in touches
        if touch.made or "source_left_cents" in touch.before
    }
    found: dict[UUID, set[str]] = defaultdict(set)
    for some in chunks(moneyed):
        for account_id, why in _of_invoices(session, some, practice_id, since):
            found[account_id].add(why)
        query = select(Invoice).where(Invoice.practice_id == practice_id, Invoice.id.in_(some))
        for invoice in session.scalars(query):
            if _moved(invoice, moneyed[invoice.id].after):
                found[invoice.account_id].add(MOVED)
    accounts = {touch.account_id for touch in moneyed.values() if touch.account_id is not None}
    for some in chunks(sorted(accounts)):
        for account_id, why in _of_accounts(session, some, practice_id, since):
            found[account_id].add(why)
    return {account_id: sorted(reasons) for account_id, reasons in found.items()}


def _moved(invoice: Invoice, after: Mapping[str, object]) -> bool:
    return any(getattr(invoice, name) != after[name] for name in _STATED)


def _of_invoices(
    session: Session, invoices: Collection[UUID], practice_id: int, since: datetime
) -> Iterator[tuple[UUID, str]]:
    """Payments, credit and plans that name these invoices."""

    def of(query: Select[UUID], why: str) -> Iterator[tuple[UUID, str]]:
        for account_id in session.scalars(query.distinct()):
            yield account_id, why

    whose = select(Invoice.account_id).where(
        Invoice.practice_id == practice_id, Invoice.id.in_(invoices)
    )
    attempts = (
        whose.join(AttemptShare, _same(AttemptShare, "invoice_id", Invoice))
        .join(PaymentAttempt, _same(AttemptShare, "attempt_id", PaymentAttempt))
        .where(PaymentAttempt.status.in_(_UNDER_WAY))
    )
    payments = (
        whose.join(PaymentShare, _same(PaymentShare, "invoice_id", Invoice))
        .join(Payment, _same(PaymentShare, "payment_id", Payment))
        .where(Payment.received_at >= since)
    )
    plans = (
        whose.join(PlanInvoice, _same(PlanInvoice, "invoice_id", Invoice))
        .join(Plan, _same(PlanInvoice, "plan_id", Plan))
        .where(Plan.made_at >= since)
    )
    credit = whose.join(CreditUse, _same(CreditUse, "invoice_id", Invoice)).where(
        CreditUse.used_at >= since
    )
    yield from of(attempts, PAYING)
    yield from of(payments, PAID)
    yield from of(plans, PLANNED)
    yield from of(credit, CREDITED)


def _same(table: Any, column: str, other: Any) -> ColumnElement[bool]:
    is_so: ColumnElement[bool] = and_(
        table.practice_id == other.practice_id, getattr(table, column) == other.id
    )
    return is_so


def _of_accounts(
    session: Session, accounts: Collection[UUID], practice_id: int, since: datetime
) -> Iterator[tuple[UUID, str]]:
    """Words, messages and wishes since, on these accounts; and that nobody's data are left on them."""
    erased = select(Account.id).where(
        Account.practice_id == practice_id,
        Account.id.in_(accounts),
        Account.erased_at.is_not(None),
    )
    for erased_id in session.scalars(erased):
        yield erased_id, ERASED
    told = (
        (MoneyOrder, MoneyOrder.asked_at, ORDERED),
        (Message, Message.at, WRITTEN),
        (AidRequest, AidRequest.asked_at, HELPED),
        (Notice, Notice.planned_at, NOTICED),
    )
    for table, at, why in told:
        query = select(table.account_id).where(
            table.practice_id == practice_id, table.account_id.in_(accounts), at >= since
        )
        if table is Notice:
            query = query.where(Notice.status.not_in(_NEVER_WENT))
        for account_id in session.scalars(query.distinct()):
            if account_id is not None:
                yield account_id, why
