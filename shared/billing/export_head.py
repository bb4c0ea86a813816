"""The top of an export: its titles, what they seem to mean, and its first rows, for a person to look at."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from shared.billing import columns
from shared.billing.cell_words import fold
from shared.billing.column_match import (
    HEADER_WITHIN,
    Meaning,
    clear_field,
    known_titles,
    meaning_of,
    title_of,
)
from shared.billing.export_reader import open_table
from shared.billing.export_types import UnreadableExportError
from shared.billing.rules import Cell

SAMPLE_ROWS = 5
_FEWEST_TITLES = 3


@dataclass(frozen=True, slots=True)
class ExportHead:
    """``titles`` by column, ``meant`` a field by title where it is clear, ``care`` the columns (from 0)
    that tell of care and are never given a meaning, ``rows`` the first cells under the titles."""

    header_row: int
    titles: tuple[str, ...]
    meant: Mapping[str, str]
    care: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    encoding: str
    delimiter: str


def read_head(data: bytes, *, filename: str) -> ExportHead:
    """Look at the top of a CSV or XLSX export without asking that every column is there.

    Raises UnreadableExportError, with a French sentence, for a file that is no table.
    """
    table = open_table(data, filename, lambda cells: known_titles(cells, {}))
    filled = ((number, cells) for number, cells in table.rows if any(map(_says, cells)))
    top = list(islice(filled, HEADER_WITHIN + SAMPLE_ROWS))
    at = _titles_at([cells for _, cells in top])
    number, cells = top[at]
    titles = [title_of(cell) for cell in cells]
    while titles and not titles[-1]:
        titles.pop()
    return ExportHead(
        header_row=number,
        titles=tuple(titles),
        meant=_meant(titles),
        care=tuple(i for i, title in enumerate(titles) if tells_of_care(title)),
        rows=tuple(tuple(row[: len(titles)]) for _, row in top[at + 1 : at + 1 + SAMPLE_ROWS]),
        encoding=table.encoding,
        delimiter=table.delimiter,
    )


def tells_of_care(title: str) -> bool:
    """Whether a column of this title tells of care, or holds the national number: it is not taken over."""
    return clear_field(title) is None and meaning_of(title) in {
        Meaning.CARE,
        Meaning.NATIONAL_NUMBER,
    }


def missing_fields(chosen: Mapping[str, str]) -> list[str]:
    """What an import can't do without and that no column was chosen for, in French words."""
    return [
        " ou ".join(map(columns.label_of, fields))
        for fields in columns.REQUIRED
        if not any(chosen.get(field) for field in fields)
    ]


def _says(cell: Cell) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _titles_at(rows: Sequence[Sequence[Cell]]) -> int:
    """The row with most known titles; where none is known, the first that is made of several words."""
    scores = [known_titles(row, {}) for row in rows[:HEADER_WITHIN]]
    if max(scores, default=0) >= 2:
        return scores.index(max(scores))
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        words = {fold(cell) for cell in row if isinstance(cell, str) and title_of(cell)}
        if len(words) >= _FEWEST_TITLES:
            return index
    raise UnreadableExportError(
        "Aucune ligne de titres reconnue. La première ligne du fichier doit nommer les "
        "colonnes (n° de dossier, nom, prénom, date de naissance, n° de facture…)."
    )


def _meant(titles: Sequence[str]) -> dict[str, str]:
    """Title by field. What two columns claim is left to be chosen, so that nothing is guessed."""
    claims: dict[str, list[str]] = defaultdict(list)
    unclear: list[str] = []
    for title in titles:
        field = clear_field(title)
        if field:
            claims[field].append(title)
        elif title and not tells_of_care(title):
            unclear.append(title)
    meant = {field: found[0] for field, found in claims.items() if len(found) == 1}
    for title in unclear:
        weak = columns.weak_fields_by_key().get(columns.key_of(columns.words_of(title)), ())
        free = [field for field in weak if field not in claims]
        if free:
            claims[free[0]].append(title)
            meant[free[0]] = title
    return meant
