"""Payments taken here, given back to the practice's software: by invoice and file number, no names."""

import csv
import os
from collections.abc import Iterator
from datetime import date
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from ardoise.export_moves import cancelled, debtor_ref, used_credit
from ardoise.export_period import Period
from shared.accounts import Party, get_practice
from shared.base.errors import ArdoiseError
from shared.base.money import Cents
from shared.billing import Invoice, safe_cell
from shared.desk import DESK_CAUSES, HELD_BY
from shared.ledger import AT_BANK, HOLDERS, JournalEntry, JournalLine
from shared.payments import Payment, PaymentShare, Refund
from shared.reversals import REFUND_CAUSES, REFUND_KINDS

COLUMNS = ("Date", "Facture", "N° dossier", "Montant", "Mode", "Reçu", "Référence")

_METHODS = {
    "card": "carte",
    "debit": "prélèvement",
    "cash": "espèces",
    "cheque": "chèque",
    "terminal": "carte au terminal",
    "transfer": "virement",
}


def export_payments(
    session: Session, *, practice_id: int, since: date | None, until: date | None
) -> Iterator[list[str]]:
    """A line for each invoice that a payment settled, and one without invoice for what is left; the same
    with a minus for what was given back or cancelled, and without it when the money came back after all.
    Credit that was used is a line with a minus and no invoice, and one for the invoice that it settled.

    It holds what was booked in these days of the practice, both included, whatever day it is dated: so
    nothing is in none of exports that follow each other, or in two. The earliest dated come first.
    """
    period = Period.of(since, until, get_practice(session, practice_id).timezone)
    all_of_them = (read(session, practice_id, period) for read in (_payments, _refunds, _moves))
    yield from (cells for _, cells in merge(*all_of_them, key=lambda line: line[0]))


def _payments(
    session: Session, practice_id: int, period: Period
) -> Iterator[tuple[date, list[str]]]:
    rows = session.execute(_query(practice_id, period).execution_options(yield_per=1000))
    for _, some in groupby(rows, key=lambda row: row.Payment.id):
        shares = list(some)
        payment: Payment = shares[0].Payment
        day, reference = payment.booked_on, _name_of(payment)
        for row in shares:
            if row.number is not None:
                whose = (row.number, row.external_ref)
                yield day, _cells(payment, day, reference, whose, row.amount_cents)
        if payment.credit_cents:
            whose = ("", shares[0].debtor_ref or "")
            yield day, _cells(payment, day, reference, whose, payment.credit_cents)


def _refunds(
    session: Session, practice_id: int, period: Period
) -> Iterator[tuple[date, list[str]]]:
    """From the journal, which keeps what was booked even when the money came back."""
    patient = aliased(Party)
    query = (
        select(
            JournalEntry.booked_on,
            JournalLine.amount_cents,
            Payment,
            Refund.processor_ref,
            Refund.method,
            Invoice.number,
            func.coalesce(patient.external_ref, debtor_ref()).label("external_ref"),
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
        .outerjoin(
            Invoice,
            and_(
                Invoice.practice_id == JournalLine.practice_id, Invoice.id == JournalLine.invoice_id
            ),
        )
        .outerjoin(
            patient,
            and_(patient.practice_id == Invoice.practice_id, patient.id == Invoice.patient_id),
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
    for day, cents, payment, reference, method, number, external_ref in session.execute(
        query.execution_options(yield_per=1000)
    ):
        whose = (number or "", external_ref or "")
        yield day, _cells(payment, day, reference, whose, -cents, method=method)


def _moves(session: Session, practice_id: int, period: Period) -> Iterator[tuple[date, list[str]]]:
    both = (
        read(session, practice_id=practice_id, period=period) for read in (cancelled, used_credit)
    )
    for move in merge(*both, key=lambda move: move.day):
        whose = (move.invoice, move.file_number)
        yield move.day, _cells(move.payment, move.day, _name_of(move.payment), whose, move.cents)


def _name_of(payment: Payment) -> str:
    """What the bank or the processor knows a payment by; of the desk's, what its paper says."""
    return (payment.reference or "") if payment.method in HELD_BY else payment.processor_ref


def _query(practice_id: int, period: Period) -> Any:
    patient = aliased(Party)
    return (
        select(
            Payment,
            PaymentShare.amount_cents,
            Invoice.number,
            patient.external_ref,
            debtor_ref().label("debtor_ref"),
        )
        .outerjoin(
            PaymentShare,
            and_(
                PaymentShare.practice_id == Payment.practice_id,
                PaymentShare.payment_id == Payment.id,
            ),
        )
        .outerjoin(
            Invoice,
            and_(
                Invoice.practice_id == PaymentShare.practice_id,
                Invoice.id == PaymentShare.invoice_id,
            ),
        )
        .outerjoin(
            patient,
            and_(patient.practice_id == Invoice.practice_id, patient.id == Invoice.patient_id),
        )
        .join(
            JournalEntry,
            and_(
                JournalEntry.practice_id == Payment.practice_id,
                JournalEntry.cause == DESK_CAUSES[0] + Payment.processor_ref,
            ),
        )
        .where(Payment.practice_id == practice_id, *period.holds(JournalEntry.at))
        .order_by(Payment.booked_on, Payment.number, Payment.id, Invoice.due_on, Invoice.number)
    )


def _cells(
    payment: Payment,
    day: date,
    reference: str,
    whose: tuple[str, str],
    cents: Cents,
    *,
    method: str | None = None,
) -> list[str]:
    """A line; ``whose`` is the invoice and the file number, ``method`` how staff handed money back."""
    way = method or payment.method
    return [
        f"{day:%d/%m/%Y}",
        *(safe_cell(name) for name in whose),
        _decimal(cents),
        safe_cell(_METHODS.get(way, way)),
        safe_cell(payment.number),
        safe_cell(reference),
    ]


def _decimal(cents: Cents) -> str:
    """Euros with a decimal comma and no other separator, as the practices' software reads them."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02d}"


class ExportError(ArdoiseError):
    """The file can't be written where it was asked for."""


def _fresh(path: Path) -> int:
    """Open a file that was not there before, through no link: nobody else can have prepared it."""
    path.unlink(missing_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)


def write_csv(
    session: Session, path: Path, *, practice_id: int, since: date | None, until: date | None
) -> int:
    """Write the payments to a CSV file (UTF-8 with BOM, ``;``); returns how many lines it has.

    Only its owner may read the file. One that stood there is replaced once the new one is whole.
    Raises ExportError where no file can be written.
    """
    unfinished = path.with_name(f".{path.name}.part")
    lines = 0
    try:
        descriptor = _fresh(unfinished)
    except OSError as error:
        raise ExportError(
            f"{path} can't be written ({error.strerror}): name a file in a folder of yours."
        ) from None
    try:
        with open(descriptor, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(COLUMNS)
            for cells in export_payments(
                session, practice_id=practice_id, since=since, until=until
            ):
                writer.writerow(cells)
                lines += 1
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return lines
