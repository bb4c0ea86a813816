"""Payments taken here, given back to the practice's software: by invoice and file number, no names."""

import csv
import os
from collections.abc import Iterator
from datetime import date
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from ardoise import export_natures as natures
from ardoise.export_moves import Move, cancelled, debtor_ref, given_up, used_credit
from ardoise.export_period import Period
from ardoise.export_refunds import given_back
from shared.accounts import Party, get_practice
from shared.base.errors import ArdoiseError
from shared.base.money import Cents
from shared.billing import Invoice, safe_cell
from shared.desk import DESK_CAUSES, HELD_BY
from shared.ledger import JournalEntry
from shared.payments import Payment, PaymentShare, StrayPayment

COLUMNS = ("Date", "Facture", "N° dossier", "Montant", "Mode", "Reçu", "Référence", "Nature")

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
    What is no longer asked for is a line with its invoice, without a way it came and without a receipt.
    The last column names what each line is (``export_natures``).

    It holds what was booked in these days of the practice, both included, whatever day it is dated: so
    nothing is in none of exports that follow each other, or in two. The earliest dated come first.
    """
    period = Period.of(since, until, get_practice(session, practice_id).timezone)
    every = (_payments, given_back, cancelled, used_credit, given_up)
    all_of_them = (read(session, practice_id, period) for read in every)
    yield from (_cells(move) for move in merge(*all_of_them, key=lambda move: move.day))


def _payments(session: Session, practice_id: int, period: Period) -> Iterator[Move]:
    rows = session.execute(_query(practice_id, period).execution_options(yield_per=1000))
    for _, some in groupby(rows, key=lambda row: row.Payment.id):
        shares = list(some)
        payment: Payment = shares[0].Payment
        nature, day = natures.ASSIGNED if shares[0].was_nobodys else natures.PAID, payment.booked_on
        for row in shares:
            if row.number is not None:
                ref = row.external_ref or ""
                yield Move(payment, day, row.number, ref, row.amount_cents, nature)
        if payment.credit_cents:
            ref = shares[0].debtor_ref or ""
            yield Move(payment, day, "", ref, payment.credit_cents, natures.OVERPAID)


def _query(practice_id: int, period: Period) -> Any:
    patient = aliased(Party)
    was_nobodys = (
        select(StrayPayment.id)
        .where(
            StrayPayment.practice_id == Payment.practice_id, StrayPayment.payment_id == Payment.id
        )
        .correlate(Payment)
        .exists()
    )
    return (
        select(
            Payment,
            PaymentShare.amount_cents,
            Invoice.number,
            patient.external_ref,
            debtor_ref().label("debtor_ref"),
            was_nobodys.label("was_nobodys"),
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


def _cells(move: Move) -> list[str]:
    payment = move.payment
    way = move.method or (payment.method if payment is not None else "")
    return [
        f"{move.day:%d/%m/%Y}",
        safe_cell(move.invoice),
        safe_cell(move.file_number),
        _decimal(move.cents),
        safe_cell(_METHODS.get(way, way)),
        safe_cell(payment.number if payment is not None else ""),
        safe_cell(move.reference if move.reference is not None else _name_of(payment)),
        move.nature,
    ]


def _name_of(payment: Payment | None) -> str:
    """What the bank or the processor knows a payment by; of the desk's, what its paper says."""
    if payment is None:
        return ""
    return (payment.reference or "") if payment.method in HELD_BY else payment.processor_ref


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
