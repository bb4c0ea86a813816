"""What an import did or would do, in French: row numbers, columns, invoice numbers and sums only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ardoise.importing.context import RemainderChange
from shared.base.clock import local_date
from shared.base.formats import clock_time, day, french_spaces, money, plural
from shared.base.money import Cents
from shared.billing import ColumnReport, RowProblem
from shared.imports import Fate

SHOWN = 20

_ENCODINGS = {"xlsx": "classeur XLSX", "utf-8": "UTF-8", "utf-8-sig": "UTF-8"}
_DELIMITERS = {";": "point-virgule", ",": "virgule", "\t": "tabulation"}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """One import. ``counts`` are those of the import run, sums among them named ``…_cents``.

    ``absent`` holds number and open cents of what is newly missing from a full list. ``fates`` tells row by
    row; with ``leaves_out`` the rest is kept without the rows that something speaks against. ``lines`` were
    read, ``rows`` of them stayed.
    """

    source_name: str
    timezone: str
    fresh_days: int
    keeps_lines: bool
    digest: str
    as_of: datetime
    full: bool
    dry_run: bool
    encoding: str
    delimiter: str
    columns: ColumnReport
    problems: tuple[RowProblem, ...]
    lines: int
    rows: int
    counts: Mapping[str, int]
    changes: tuple[RemainderChange, ...]
    absent: tuple[tuple[str, Cents], ...]
    fates: tuple[Fate, ...] = ()
    leaves_out: bool = False

    @property
    def blocking(self) -> tuple[RowProblem, ...]:
        """What keeps everything out."""
        return tuple(problem for problem in self.problems if problem.blocking)

    @property
    def kept(self) -> bool:
        """Whether the import is in the database now."""
        return (self.leaves_out or not self.blocking) and not self.dry_run


def report_lines(report: ImportReport) -> list[str]:
    """The report as printed, line by line."""
    lines = [*_heading(report), ""]
    if report.blocking:
        lines += _refused(report)
    else:
        lines += [*_figures(report), *_changes(report), *_absent(report)]
    lines += [*_notes(report), "", *_ending(report)]
    return [french_spaces(line) for line in lines]


def _heading(report: ImportReport) -> list[str]:
    on, at = local_date(report.as_of, report.timezone), clock_time(report.as_of, report.timezone)
    kind = "liste complète" if report.full else "liste partielle"
    encoding = _ENCODINGS.get(report.encoding, report.encoding)
    delimiter = _DELIMITERS.get(report.delimiter, report.delimiter)
    read = f"Fichier : {encoding}{f', séparateur {delimiter}' if delimiter else ''}"
    care = "conservées scellées" if report.keeps_lines else "non conservées"
    titles = (
        (f"Colonnes de soins, {care}", report.columns.care_columns),
        ("Colonnes non reprises", report.columns.unused),
        ("Colonnes inconnues, laissées de côté", report.columns.unknown),
    )
    return [
        f"Import de « {report.source_name} », {kind} du {day(on)}, {at}",
        f"{read}, titres à la ligne {report.columns.header_row}",
        *(f"{title} : {', '.join(names)}" for title, names in titles if names),
    ]


def _figures(report: ImportReport) -> list[str]:
    count = report.counts.get
    figures = (
        ("Lignes de factures", report.rows, ""),
        ("Factures nouvelles", count("created", 0), _sum(count("created_cents", 0))),
        ("Factures changées", count("changed", 0), ""),
        ("Factures revenues dans la liste", count("returned", 0), ""),
        ("Factures inchangées", count("unchanged", 0), ""),
        ("Factures absentes de la liste, en pause", count("absent", 0), _absent_sum(report)),
        ("Factures dont un paiement d’ici est entré au logiciel", count("acknowledged", 0), ""),
        ("Comptes nouveaux", count("accounts_opened", 0), ""),
        ("Comptes mis à jour", count("accounts_changed", 0), ""),
        ("Contacts remplacés", count("contacts_replaced", 0), ""),
        ("Liens coupés après un changement de contact", count("links_revoked", 0), ""),
        ("Comptes en pause pour une protection", count("protected", 0), ""),
        ("Comptes en pause pour un litige", count("disputed", 0), ""),
    )
    always = {"Lignes de factures", "Factures nouvelles", "Factures inchangées"}
    shown = [
        f"{title} : {number}{extra}"
        for title, number, extra in figures
        if number or title in always
    ]
    adjusted = count("adjusted_cents", 0)
    return [*shown, f"Reste dû ajusté de {_signed(adjusted)}"] if adjusted else shown


def _sum(cents: Cents) -> str:
    return f", {money(cents)} à payer" if cents else ""


def _absent_sum(report: ImportReport) -> str:
    return _sum(sum(cents for _, cents in report.absent))


def _signed(cents: Cents) -> str:
    return f"+{money(cents)}" if cents > 0 else money(cents)


def _changes(report: ImportReport) -> list[str]:
    return _listed(
        "Restes dus changés :",
        [
            f"ligne {change.row}, facture {change.number} : "
            f"{money(change.before_cents)} → {money(change.after_cents)}"
            for change in report.changes
        ],
    )


def _absent(report: ImportReport) -> list[str]:
    lines = _listed(
        "Absentes de la liste, à vérifier dans votre logiciel :",
        [f"facture {number} : {money(cents)}" for number, cents in report.absent],
    )
    if lines:
        lines.append("Si la liste n’était pas complète, relancez l’import avec --partial.")
    return lines


def _listed(title: str, lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    more = len(lines) - SHOWN
    rest = [f"  … et {more} {plural(more, 'autre', 'autres')}"] if more > 0 else []
    return ["", title, *(f"  {line}" for line in lines[:SHOWN]), *rest]


def _refused(report: ImportReport) -> list[str]:
    rows = len({problem.row for problem in report.blocking})
    mend = plural(rows, "ligne est à corriger", "lignes sont à corriger")
    return [f"{rows} {mend} :", *_problems(report.blocking)]


def _notes(report: ImportReport) -> list[str]:
    notes = [problem for problem in report.problems if not problem.blocking]
    title = "À vérifier, sans bloquer l’import :"
    return ["", title, *_problems(notes)] if notes else []


def _problems(problems: Iterable[RowProblem]) -> list[str]:
    """All of them, however many: a bad row never hides."""
    return [
        f"  ligne {p.row}, {f'colonne « {p.column} » : ' if p.column else ''}{p.reason}"
        f"{f' (facture {p.number})' if p.number else ''}"
        for p in problems
    ]


def _ending(report: ImportReport) -> list[str]:
    if report.blocking:
        return ["Rien n’a été importé. Corrigez ces lignes, puis recommencez."]
    if report.dry_run:
        return ["Essai : rien n’a été gardé, rien n’a été envoyé."]
    return ["Import gardé. Rien n’a été envoyé.", *_freshness(report)]


def _freshness(report: ImportReport) -> list[str]:
    if not report.full:
        return []
    last = local_date(report.as_of, report.timezone) + timedelta(days=report.fresh_days)
    return [f"Sans nouvel export, les rappels s’arrêtent après le {day(last)}."]
