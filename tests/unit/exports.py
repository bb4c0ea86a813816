"""Exports of an invented practice, as bytes, for the tests of the import."""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl

from shared.billing.export_rows import read_export
from shared.billing.export_types import InvoiceRow, ParsedExport, RowProblem

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "imports"
TODAY = date(2026, 11, 22)

GOOD = {
    "N° dossier": "D-1",
    "Nom": "Lacroix",
    "Prénom": "Inès",
    "Date de naissance": "02/07/1949",
    "N° facture": "F-1",
    "Date facture": "01/09/2026",
    "Montant total": "60,00",
    "Part AMO": "30,00",
    "Part AMC": "10,00",
    "Part patient": "20,00",
}


def csv_bytes(*rows: Mapping[str, str], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV of good rows, each changed as told; titles are those of all rows together."""
    whole = [GOOD | dict(row) for row in rows or ({},)]
    titles = list(dict.fromkeys(title for row in whole for title in row))
    lines = [titles, *([row.get(title, "") for title in titles] for row in whole)]
    text = "\r\n".join(delimiter.join(cells) for cells in lines) + "\r\n"
    return text.encode(encoding)


def xlsx_bytes(rows: Sequence[Sequence[object]], *more_sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook with one sheet for each list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet_rows in (rows, *more_sheets):
        sheet = book.create_sheet()
        for row in sheet_rows:
            sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(data: bytes, filename: str = "export.csv", *, keep_care: bool = False) -> ParsedExport:
    """Read an export on the day of the tests."""
    return read_export(data, filename=filename, today=TODAY, keep_care=keep_care)


def read_sample(name: str, *, keep_care: bool = False) -> ParsedExport:
    """Read one of the sample files."""
    return read((SAMPLES / name).read_bytes(), name, keep_care=keep_care)


def only_row(**changes: str) -> InvoiceRow:
    """The one row of a CSV; `changes` by title, underscores for spaces."""
    parsed = read(csv_bytes({title.replace("_", " "): cell for title, cell in changes.items()}))
    assert parsed.problems == ()
    (row,) = parsed.rows
    return row


def only_problem(*rows: Mapping[str, str]) -> RowProblem:
    """The one problem of a CSV."""
    (problem,) = read(csv_bytes(*rows)).problems
    return problem
