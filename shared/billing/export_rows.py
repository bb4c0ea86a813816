"""A practice's export of unpaid invoices, from its bytes to typed rows and problems.

Nothing here knows a database: what to do with the rows is decided elsewhere. A bad row never hides:
every problem of every row comes back.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain, islice

from shared.billing.cell_words import fold
from shared.billing.column_match import HEADER_WITHIN, find_titles, known_titles, plan_columns
from shared.billing.export_reader import open_table
from shared.billing.export_types import InvoiceRow, ParsedExport, RowProblem, UnreadableExportError
from shared.billing.row_cells import RowCells
from shared.billing.row_reader import Windows, read_row
from shared.billing.rules import Cell


def read_export(
    data: bytes,
    *,
    filename: str,
    mapping: Mapping[str, str] | None = None,
    keep_care: bool = False,
    today: date,
) -> ParsedExport:
    """Read a CSV or XLSX export.

    ``mapping`` (field → title of its column) wins over the known titles; an empty title leaves a
    field out. Cells that tell of care are dropped, unless ``keep_care`` keeps them by row; the
    national number is dropped always. ``today`` bounds the dates that can be true.

    Raises UnreadableExportError, with a French sentence, when the file as a whole cannot be read.
    """
    wanted = mapping or {}
    table = open_table(data, filename, lambda cells: known_titles(cells, wanted))
    rows = ((number, cells) for number, cells in table.rows if _has_content(cells))
    head = list(islice(rows, HEADER_WITHIN))
    at = find_titles([cells for _, cells in head], wanted)
    title_row, titles = head[at]
    plan = plan_columns(titles, title_row, wanted)
    reader = RowCells(plan)
    windows = Windows.on(today)
    read = [
        invoice
        for number, cells in chain(head[at + 1 :], rows)
        if cells != titles
        and (invoice := read_row(reader, number, cells, windows, keep_care=keep_care))
    ]
    if not read and not reader.problems:
        raise UnreadableExportError("Le fichier a des titres, mais aucune ligne de facture.")
    clashes = _repeated_numbers(read, reader) + _conflicting_patients(read, reader)
    clashing = {problem.row for problem in clashes}
    whose = {invoice.row: invoice for invoice in read if invoice.row in clashing}
    clashes = [problem.of(whose[problem.row]) for problem in clashes]
    return ParsedExport(
        rows=tuple(invoice for invoice in read if invoice.row not in clashing),
        problems=tuple(sorted(reader.problems + clashes, key=lambda problem: problem.row)),
        columns=plan.report,
        encoding=table.encoding,
        delimiter=table.delimiter,
    )


def _has_content(cells: Sequence[Cell]) -> bool:
    return any(c is not None and (not isinstance(c, str) or c.strip()) for c in cells)


def _repeated_numbers(read: Sequence[InvoiceRow], reader: RowCells) -> list[RowProblem]:
    """Every row of an invoice number that stands twice: which one is right cannot be told."""
    rows_by_number: dict[str, list[int]] = defaultdict(list)
    for invoice in read:
        rows_by_number[invoice.invoice_number.casefold()].append(invoice.row)
    column = reader.plan.report.used["invoice_number"]
    return [
        RowProblem(
            row,
            column,
            f"Le même numéro de facture est aux lignes {_listed(rows)}. "
            "Gardez une seule ligne par facture.",
        )
        for rows in rows_by_number.values()
        if len(rows) > 1
        for row in rows
    ]


def _conflicting_patients(read: Sequence[InvoiceRow], reader: RowCells) -> list[RowProblem]:
    """Every row of a file number under which two different people stand."""
    rows_by_ref: dict[str, list[int]] = defaultdict(list)
    people: dict[str, set[tuple[str, str, date | None]]] = defaultdict(set)
    for invoice in read:
        ref = invoice.external_ref.casefold()
        rows_by_ref[ref].append(invoice.row)
        who = invoice.patient
        people[ref].add((who.surname, who.given_name, who.birth_date))
    column = reader.plan.report.used["external_ref"]
    return [
        RowProblem(
            row,
            column,
            f"Le même numéro de dossier est aux lignes {_listed(rows_by_ref[ref])} avec des noms "
            "ou des dates de naissance différents. Corrigez-les dans votre logiciel.",
        )
        for ref, different in people.items()
        if len({(fold(surname), fold(given), birth) for surname, given, birth in different}) > 1
        for row in rows_by_ref[ref]
    ]


def _listed(rows: Sequence[int]) -> str:
    shown = ", ".join(str(row) for row in rows[:10])
    return shown if len(rows) <= 10 else f"{shown}…"
