"""Taking a whole import back: counter entries, what it made withdrawn, what it changed as it was before.

Nothing of the journal is deleted. A value that somebody else changed since stays as it is now.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from ardoise.importing.context import chunks
from ardoise.importing.reading import DISPUTED, UNDISPUTED
from ardoise.importing.restoring import put_back
from ardoise.importing.touched import TRACED
from shared.accounts import ACCOUNT, Account, Hold, Practice
from shared.audit import Actor, Happening, TimelineEvent, advance, record, record_many
from shared.billing import INVOICE, ImportRun, Invoice
from shared.imports import ImportTouch
from shared.ledger import Entry, JournalEntry, JournalLine, Line, post
from shared.worklist import Task


@dataclass(frozen=True, slots=True)
class Undo:
    """One import being taken back, inside its one transaction; ``counts`` tells what came of it."""

    session: Session
    practice: Practice
    run: ImportRun
    actor: Actor
    at: datetime
    today: date
    counts: Counter[str] = field(default_factory=Counter)


def touches_of(session: Session, run: ImportRun) -> list[ImportTouch]:
    """All that an import made or changed."""
    query = select(ImportTouch).where(
        ImportTouch.practice_id == run.practice_id, ImportTouch.run_id == run.id
    )
    return list(session.scalars(query))


def undo_run(undo: Undo, touches: Sequence[ImportTouch]) -> None:
    """Take it back. The caller holds the accounts and has seen that nothing stands against it."""
    invoices = [touch for touch in touches if touch.kind == "invoice"]
    _book_back(undo, invoices)
    for some in chunks(touches):
        _put_back_some(undo, some)
    undo.session.flush()
    _withdraw_invoices(undo, [touch.subject_id for touch in invoices if touch.made])
    _withdraw_accounts(
        undo, [touch.subject_id for touch in touches if touch.kind == "account" and touch.made]
    )
    _speak_again(undo, {touch.account_id for touch in touches if touch.account_id is not None})
    undo.run.undone_at = undo.at
    record(
        undo.session,
        practice_id=undo.practice.id,
        account_id=None,
        kind="import.undone",
        actor=undo.actor,
        at=undo.at,
        **undo.counts,
    )
    undo.session.flush()


def _put_back_some(undo: Undo, touches: Sequence[ImportTouch]) -> None:
    for kind, table in TRACED.items():
        by_id = {touch.subject_id: touch for touch in touches if touch.kind == kind}
        if not by_id:
            continue
        query = select(table).where(
            table.practice_id == undo.practice.id, table.id.in_(list(by_id))
        )
        for row in undo.session.scalars(query.execution_options(populate_existing=True)):
            put_back(
                undo.session,
                row,
                by_id[row.id],
                counts=undo.counts,
                actor=undo.actor,
                at=undo.at,
                today=undo.today,
            )
        undo.session.flush()


def _book_back(undo: Undo, invoices: Iterable[ImportTouch]) -> None:
    """One counter entry for each entry of the import, on today's day."""
    causes = []
    for touch in invoices:
        of = touch.subject_id
        if touch.made:
            causes += [f"{kind}:{of}" for kind in ("invoice", "opening", "arrival")]
        else:
            causes.append(f"sync:{undo.run.id}:{of}")
    for some in chunks(causes):
        query = (
            select(JournalEntry.cause, JournalLine)
            .join(
                JournalLine,
                (JournalLine.practice_id == JournalEntry.practice_id)
                & (JournalLine.entry_id == JournalEntry.id),
            )
            .where(JournalEntry.practice_id == undo.practice.id, JournalEntry.cause.in_(some))
            .order_by(JournalEntry.id, JournalLine.id)
        )
        lines: dict[str, list[Line]] = {}
        for cause, line in undo.session.execute(query):
            lines.setdefault(cause, []).append(
                Line(line.ledger_account, -line.amount_cents, line.account_id, line.invoice_id)
            )
        post(
            undo.session,
            [
                Entry("undo", f"undo:{cause}", undo.today, tuple(back))
                for cause, back in lines.items()
            ],
            practice_id=undo.practice.id,
            actor=undo.actor,
            at=undo.at,
        )


def _withdraw_invoices(undo: Undo, ids: Sequence[UUID]) -> None:
    """They give their numbers back, so that a corrected list brings them as if for the first time."""
    for some in chunks(ids):
        query = select(Invoice).where(Invoice.practice_id == undo.practice.id, Invoice.id.in_(some))
        for invoice in undo.session.scalars(query):
            advance(
                undo.session,
                invoice,
                INVOICE,
                "withdraw",
                account_id=invoice.account_id,
                actor=undo.actor,
                at=undo.at,
                number=invoice.number,
            )
            invoice.number = f"~{invoice.id.hex}"
            invoice.source_left_cents = invoice.unacknowledged_cents = 0
        undo.session.flush()
    undo.counts["invoices_withdrawn"] = len(ids)


def _withdraw_accounts(undo: Undo, ids: Sequence[UUID]) -> None:
    """An account on which there is nothing else disappears, and gives its key back; others stay."""
    for some in chunks(ids):
        query = select(Account).where(
            Account.practice_id == undo.practice.id,
            Account.id.in_(some),
            ~_has(Invoice, Invoice.status != "withdrawn"),
            ~_has(Hold, Hold.status == "active"),
            ~_has(Task, Task.status == "open"),
        )
        for account in undo.session.scalars(query):
            advance(
                undo.session,
                account,
                ACCOUNT,
                "withdraw",
                account_id=account.id,
                actor=undo.actor,
                at=undo.at,
            )
            account.external_key = f"withdrawn:{account.id.hex}"
            undo.counts["accounts_withdrawn"] += 1
        undo.session.flush()


def _has(table: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        exists()
        .where(table.practice_id == Account.practice_id, table.account_id == Account.id, condition)
        .correlate(Account)
    )


def _speak_again(undo: Undo, accounts: Iterable[UUID]) -> None:
    """What the list said of disagreements is said no more."""
    other = {DISPUTED: UNDISPUTED, UNDISPUTED: DISPUTED}
    for some in chunks(sorted(accounts)):
        query = select(TimelineEvent).where(
            TimelineEvent.practice_id == undo.practice.id,
            TimelineEvent.account_id.in_(some),
            TimelineEvent.at == undo.run.at,
            TimelineEvent.kind.in_(other),
        )
        record_many(
            undo.session,
            [
                Happening(undo.practice.id, told.account_id, other[told.kind], dict(told.facts))
                for told in undo.session.scalars(query)
            ],
            actor=undo.actor,
            at=undo.at,
        )
