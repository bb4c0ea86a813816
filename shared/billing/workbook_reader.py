"""The cells of an XLSX workbook, read through openpyxl without trusting what the file states."""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import cast

import openpyxl
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from shared.billing.export_types import MAX_COLUMNS, UnreadableExportError
from shared.billing.rules import Cell

MAX_UNPACKED_BYTES = 200_000_000
# Lists as spreadsheets write them unpack to 10 to 20 times their size.
MAX_UNPACKED_RATIO = 100
_UNPACKED_IN_ANY_RATIO = 10_000_000
MAX_SHARED_STRINGS = 1_000_000
MAX_PARTS = 2_000
LAST_SHEET_ROW = 1_048_576
_HEAD_ROWS = 20
_TITLES_OF_A_LIST = 3
_CHUNK = 1 << 20
_FORMULA = re.compile(rb"<(?:[^\s<>/=\"']+:)?f[\s/>]")
_SHARED_STRING = re.compile(rb"<(?:[^\s<>/=\"']+:)?si[\s/>]")


def workbook_rows(
    data: bytes, known_titles: Callable[[Sequence[Cell]], int]
) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The rows of the one sheet that holds a list of invoices, with their numbers from 1.

    Formulas give the value that the spreadsheet last worked out. Raises UnreadableExportError for
    an archive that is no workbook or unpacks too large, two sheets of invoices, dates counted from
    1904, and formulas without a value.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            has_formulas = _check_archive(data)
            rows = _read(data, known_titles, data_only=True)
            if has_formulas:
                _refuse_unworked_formulas(rows, _read(data, known_titles, data_only=False))
    except UnreadableExportError:
        raise
    except Exception:
        # zipfile, zlib and openpyxl let any exception of their parts through on a damaged or hostile
        # file, and their texts quote cells: none may go further.
        raise UnreadableExportError(
            "Le classeur est abîmé, chiffré, ou n’est pas un vrai .xlsx. Ouvrez-le dans un tableur "
            "et enregistrez-le de nouveau, ou exportez en CSV."
        ) from None
    return iter(rows)


def _check_archive(data: bytes) -> bool:
    """Refuse what must not be unpacked; tell whether a sheet holds formulas."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        unpacked = sum(p.file_size for p in parts)
        if unpacked > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
            raise UnreadableExportError(
                f"Une fois décompressé, le classeur dépasse {MAX_UNPACKED_BYTES // 1_000_000} "
                "Mo. Exportez une période plus courte, ou en CSV."
            )
        if unpacked > max(_UNPACKED_IN_ANY_RATIO, MAX_UNPACKED_RATIO * len(data)):
            raise UnreadableExportError(
                "Le classeur est comprimé plus fort qu’aucun tableur ne le fait. Ouvrez-le dans un "
                "tableur et enregistrez-le de nouveau, ou exportez en CSV."
            )
        names = {part.filename for part in parts}
        if "xl/workbook.xml" not in names:
            raise UnreadableExportError(
                "Cette archive n’est pas un classeur .xlsx. Enregistrez la liste en .xlsx ou en CSV."
            )
        return _look_through(archive, parts)


def _look_through(archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether any part, whatever its name, holds a formula; refuse more texts than a list has."""
    formulas, texts = False, 0
    for part in parts:
        for piece in _pieces(archive, part):
            formulas = formulas or _FORMULA.search(piece) is not None
            texts += sum(1 for _ in _SHARED_STRING.finditer(piece))
            if texts > MAX_SHARED_STRINGS:
                raise UnreadableExportError(
                    f"Le classeur contient plus de {MAX_SHARED_STRINGS} textes. Exportez une "
                    "période plus courte, ou en CSV."
                )
    return formulas


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's bytes, never cut within a tag. Without NUL: what is in UTF-16 then reads as ASCII."""
    with archive.open(part) as opened:
        kept = b""
        while chunk := opened.read(_CHUNK):
            piece = kept + chunk.replace(b"\0", b"")
            cut = piece.rfind(b"<") if len(kept) < _CHUNK else len(piece)
            cut = len(piece) if cut < 0 else cut
            yield piece[:cut]
            kept = piece[cut:]
        yield kept


def _read(
    data: bytes, known_titles: Callable[[Sequence[Cell]], int], *, data_only: bool
) -> list[tuple[int, Sequence[Cell]]]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only)
    try:
        if book.epoch == MAC_EPOCH:
            raise UnreadableExportError(
                "Ce classeur compte ses dates depuis 1904. Exportez la liste en CSV UTF-8."
            )
        return list(_rows(_sheet(book, known_titles)))
    finally:
        book.close()


def _sheet(book: Workbook, known_titles: Callable[[Sequence[Cell]], int]) -> Worksheet:
    """The visible sheet with most known titles; a second list is refused: it would stay unread."""
    scored = []
    for sheet in book.worksheets:
        if isinstance(sheet, ReadOnlyWorksheet) and sheet.sheet_state == "visible":
            sheet.reset_dimensions()
            # The type stubs give iter_rows to this class only; read-only sheets share it.
            rows_of = cast(Worksheet, sheet)
            head = [cells for _, cells in islice(_rows(rows_of), _HEAD_ROWS)]
            scored.append((max(map(known_titles, head), default=0), rows_of))
    if not scored:
        raise UnreadableExportError("Le classeur n’a aucune feuille visible.")
    if sum(score >= _TITLES_OF_A_LIST for score, _ in scored) > 1:
        raise UnreadableExportError(
            "Plusieurs feuilles du classeur contiennent une liste. Gardez une seule feuille."
        )
    return max(scored, key=lambda pair: pair[0])[1]


def _rows(sheet: Worksheet) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Rows that hold something. The size that the sheet states is not trusted: it may hide rows."""
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > LAST_SHEET_ROW:
            raise UnreadableExportError(
                "Le classeur est abîmé\u00a0: il numérote plus de lignes qu’un tableur."
            )
        if any(value is not None for value in values):
            cells = [_cell(value) for value in values]
            while cells[-1] is None:
                cells.pop()
            if len(cells) > MAX_COLUMNS:
                raise UnreadableExportError(
                    f"Le classeur a plus de {MAX_COLUMNS} colonnes. Gardez celles de la liste."
                )
            yield number, cells


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | int | float | date):
        return value
    return str(value)


def _refuse_unworked_formulas(
    worked: Sequence[tuple[int, Sequence[Cell]]], written: Sequence[tuple[int, Sequence[Cell]]]
) -> None:
    """A formula that no spreadsheet has worked out yet would read as an empty cell."""
    values = dict(worked)
    for number, cells in written:
        known = values.get(number, ())
        for index, cell in enumerate(cells):
            if cell is not None and (index >= len(known) or known[index] is None):
                raise UnreadableExportError(
                    f"Ligne {number}\u00a0: une formule n’a pas encore de valeur. Ouvrez le "
                    "classeur dans un tableur, enregistrez-le, puis recommencez."
                )
