"""Writing what an export changes of invoices: arrivals, new remainders, returns and disputes."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from ardoise.importing.absent import end_absence
from ardoise.importing.bookings import adjustment_entry, arrival_entries
from ardoise.importing.checks import parts_of
from ardoise.importing.context import RemainderChange, Run
from ardoise.importing.plan import AccountPlan, InvoiceChange
from ardoise.importing.reading import DISPUTED, UNDISPUTED, OpenAccount
from shared.accounts import place_hold
from shared.audit import Happening
from shared.base.ids import new_id
from shared.base.vault import Json
from shared.billing import Invoice, InvoiceRow
from shared.imports import CHANGED, NEW, RETURNED, Fate
from shared.ledger import Entry

OF_NEW_ACCOUNT = "Compte nouveau."
OTHER_DAY = "Échéance changée."
DISPUTE_REVIEW = timedelta(days=14)


def add_invoices(run: Run, found: OpenAccount, rows: Sequence[InvoiceRow]) -> None:
    """New invoices, with nothing open yet: the journal opens them."""
    for row in rows:
        invoice = _new_invoice(run, found, row)
        found.invoices[row.invoice_number] = invoice
        run.session.add(invoice)
        is_first = not found.known.people
        run.tally.fates.append(
            Fate(
                NEW,
                row.row,
                row.invoice_number,
                after_cents=row.remaining_cents,
                reason=OF_NEW_ACCOUNT if is_first else "",
            )
        )
    run.tally.counts["created"] += len(rows)
    run.tally.counts["created_cents"] += sum(row.remaining_cents for row in rows)


def _new_invoice(run: Run, found: OpenAccount, row: InvoiceRow) -> Invoice:
    parts = parts_of(row)
    invoice = Invoice(
        practice_id=run.practice.id,
        id=new_id(),
        account_id=found.account.id,
        patient_id=found.party_of(row.external_ref).id,
        source_id=run.source.id,
        number=row.invoice_number,
        status="issued" if row.remaining_cents else "settled",
        issued_on=row.issued_on,
        due_on=row.due_on or row.issued_on + timedelta(days=run.practice.payment_days),
        total_cents=parts.total,
        amo_cents=parts.amo,
        amc_cents=parts.amc,
        patient_cents=parts.patient,
        open_cents=0,
        source_left_cents=row.remaining_cents,
        unacknowledged_cents=0,
    )
    if row.care and run.practice.keeps_lines:
        invoice.lines = _sealed_care(found, invoice, row)
    return invoice


def _sealed_care(found: OpenAccount, invoice: Invoice, row: InvoiceRow) -> bytes:
    care: dict[str, Json] = dict(row.care)
    return found.vault.seal(care, table="invoice", row=invoice.id, column="lines")


def entries_of(run: Run, found: OpenAccount, plan: AccountPlan) -> list[Entry]:
    """What the journal says of it."""
    account_id = found.account.id
    entries = [
        entry
        for row in plan.new_invoices
        for entry in arrival_entries(
            account_id,
            found.invoices[row.invoice_number].id,
            row,
            parts_of(row),
            started_on=run.practice.started_on,
            today=run.today,
        )
    ]
    return entries + [
        adjustment_entry(account_id, change.known.id, cents, run_id=run.id, today=run.today)
        for change in plan.changed_invoices
        if (cents := change.synchronised.adjust_cents)
    ]


def happenings_of(run: Run, found: OpenAccount, plan: AccountPlan) -> list[Happening]:
    """What the timeline says of it."""
    practice_id, account_id = run.practice.id, found.account.id

    def happening(kind: str, number: str, **facts: int) -> Happening:
        about: dict[str, str | int] = {"number": number, "id": str(found.invoices[number].id)}
        return Happening(practice_id, account_id, kind, about | facts)

    return [
        *(happening("invoice.imported", row.invoice_number) for row in plan.new_invoices),
        *(
            happening("invoice.adjusted", change.row.invoice_number, cents=cents)
            for change in plan.changed_invoices
            if (cents := change.synchronised.adjust_cents)
        ),
        *(happening(DISPUTED, number) for number in plan.newly_disputed),
        *(happening(UNDISPUTED, number) for number in plan.no_longer_disputed),
    ]


def change_invoice(
    run: Run, found: OpenAccount, change: InvoiceChange, *, absent: Mapping[UUID, UUID]
) -> None:
    """A known invoice takes over what the export says; the journal moves what is open."""
    row, known = change.row, change.known
    invoice = found.invoices[row.invoice_number]
    invoice.source_left_cents = row.remaining_cents
    invoice.unacknowledged_cents = change.synchronised.unacknowledged_cents
    invoice.due_on = change.due_on
    if change.care is not None:
        invoice.lines = _sealed_care(found, invoice, row)
    counts = run.tally.counts
    counts["returned" if known.absent else "changed"] += 1
    counts["adjusted_cents"] += change.synchronised.adjust_cents
    counts["acknowledged"] += known.unacknowledged_cents > invoice.unacknowledged_cents
    run.tally.fates.append(
        Fate(
            RETURNED if known.absent else CHANGED,
            row.row,
            row.invoice_number,
            known.source_left_cents,
            row.remaining_cents,
            reason=OTHER_DAY if change.due_on != known.due_on else "",
        )
    )
    if row.remaining_cents != known.source_left_cents:
        run.tally.changes.append(
            RemainderChange(
                row.invoice_number, row.row, known.source_left_cents, row.remaining_cents
            )
        )
    if known.absent:
        end_absence(run, invoice, hold_id=absent[known.id], reason="returned")


def dispute(run: Run, found: OpenAccount) -> None:
    """Stop the clock: the practice's software now calls an invoice disputed."""
    place_hold(
        run.session,
        account=found.account,
        kind="dispute",
        actor=run.actor,
        at=run.at,
        review_on=run.today + DISPUTE_REVIEW,
    )
    run.tally.counts["disputed"] += 1
