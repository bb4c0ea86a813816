"""The bytes of a CSV or XLSX file as rows of cells, numbered as a spreadsheet shows them."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath

from shared.billing.export_types import MAX_COLUMNS, UnreadableExportError
from shared.billing.rules import Cell

MAX_BYTES = 50_000_000
MAX_ROWS = 200_000
DELIMITERS = (";", ",", "\t", "|")
_SAMPLE_CHARACTERS = 65_536
_SAMPLE_ROWS = 20

_CSV_NAMES = (".csv", ".txt", ".tsv")
_FRENCH = set("éèàêçâîôûùëïüÿœæÉÈÀÊÇÂÎÔÛÙËÏÜŸŒÆ€°«»’‘“”–—…\u00a0º²·")
_WESTERN = set("áíóúñäößåøãõÁÍÓÚÑÄÖÅØÃÕšžŠŽýÝ¿¡´`§")
_SINGLE_BYTE = ("cp1252", "iso8859-15", "mac-roman")
_TWICE_ENCODED = ("Ã©", "Ã¨", "Ãª", "Ã§", "Ã´", "Ã®", "Ã«", "â‚¬", "â€™")

_FOREIGN_CONTENT = (
    (b"%PDF", "Ce fichier est un PDF. Exportez la liste en CSV ou en XLSX."),
    (
        b"\xd0\xcf\x11\xe0",
        "Ce fichier est un ancien classeur (.xls) ou un classeur protégé par un mot de passe. "
        "Enregistrez-le en .xlsx sans mot de passe, ou en CSV.",
    ),
    (b"\x1f\x8b", "Ce fichier est compressé. Décompressez-le d’abord."),
    (b"{\\rtf", "Ce fichier est un texte mis en page. Exportez la liste en CSV ou en XLSX."),
)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with their numbers from 1, to be read once. ``delimiter`` is empty for a workbook."""

    rows: Iterator[tuple[int, Sequence[Cell]]]
    encoding: str
    delimiter: str


def open_table(data: bytes, filename: str, known_titles: Callable[[Sequence[Cell]], int]) -> Table:
    """Open an export by its content. ``known_titles`` counts the titles that a row holds: it tells
    the delimiter, or the right sheet, better than any statistics.

    Raises UnreadableExportError for a file that is no CSV or XLSX, not what its name says, too
    large, hostile, or in a mixture of encodings; while rows are read, for a torn quotation or too
    many rows.
    """
    if not data.strip(b" \t\r\n\x00"):
        raise UnreadableExportError("Le fichier est vide.")
    if len(data) > MAX_BYTES:
        raise UnreadableExportError(
            f"Le fichier dépasse {MAX_BYTES // 1_000_000} Mo. Exportez une période plus courte."
        )
    suffix = PurePath(filename).suffix.lower()
    if suffix not in (*_CSV_NAMES, ".xlsx"):
        raise UnreadableExportError("Donnez un fichier .csv ou .xlsx (son nom doit finir ainsi).")
    for start, sentence in _FOREIGN_CONTENT:
        if data.startswith(start):
            raise UnreadableExportError(sentence)
    zipped = data.startswith(b"PK")
    if zipped != (suffix == ".xlsx"):
        raise UnreadableExportError(
            "Le contenu du fichier ne correspond pas à son nom\u00a0: "
            + ("c’est un classeur ou une archive" if zipped else "ce n’est pas un classeur")
            + f", mais il se termine par {suffix}. Réexportez-le."
        )
    if zipped:
        # Here, because whoever reads no workbook need not wait for openpyxl, which is large.
        from shared.billing.workbook_reader import workbook_rows

        return Table(_limited(workbook_rows(data, known_titles)), "xlsx", "")
    text, encoding = _decoded(data)
    if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<table", "<?xml")):
        raise UnreadableExportError(
            "Ce fichier est une page web ou du XML. Exportez en CSV ou en XLSX."
        )
    text, delimiter = _delimiter(text, known_titles)
    return Table(_limited(_csv_rows(text, delimiter)), encoding, delimiter)


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in data:
        raise UnreadableExportError(
            "Le fichier contient des octets nuls\u00a0: il est abîmé, ou n’est pas un CSV. "
            "Réexportez-le."
        )
    else:
        encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise UnreadableExportError(
                "Le fichier se dit en Unicode mais contient d’autres octets. Réexportez-le en "
                "CSV UTF-8."
            ) from None
        encoding = _single_byte(data)
        text = data.decode(encoding)
    if "\x00" in text:
        raise UnreadableExportError(
            "Le fichier contient des caractères nuls. Réexportez-le en CSV UTF-8."
        )
    if any(damage in text for damage in _TWICE_ENCODED):
        raise UnreadableExportError(
            "Les accents du fichier sont abîmés (é devenu deux caractères). Réexportez-le en CSV "
            "UTF-8."
        )
    return text, encoding


def _single_byte(data: bytes) -> str:
    """The encoding whose reading of the bytes above 127 looks most like French.

    The same byte is « œ » in one and « ½ » or a control character in another; where no byte tells,
    Windows' encoding is the likeliest.
    """
    loose = data.decode("utf-8", errors="replace")
    broken = loose.count("\ufffd")
    above = len(loose) - len(loose.encode("ascii", errors="ignore"))
    if above - broken >= broken:
        raise UnreadableExportError(
            "Le fichier mélange deux encodages. Réexportez-le en CSV UTF-8, sans le modifier à "
            "la main."
        )
    bytes_above = Counter(data.translate(None, delete=bytes(range(128))))

    def score(encoding: str) -> int:
        points = 0
        for value, count in bytes_above.items():
            character = bytes((value,)).decode(encoding, errors="ignore")
            if character in _FRENCH:
                points += count
            elif not character or not character.isprintable():
                points -= 100 * count
            elif character not in _WESTERN:
                points -= count
        return points

    best = max(_SINGLE_BYTE, key=score)
    try:
        data.decode(best)
    except UnicodeDecodeError:
        raise UnreadableExportError(
            "L’encodage du fichier n’est pas reconnu. Réexportez-le en CSV UTF-8."
        ) from None
    return best


def _delimiter(text: str, known_titles: Callable[[Sequence[Cell]], int]) -> tuple[str, str]:
    """The text without a spreadsheet's ``sep=`` line, and the delimiter that shows most titles."""
    first, _, after = text.partition("\n")
    named = first.strip().lower().removeprefix("sep=")
    if first.strip().lower().startswith("sep=") and (named in DELIMITERS or not named):
        return after, named or "\t"
    sample = text[:_SAMPLE_CHARACTERS]

    def score(delimiter: str) -> tuple[int, int]:
        rows = list(islice(_lenient(sample, delimiter), _SAMPLE_ROWS))
        widths = [len(row) for row in rows]
        return max(map(known_titles, rows), default=0), max(widths, default=0)

    return text, max(DELIMITERS, key=score)


def _lenient(sample: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error:
        return


def _csv_rows(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Rows numbered as a spreadsheet does: an empty line counts, a break in quotes does not."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if len(row) > MAX_COLUMNS and any(row[MAX_COLUMNS:]):
                raise UnreadableExportError(
                    f"Ligne {number}\u00a0: plus de {MAX_COLUMNS} colonnes. Gardez celles de la liste."
                )
            yield number, row[:MAX_COLUMNS]
    except csv.Error:
        raise UnreadableExportError(
            f"Ligne {number + 1}\u00a0: un guillemet est mal placé ou n’est jamais refermé. "
            "Corrigez la ligne, ou réexportez le fichier."
        ) from None


def _limited(rows: Iterator[tuple[int, Sequence[Cell]]]) -> Iterator[tuple[int, Sequence[Cell]]]:
    filled = 0
    for number, cells in rows:
        filled += any(c is not None and c != "" for c in cells)
        if filled > MAX_ROWS:
            raise UnreadableExportError(
                f"Le fichier a plus de {MAX_ROWS} lignes. Exportez une période plus courte."
            )
        yield number, cells
