"""Invoices that a full list no longer names: paid, cancelled or forgotten, and back again."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select

from ardoise.importing.context import Run, chunks
from shared.accounts import Account, Hold, place_hold, release_hold
from shared.billing import INVOICE_ABSENT, Invoice, synchronise
from shared.imports import ABSENT, CHANGED, Fate
from shared.worklist import close_tasks, open_task

ENTERED = "Payée ici en entier, et sortie de la liste : votre logiciel connaît le paiement."
ABSENCE_REVIEW = timedelta(days=7)


def missing_invoices(run: Run, numbers: Collection[str]) -> list[tuple[UUID, UUID]]:
    """(invoice, account) of all that the source said was left to pay, or of which we gave back what it
    had entered, and that it does not name now."""
    query = select(Invoice.id, Invoice.account_id, Invoice.number).where(
        Invoice.practice_id == run.practice.id,
        Invoice.source_id == run.source.id,
        or_(Invoice.source_left_cents > 0, Invoice.unacknowledged_cents < 0),
    )
    rows = run.session.execute(query.execution_options(yield_per=1000))
    return [(row.id, row.account_id) for row in rows if row.number not in numbers]


def note_missing(run: Run, missing: Collection[UUID], *, absent: Mapping[UUID, UUID]) -> None:
    """Take over what it means that a full list does not name these invoices.

    Paid here in full: the practice has entered our payments. Else nobody is asked for it before
    staff have looked. Called behind the accounts' locks.
    """
    for some in chunks(missing):
        query = select(Invoice).where(Invoice.practice_id == run.practice.id, Invoice.id.in_(some))
        for invoice in run.session.scalars(
            query.order_by(Invoice.number).execution_options(populate_existing=True)
        ):
            if invoice.unacknowledged_cents >= invoice.source_left_cents:
                _acknowledge(run, invoice, absent)
            elif invoice.id not in absent:
                _hold(run, invoice)
        run.session.flush()


def _acknowledge(run: Run, invoice: Invoice, absent: Mapping[UUID, UUID]) -> None:
    """All that was left is what was paid here, so that nothing is open and nothing to be booked."""
    after = synchronise(
        source_left=invoice.source_left_cents,
        unacknowledged=invoice.unacknowledged_cents,
        new_left=0,
    )
    invoice.source_left_cents = 0
    invoice.unacknowledged_cents = after.unacknowledged_cents
    run.tally.counts["acknowledged"] += 1
    run.tally.fates.append(Fate(CHANGED, 0, invoice.number, reason=ENTERED))
    if invoice.id in absent:
        end_absence(run, invoice, hold_id=absent[invoice.id], reason="acknowledged")


def _hold(run: Run, invoice: Invoice) -> None:
    account = run.session.get_one(Account, (invoice.practice_id, invoice.account_id))
    review_on = run.today + ABSENCE_REVIEW
    place_hold(
        run.session,
        account=account,
        kind="absent",
        actor=run.actor,
        at=run.at,
        review_on=review_on,
        invoice_id=invoice.id,
    )
    open_task(
        run.session,
        INVOICE_ABSENT,
        practice_id=invoice.practice_id,
        account_id=invoice.account_id,
        key=str(invoice.id),
        due_on=review_on,
        actor=run.actor,
        at=run.at,
    )
    run.tally.counts["absent"] += 1
    run.tally.absent.append((invoice.number, invoice.open_cents))
    run.tally.fates.append(Fate(ABSENT, 0, invoice.number, invoice.open_cents, invoice.open_cents))


def end_absence(run: Run, invoice: Invoice, *, hold_id: UUID, reason: str) -> None:
    """The pause of an invoice and its task have no object any more."""
    hold = run.session.get_one(Hold, (invoice.practice_id, hold_id))
    release_hold(run.session, hold, actor=run.actor, at=run.at, reason=reason)
    close_tasks(
        run.session,
        INVOICE_ABSENT,
        practice_id=invoice.practice_id,
        key=str(invoice.id),
        event="vanished",
        actor=run.actor,
        at=run.at,
    )
