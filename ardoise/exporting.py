"""Payments taken here, given back to the practice's software: by invoice and file number, no names."""

import csv
import os
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session, aliased

from shared.accounts import Party
from shared.base.errors import ArdoiseError
from shared.base.money import Cents
from shared.billing import Invoice, safe_cell
from shared.payments import Payment, PaymentShare

COLUMNS = ("Date", "Facture", "N° dossier", "Montant", "Mode", "Reçu", "Référence")

_METHODS = {"card": "carte"}


def export_payments(
    session: Session, *, practice_id: int, since: date | None, until: date | None
) -> Iterator[list[str]]:
    """A line for each invoice that a payment settled, and one without invoice for what is left.

    Both days, the booking's, are included. The oldest come first.
    """
    rows = session.execute(_query(practice_id, since, until).execution_options(yield_per=1000))
    for _, some in groupby(rows, key=lambda row: row.Payment.id):
        shares = list(some)
        payment: Payment = shares[0].Payment
        yield from (_line(payment, row) for row in shares if row.number is not None)
        if payment.credit_cents:
            debtor = shares[0].debtor_ref or ""
            yield _cells(payment, "", debtor, payment.credit_cents)


def _query(practice_id: int, since: date | None, until: date | None) -> Any:
    patient, debtor = aliased(Party), aliased(Party)
    debtor_ref = (
        select(debtor.external_ref)
        .where(
            debtor.practice_id == Payment.practice_id,
            debtor.account_id == Payment.account_id,
            debtor.role == "debtor",
        )
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            Payment,
            PaymentShare.amount_cents,
            Invoice.number,
            patient.external_ref,
            debtor_ref.label("debtor_ref"),
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
        .where(Payment.practice_id == practice_id)
        .order_by(Payment.booked_on, Payment.number, Payment.id, Invoice.due_on, Invoice.number)
    )
    if since is not None:
        query = query.where(Payment.booked_on >= since)
    if until is not None:
        query = query.where(Payment.booked_on <= until)
    return query


def _line(payment: Payment, row: Row[Any]) -> list[str]:
    return _cells(payment, row.number, row.external_ref, row.amount_cents)


def _cells(payment: Payment, invoice: str, external_ref: str, cents: Cents) -> list[str]:
    return [
        f"{payment.booked_on:%d/%m/%Y}",
        safe_cell(invoice),
        safe_cell(external_ref),
        _decimal(cents),
        safe_cell(_METHODS.get(payment.method, payment.method)),
        safe_cell(payment.number),
        safe_cell(payment.processor_ref),
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
