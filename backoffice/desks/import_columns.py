"""What the columns of a list mean, with the first rows as they will be read."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from backoffice.flaws import FieldError
from shared.base.formats import day, money
from shared.base.vault import Json
from shared.billing import (
    FIELDS,
    Cell,
    CellError,
    Window,
    amount_of,
    date_of,
    label_of,
    missing_fields,
)

SAMPLES = 3
_LONGEST_SAMPLE = 60
_SUMS = {"total", "amo", "amc", "patient_share", "already_paid", "remaining"}
_OLDEST_INVOICE = date(1990, 1, 1)
_YEAR = timedelta(days=365)
# In the order in which lists have them; who pays for somebody else comes last.
_ORDER = (
    "external_ref", "surname", "given_name", "full_name", "birth_date", "phone", "other_phone", "email",
    "address1", "address2", "postcode", "city", "country", "invoice_number", "issued_on", "due_on",
    "total", "amo", "amc", "patient_share", "already_paid", "remaining", "protection", "css", "ame",
    "atmp", "ald", "channel", "opt_out", "language", "dispute",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place, its title, the field it means (empty for none), how its first cells will be
    read. ``fixed`` says why it can't be given a meaning."""

    place: int
    title: str
    field: str
    samples: tuple[str, ...]
    fixed: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns of a list, and what is missing for an import."""

    header_row: int
    columns: tuple[Column, ...]
    missing: tuple[str, ...]


def choices() -> list[tuple[str, str]]:
    """(field, label) in the order of the form."""
    rest = sorted(FIELDS - set(_ORDER), key=lambda field: label_of(field))
    return [(field, label_of(field)) for field in (*_ORDER, *rest)]


def titles_of(head: Json) -> tuple[str, ...]:
    """The titles of a list, as it was read."""
    return tuple(map(str, _dict(head)["titles"]))


def show_columns(head: Json, chosen: Mapping[str, str], *, today: date) -> Columns:
    """The columns with what was chosen for them, title by field."""
    known = _dict(head)
    titles, care = titles_of(head), set(known["care"])
    often = Counter(titles)
    by_title = {title: field for field, title in chosen.items() if title}
    columns = []
    for place, title in enumerate(titles):
        fixed = _fixed(title, place in care, often)
        field = "" if fixed else by_title.get(title, "")
        cells = [_cell(row[place]) if place < len(row) else None for row in known["rows"][:SAMPLES]]
        shown = () if place in care else tuple(as_read(field, cell, today=today) for cell in cells)
        columns.append(Column(place, title, field, shown, fixed))
    return Columns(known["header_row"], tuple(columns), tuple(missing_fields(chosen)))


def _fixed(title: str, is_care: bool, often: Mapping[str, int]) -> str:
    if is_care:
        return "Soins ou numéro de sécurité sociale : jamais repris ici."
    if not title:
        return "Sans titre : donnez-lui un titre dans le fichier pour la reprendre."
    if often[title] > 1:
        return "Deux colonnes ont ce titre : renommez-en une dans le fichier pour la reprendre."
    return ""


def chosen_columns(form: MultiDict[str, str], head: Json) -> dict[str, str]:
    """Title by field as the form says, every field named: an empty title leaves one out.

    Raises FieldError where two columns are given one meaning.
    """
    known = _dict(head)
    titles, care = titles_of(head), set(known["care"])
    often = Counter(titles)
    chosen = dict.fromkeys(sorted(FIELDS), "")
    for place, title in enumerate(titles):
        field = form.get(f"c{place}", "")
        if field not in FIELDS or _fixed(title, place in care, often):
            continue
        if chosen[field]:
            raise FieldError(
                f"c{place}",
                title,
                f"Deux colonnes disent « {label_of(field)} » : « {chosen[field]} » et « {title} ». "
                "Gardez-en une.",
            )
        chosen[field] = title
    return chosen


def typed_columns(form: MultiDict[str, str], columns: Columns) -> Columns:
    """The form as it was filled in, where it can't be taken."""
    kept = tuple(
        Column(c.place, c.title, form.get(f"c{c.place}", ""), c.samples, c.fixed)
        for c in columns.columns
    )
    return Columns(columns.header_row, kept, columns.missing)


def as_read(field: str, cell: Cell, *, today: date) -> str:
    """A cell as the import will read it under this meaning, or that it can't be read so."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return ""
    try:
        return _reader(field, today)(cell)[:_LONGEST_SAMPLE]
    except CellError as refused:
        return f"✗ {refused}"


def _reader(field: str, today: date) -> Callable[[Cell], str]:
    if field in _SUMS:
        return lambda cell: money(amount_of(cell))
    windows = {
        "birth_date": Window(today - 120 * _YEAR, today, "Cette date est dans le futur."),
        "issued_on": Window(_OLDEST_INVOICE, today, "Cette date est dans le futur."),
        "due_on": Window(_OLDEST_INVOICE, today + 5 * _YEAR, "Cette date est trop lointaine."),
    }
    window = windows.get(field.removeprefix("debtor_"))
    if window is not None:
        return lambda cell: day(date_of(cell, window))
    return lambda cell: day(cell) if isinstance(cell, date) else str(cell)


def _cell(cell: Any) -> Cell:
    if isinstance(cell, dict):
        return date.fromisoformat(cell["day"]) if "day" in cell else float(cell["number"])
    found: Cell = cell
    return found


def _dict(head: Json) -> Mapping[str, Any]:
    return (
        head if isinstance(head, dict) else {"titles": (), "care": (), "rows": (), "header_row": 0}
    )


def mapping_words(opened: Json, places: Sequence[str]) -> dict[str, str]:
    """Title by field, of those titles that the list has."""
    pairs = opened.items() if isinstance(opened, dict) else ()
    return {field: str(title) for field, title in pairs if title in places}
