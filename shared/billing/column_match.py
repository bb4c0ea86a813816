"""Finding the row of titles in an export and telling which column means what."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from shared.billing import columns
from shared.billing.cell_words import fold, text_of
from shared.billing.export_types import ColumnReport, UnreadableExportError
from shared.billing.rules import Cell, CellError

HEADER_WITHIN = 20
_TITLES_QUOTED = 40
_SEMICOLON = "\u202f; "


class Meaning(Enum):
    """What a column without a field tells of."""

    CARE = "care"
    NATIONAL_NUMBER = "national number"
    UNUSED = "unused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """Where each field stands (index from 0), which columns tell of care, all titles."""

    report: ColumnReport
    position: Mapping[str, int]
    care: tuple[tuple[str, int], ...]
    titles: tuple[str, ...]
    has_debtor: bool


def known_titles(cells: Sequence[Cell], mapping: Mapping[str, str]) -> int:
    """How many cells of a row look like titles: known ones, or those that the mapping names."""
    mapped = {fold(title) for title in mapping.values() if title}
    return len({
        field
        for cell in cells
        if isinstance(cell, str) and (title := title_of(cell))
        if (field := clear_field(title) or (title if fold(title) in mapped else ""))
    })  # fmt: skip


def find_titles(head: Sequence[Sequence[Cell]], mapping: Mapping[str, str]) -> int:
    """The index of the row of titles among a file's first rows: the one with most known titles.

    Raises UnreadableExportError when no row has two. That text quotes no cell: a file
    without titles begins with a patient.
    """
    scores = [known_titles(row, mapping) for row in head[:HEADER_WITHIN]]
    best = max(scores, default=0)
    if best < 2:
        raise UnreadableExportError(
            "Aucune ligne de titres reconnue. La première ligne du fichier doit nommer les "
            "colonnes (n° de dossier, nom, prénom, date de naissance, n° de facture…)."
        )
    return scores.index(best)


def plan_columns(cells: Sequence[Cell], row: int, mapping: Mapping[str, str]) -> ColumnPlan:
    """Match the titles of a file with fields. ``mapping`` (field → title) wins over synonyms; an
    empty title there leaves the field out.

    Raises UnreadableExportError, naming the columns, for a mapping that does not fit, two
    columns of one meaning, or a required column that is missing.
    """
    titles = [title_of(cell) for cell in cells]
    while titles and not titles[-1]:
        titles.pop()
    position = _mapped(titles, mapping)
    fixed = set(position.values())
    claims: dict[str, list[int]] = defaultdict(list)
    rest: list[int] = []
    for index, title in enumerate(titles):
        field = clear_field(title)
        if index in fixed:
            continue
        if field and field not in mapping:
            claims[field].append(index)
        else:
            rest.append(index)
    _refuse_doubles(claims, titles)
    position |= {field: indexes[0] for field, indexes in claims.items()}
    others = _take_weak(rest, titles, position, mapping)
    _refuse_missing(position, titles)
    return _plan(titles, row, position, others)


def _mapped(titles: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    position: dict[str, int] = {}
    for field, title in mapping.items():
        if field not in columns.FIELDS:
            raise UnreadableExportError(
                f"La correspondance des colonnes nomme un champ inconnu, «\u00a0{field}\u00a0». "
                f"Champs possibles\u00a0: {', '.join(sorted(columns.FIELDS))}."
            )
        if not title:
            continue
        same = [i for i, t in enumerate(titles) if t == title.strip()]
        same = same or [i for i, t in enumerate(titles) if t and fold(t) == fold(title)]
        if len(same) != 1:
            count = "n’est pas" if not same else "est plusieurs fois"
            raise UnreadableExportError(
                f"La colonne «\u00a0{title}\u00a0», que la correspondance donne pour "
                f"{columns.label_of(field)}, {count} dans le fichier. {_titles_found(titles)}"
            )
        if same[0] in position.values():
            raise UnreadableExportError(
                f"La correspondance donne à la colonne «\u00a0{title}\u00a0» deux sens différents. "
                "Gardez-en un seul."
            )
        position[field] = same[0]
    return position


def _take_weak(
    rest: Sequence[int],
    titles: Sequence[str],
    position: dict[str, int],
    mapping: Mapping[str, str],
) -> list[int]:
    """Give unclear titles the fields that are still free; return the columns left over."""
    others = []
    for index in rest:
        fields = columns.weak_fields_by_key().get(
            columns.key_of(columns.words_of(titles[index])), ()
        )
        free = [f for f in fields if f not in position and mapping.get(f, "?")]
        if free:
            position[free[0]] = index
        else:
            others.append(index)
    return others


def _plan(
    titles: Sequence[str], row: int, position: Mapping[str, int], others: Sequence[int]
) -> ColumnPlan:
    by_meaning: dict[Meaning, list[int]] = defaultdict(list)
    for index in others:
        by_meaning[meaning_of(titles[index])].append(index)
    care = by_meaning[Meaning.CARE]
    report = ColumnReport(
        header_row=row,
        used={field: titles[i] for field, i in sorted(position.items(), key=lambda pair: pair[1])},
        unused=tuple(titles[i] for i in by_meaning[Meaning.UNUSED]),
        care_columns=tuple(titles[i] for i in sorted(care + by_meaning[Meaning.NATIONAL_NUMBER])),
        unknown=tuple(
            titles[i] or f"(colonne {i + 1}, sans titre)" for i in by_meaning[Meaning.UNKNOWN]
        ),
    )
    keys: dict[str, int] = {}
    for i in care:
        keys[titles[i] if titles[i] not in keys else f"{titles[i]} (colonne {i + 1})"] = i
    return ColumnPlan(
        report,
        dict(position),
        tuple(keys.items()),
        tuple(titles),
        any(field.startswith("debtor_") for field in position),
    )


def title_of(cell: Cell) -> str:
    """What stands in a cell of a row of titles; empty for what is no text."""
    try:
        return text_of(cell)
    except CellError:
        return ""


def clear_field(title: str) -> str | None:
    """The field that a title names beyond doubt."""
    words = columns.words_of(title)
    known = columns.fields_by_key()
    if field := known.get(columns.key_of(words)):
        return field
    if meaning_of(title) is not Meaning.UNKNOWN:
        return None
    bare = [word for word in words if word not in columns.DEBTOR_WORDS]
    if len(bare) < len(words):
        field = _party_field(bare)
        return f"debtor_{field}" if field else None
    bare = [word for word in words if word not in columns.PATIENT_WORDS]
    return _party_field(bare) if len(bare) < len(words) else None


def _party_field(words: Sequence[str]) -> str | None:
    if not words:
        return "full_name"
    key = columns.key_of(words)
    field = columns.fields_by_key().get(key) or columns.weak_fields_by_key().get(key, ("",))[0]
    return field if field in columns.PARTY_FIELDS else None


def meaning_of(title: str) -> Meaning:
    """What a column tells of whose title names no field."""
    words = columns.words_of(title)
    key = columns.key_of(words)
    if key in columns.unused_keys():
        return Meaning.UNUSED
    if any(word in columns.NATIONAL_NUMBER_WORDS for word in words):
        return Meaning.NATIONAL_NUMBER
    if key in columns.care_phrase_keys() or any(w.startswith(columns.CARE_STEMS) for w in words):
        return Meaning.CARE
    return Meaning.UNKNOWN


def _refuse_doubles(claims: Mapping[str, Sequence[int]], titles: Sequence[str]) -> None:
    doubles = [
        f"{columns.label_of(field)} ({', '.join(titles[i] for i in indexes)}, champ {field})"
        for field, indexes in claims.items()
        if len(indexes) > 1
    ]
    if doubles:
        raise UnreadableExportError(
            f"Plusieurs colonnes ont le même sens\u00a0: {_SEMICOLON.join(doubles)}. Gardez-en "
            "une, ou dites laquelle par la correspondance des colonnes."
        )


def _refuse_missing(position: Mapping[str, int], titles: Sequence[str]) -> None:
    names = [
        fields[0] for fields in columns.REQUIRED if not any(field in position for field in fields)
    ]
    if names:
        missing = map(columns.label_of, names)
        raise UnreadableExportError(
            f"Colonnes obligatoires introuvables\u00a0: {', '.join(missing)}. "
            f"{_titles_found(titles)} Ajoutez-les à l’export, ou dites quelle colonne c’est avec "
            f"--mapping {names[0]}=TITRE (champs\u00a0: {', '.join(names)})."
        )


def _titles_found(titles: Sequence[str]) -> str:
    shown = [title[:40] for title in titles if title][:_TITLES_QUOTED]
    return f"Titres trouvés\u00a0: {', '.join(shown)}."
