"""One row of an export, read into an invoice or into the list of what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.billing import cell_words as words
from shared.billing.export_types import InvoiceRow
from shared.billing.invoice_sums import Sums
from shared.billing.row_cells import RowCells
from shared.billing.row_parties import one_person, read_debtor, read_patient
from shared.billing.rules import Cell, Window, amount_of, date_of

LONGEST_EXTERNAL_REF = 64
LONGEST_INVOICE_NUMBER = 40
_OLDEST_AGE = 120
_OLDEST_INVOICE = date(1990, 1, 1)
_LONGEST_DELAY = 5
_PROTECTION_FLAGS: Mapping[str, tuple[str, ...]] = {
    "css": ("css", "c2s", "cmu", "cmu c"),
    "ame": ("ame",),
    "atmp": ("atmp", "at mp", "at", "mp"),
    "ald": ("ald",),
}


@dataclass(frozen=True, slots=True)
class Windows:
    """The days that dates of an export may fall on, as seen from the day it is read."""

    birth: Window
    issued: Window
    due: Window

    @classmethod
    def on(cls, today: date) -> "Windows":
        """The windows for an export read on ``today``."""
        return cls(
            birth=Window(
                _years_from(today, -_OLDEST_AGE),
                today,
                "La date de naissance est dans le futur. Corrigez-la.",
            ),
            issued=Window(
                _OLDEST_INVOICE, today, "La date de facture est dans le futur. Corrigez-la."
            ),
            due=Window(
                _OLDEST_INVOICE,
                _years_from(today, _LONGEST_DELAY),
                f"L’échéance est dans plus de {_LONGEST_DELAY} ans. Corrigez-la.",
            ),
        )


def _years_from(day: date, years: int) -> date:
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year + years, day=last)


def read_row(
    cells: RowCells, row: int, values: Sequence[Cell], windows: Windows, *, keep_care: bool
) -> InvoiceRow | None:
    """The invoice in a row, or None when it has a blocking problem, noted in ``cells.problems``."""
    cells.move_to(row, values)
    if _is_total(cells) or _is_too_wide(cells):
        return None
    before = len(cells.problems)
    external_ref = cells.must("external_ref", _external_ref)
    patient = read_patient(cells, windows.birth)
    number = cells.must("invoice_number", _invoice_number)
    issued_on = cells.must("issued_on", lambda cell: date_of(cell, windows.issued))
    due_on = cells.may("due_on", lambda cell: date_of(cell, windows.due))
    if issued_on and due_on and due_on < issued_on:
        cells.refuse("due_on", "L’échéance précède la date de facture. Corrigez l’une des deux.")
    sums = _sums(cells)
    debtor = read_debtor(cells, windows.birth)
    protections = _protections(cells)
    channel = cells.may("channel", words.channel_of)
    opt_out = cells.flag("opt_out", "opposition", "stop", "refus")
    language = cells.may("language", words.language_of, blocking=False)
    disputed = cells.flag("dispute", "litige", "conteste", "contestee", "contestation")
    cells.tell_whose(before, number or "", patient.called)
    if cells.blocked or external_ref is None or number is None or issued_on is None or sums is None:
        return None
    whole = one_person(patient, debtor)
    return InvoiceRow(
        row=row,
        external_ref=external_ref,
        invoice_number=number,
        issued_on=issued_on,
        due_on=due_on,
        total_cents=sums.total,
        amo_cents=sums.amo,
        amc_cents=sums.amc,
        patient_share_cents=sums.patient_share,
        already_paid_cents=sums.paid,
        remaining_cents=sums.left_to_pay,
        patient=whole or patient,
        debtor=None if whole else debtor,
        protections=protections,
        channel=channel,
        opt_out=opt_out,
        language=language,
        disputed=disputed,
        care=_care(cells) if keep_care else {},
    )


def _is_total(cells: RowCells) -> bool:
    first = next((c for c in cells.cells if isinstance(c, str) and c.strip()), "")
    total = words.fold(first[:40]).startswith(("total", "sous total", "totaux"))
    if not total or cells.cell("invoice_number") not in (None, "", first):
        return False
    cells.refuse_row("Cette ligne semble être un total. Retirez-la du fichier.")
    return True


def _is_too_wide(cells: RowCells) -> bool:
    beyond = cells.cells[len(cells.plan.titles) :]
    if all(cell is None or cell == "" for cell in beyond):
        return False
    cells.refuse_row(
        "Cette ligne a plus de cellules que le fichier n’a de titres\u00a0: un séparateur est sans "
        "doute dans un texte sans guillemets. Corrigez la ligne."
    )
    return True


def _sums(cells: RowCells) -> Sums | None:
    before = len(cells.problems)
    total = cells.must("total", amount_of)
    amo, amc, patient, paid, left = (
        cells.may(name, amount_of)
        for name in ("amo", "amc", "patient_share", "already_paid", "remaining")
    )
    if total is None or len(cells.problems) > before:
        return None
    sums = Sums(total, amo, amc, patient, paid, left)
    for name, reason in sums.disagreements():
        cells.refuse(name, reason)
    return sums


def _protections(cells: RowCells) -> frozenset[str] | None:
    stated = [
        frozenset({name.upper()}) if cells.flag(name, *spellings) else frozenset()
        for name, spellings in _PROTECTION_FLAGS.items()
        if cells.has_column(name)
    ]
    if cells.has_column("protection"):
        stated.append(cells.may("protection", words.protections_of) or frozenset())
    return frozenset().union(*stated) if stated else None


def _care(cells: RowCells) -> dict[str, str]:
    """Care cells as they stand: they are sealed with the invoice, nothing here understands them."""
    kept = {}
    for title, index in cells.plan.care:
        cell = cells.cells[index] if index < len(cells.cells) else None
        text = "" if cell is None else " ".join(str(cell).split())
        if text:
            kept[title] = text
    return kept


def _external_ref(cell: Cell) -> str:
    return words.reference_of(cell, LONGEST_EXTERNAL_REF)


def _invoice_number(cell: Cell) -> str:
    return words.reference_of(cell, LONGEST_INVOICE_NUMBER)
