"""What the import desk says of lists and of what becomes of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.base.formats import french_spaces, money, plural
from shared.imports import ABSENT, AGAINST, CHANGED, NEW, NOTED, REFUSED, RETURNED, ImportJob

STATES: Mapping[str, tuple[str, str]] = {
    "received": ("lecture en cours", "go"),
    "preview": ("colonnes à vérifier", "warn"),
    "trial": ("essai en cours", "go"),
    "tried": ("à confirmer", "warn"),
    "asked": ("import en cours", "go"),
    "kept": ("importé", "ok"),
    "failed": ("illisible", "err"),
    "withdrawn": ("abandonné", ""),
    "undoing": ("annulation en cours", "go"),
    "undone": ("annulé", ""),
}
KIND_TITLES: Mapping[str, str] = {
    REFUSED: "Lignes refusées",
    NEW: "Factures nouvelles",
    CHANGED: "Factures changées",
    RETURNED: "Factures revenues",
    ABSENT: "Absentes, mises en pause",
    NOTED: "À vérifier",
    AGAINST: "Comptes qui s’y opposent",
}
UNDO_REASONS: Mapping[str, str] = {
    "wrong_file": "Ce n’était pas la bonne liste",
    "wrong_columns": "Une colonne était mal comprise",
    "wrong_day": "La date ou l’étendue de la liste était fausse",
    "other": "Autre raison",
}
# What became of each line: together they are all lines that were read.
_OF_LINES = (
    ("refused", "refusée", "refusées"),
    ("created", "nouvelle", "nouvelles"),
    ("changed", "changée", "changées"),
    ("returned", "revenue", "revenues"),
    ("unchanged", "inchangée", "inchangées"),
    ("aside", "laissée de côté", "laissées de côté"),
)
_FIGURES = (
    ("lines", "Lignes lues", ""),
    ("rows", "Lignes de factures", ""),
    ("refused", "Lignes refusées", ""),
    ("created", "Factures nouvelles", "created_cents"),
    ("changed", "Factures changées", ""),
    ("returned", "Factures revenues dans la liste", ""),
    ("unchanged", "Factures inchangées", ""),
    ("aside", "Lignes laissées de côté (comptes effacés)", ""),
    ("noted", "Lignes à vérifier, comptées ci-dessus", ""),
    ("absent", "Factures absentes de la liste, mises en pause", "absent_cents"),
    ("acknowledged", "Factures dont un paiement d’ici est entré au logiciel", ""),
    ("accounts_opened", "Comptes nouveaux", ""),
    ("accounts_changed", "Comptes mis à jour", ""),
    ("contacts_replaced", "Contacts remplacés", ""),
    ("links_revoked", "Liens coupés après un changement de contact", ""),
    ("protected", "Comptes en pause pour une protection", ""),
    ("disputed", "Comptes en pause pour un litige", ""),
    ("invoices_withdrawn", "Factures retirées par l’annulation", ""),
    ("invoices_restored", "Factures remises comme avant", ""),
    ("accounts_withdrawn", "Comptes retirés des listes", ""),
    ("left", "Valeurs changées depuis, laissées comme elles sont", ""),
)
_ALWAYS = {"created", "changed", "unchanged"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One count in words; ``before`` is what was confirmed, where it has changed since."""

    title: str
    count: int
    extra: str = ""
    before: int | None = None


def label_of_list(job: ImportJob) -> str:
    """A list's neutral label: its kind and size, never its name."""
    if not job.size_bytes:
        return "Liste"
    kind = {"xlsx": "Classeur XLSX", "csv": "Liste CSV"}.get(job.media, "Liste")
    if job.size_bytes >= 1_000_000:
        size = f"{job.size_bytes / 1_000_000:.1f}".replace(".", ",") + "\u00a0Mo"
    else:
        size = f"{max(job.size_bytes // 1000, 1)}\u00a0ko"
    return f"{kind}, {size}"


def figures_of(counts: Mapping[str, int], before: Mapping[str, int] | None) -> list[Figure]:
    """What an import does, in counts and sums; where it is not what was confirmed, both."""
    was = before or {}
    # Trials of an earlier version worked nothing else out where rows were refused, and counted no lines: a
    # nought would say that nothing changes.
    counted = "lines" in counts
    always = _ALWAYS if counted or not counts.get("refused") else set()
    figures = []
    for name, title, cents in _FIGURES:
        if name == ("rows" if counted else "lines"):
            continue
        count = counts.get(name, 0)
        changed = before is not None and was.get(name, 0) != count
        if count or changed or name in always:
            extra = money(counts[cents]) if cents and counts.get(cents) else ""
            figures.append(Figure(title, count, extra, was.get(name, 0) if changed else None))
    adjusted = counts.get("adjusted_cents", 0)
    if adjusted:
        sign = "+" if adjusted > 0 else ""
        figures.append(Figure("Reste dû ajusté de", 0, f"{sign}{money(adjusted)}"))
    return figures


def sum_of_lines(counts: Mapping[str, int]) -> str:
    """What became of all lines, as a sum; empty for an import of a version that did not count them."""
    if "lines" not in counts:
        return ""
    parts = [
        f"{counts[name]} {plural(counts[name], one, many)}"
        for name, one, many in _OF_LINES
        if counts.get(name)
    ]
    lines = counts["lines"]
    return french_spaces(
        f"{lines} {plural(lines, 'ligne lue', 'lignes lues')} = {' + '.join(parts)}"
    )


def summed_up(counts: Mapping[str, int]) -> str:
    """The same in one line, for the history."""
    words = (
        ("created", "nouvelle", "nouvelles"),
        ("changed", "changée", "changées"),
        ("unchanged", "inchangée", "inchangées"),
        ("refused", "refusée", "refusées"),
        ("absent", "absente", "absentes"),
    )
    told = [
        f"{counts[name]} {plural(counts[name], one, many)}"
        for name, one, many in words
        if counts.get(name)
    ]
    return french_spaces(", ".join(told))
