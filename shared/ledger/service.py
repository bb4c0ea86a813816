"""Booking: the journal is written, and the two projections (open of an invoice, balance) with it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.audit import Actor, advance
from shared.base.ids import new_id
from shared.base.money import Cents
from shared.billing import INVOICE, Invoice
from shared.ledger.model import JournalEntry, JournalLine
from shared.ledger.rules import PATIENTS, Line, check_lines


@dataclass(frozen=True, slots=True)
class Entry:
    """A booking to be made. ``cause`` is unique in the practice: the same cause is never booked twice."""

    kind: str
    cause: str
    booked_on: date
    lines: tuple[Line, ...]


def post(
    session: Session, entries: Sequence[Entry], *, practice_id: int, actor: Actor, at: datetime
) -> None:
    """Book entries and move what is owed. The caller has locked the accounts that are touched.

    Raises UnbalancedEntryError for an entry that is no entry; the database refuses a known cause.
    """
    if not entries:
        return
    for entry in entries:
        check_lines(entry.lines)
    session.flush()
    _write(session, entries, practice_id=practice_id, at=at)
    _move_invoices(session, entries, practice_id=practice_id, actor=actor, at=at)
    _move_balances(session, entries, practice_id=practice_id)


def _write(session: Session, entries: Sequence[Entry], *, practice_id: int, at: datetime) -> None:
    heads: list[dict[str, object]] = []
    lines: list[dict[str, object]] = []
    for entry in entries:
        entry_id = new_id()
        heads.append(
            {
                "practice_id": practice_id,
                "id": entry_id,
                "at": at,
                "booked_on": entry.booked_on,
                "kind": entry.kind,
                "cause": entry.cause,
            }
        )
        lines.extend(
            {
                "practice_id": practice_id,
                "id": new_id(),
                "entry_id": entry_id,
                "ledger_account": line.ledger_account,
                "account_id": line.account_id,
                "invoice_id": line.invoice_id,
                "amount_cents": line.amount_cents,
            }
            for line in entry.lines
        )
    session.execute(insert(JournalEntry), heads)
    session.execute(insert(JournalLine), lines)


def _patient_lines(entries: Iterable[Entry]) -> Iterable[Line]:
    return (line for e in entries for line in e.lines if line.ledger_account == PATIENTS)


def _move_invoices(
    session: Session, entries: Sequence[Entry], *, practice_id: int, actor: Actor, at: datetime
) -> None:
    change: dict[UUID, Cents] = defaultdict(int)
    for line in _patient_lines(entries):
        if line.invoice_id is not None:
            change[line.invoice_id] += line.amount_cents
    for ids in _chunks(change):
        query = select(Invoice).where(Invoice.practice_id == practice_id, Invoice.id.in_(ids))
        for invoice in session.scalars(query):
            invoice.open_cents += change[invoice.id]
            event = _invoice_event(invoice)
            if event is not None:
                advance(
                    session,
                    invoice,
                    INVOICE,
                    event,
                    account_id=invoice.account_id,
                    actor=actor,
                    at=at,
                    number=invoice.number,
                )


def _invoice_event(invoice: Invoice) -> str | None:
    if invoice.open_cents == 0 and invoice.status == "issued":
        return "settle"
    if invoice.open_cents > 0 and invoice.status == "settled":
        return "reopen"
    return None


def _move_balances(session: Session, entries: Sequence[Entry], *, practice_id: int) -> None:
    change: dict[UUID, Cents] = defaultdict(int)
    for line in _patient_lines(entries):
        if line.account_id is not None:
            change[line.account_id] += line.amount_cents
    for ids in _chunks(change):
        query = select(Account).where(Account.practice_id == practice_id, Account.id.in_(ids))
        for account in session.scalars(query):
            account.balance_cents += change[account.id]


def _chunks(change: dict[UUID, Cents]) -> Iterable[tuple[UUID, ...]]:
    ids = iter(change)
    while chunk := tuple(islice(ids, 400)):
        yield chunk
