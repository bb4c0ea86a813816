"""One import from the file's bytes to what is kept of it: everything, or nothing."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from ardoise.importing.absent import missing_invoices, note_missing
from ardoise.importing.beginning import Export, ImportRefusedError, begin, lock_imports
from ardoise.importing.comparing import compare
from ardoise.importing.context import Run
from ardoise.importing.history import note_command
from ardoise.importing.matching import Match
from ardoise.importing.reading import absent_holds
from ardoise.importing.report import ImportReport
from ardoise.importing.touched import noting, write_touches
from ardoise.importing.writing import lock_accounts, write_matches
from shared.accounts import get_practice
from shared.audit import record
from shared.base.clock import Clock, local_date
from shared.base.database import Database
from shared.base.vault import BlindIndex, KeyRing
from shared.billing import ImportRun, ParsedExport, RowProblem, read_export
from shared.imports import NOTED, REFUSED, Fate


def run_import(
    database: Database,
    *,
    practice_id: int,
    source_name: str,
    data: bytes,
    filename: str,
    mapping: Mapping[str, str] | None,
    full: bool,
    as_of: datetime,
    keys: KeyRing,
    index: BlindIndex,
    clock: Clock,
    dry_run: bool,
    progress: Callable[[int], object] = lambda _rows: None,
    read: Callable[..., ParsedExport] = read_export,
    leave_out: bool = False,
    keep: Callable[[Run, ImportReport], None] | None = None,
) -> ImportReport:
    """Take over a practice's export of unpaid invoices, in one transaction; nothing is ever sent.

    What changes is found out before that transaction begins: on SQLite it keeps every other writer
    waiting, and most rows of a weekly list change nothing.

    ``full`` says that the list names all unpaid invoices of the source as of ``as_of``. A blocking
    problem in any row keeps everything out. ``dry_run`` does the whole work and takes it back, so
    that its report is what would happen: without the refused rows, where there are some. ``progress`` is
    told how many more rows are done. With
    ``leave_out`` the rows that something speaks against are left aside; such a list is not full, since it
    can't be told what it would name. ``keep`` is called last in the transaction, and whatever it raises
    keeps everything out.

    Raises UnreadableExportError for a file that is no such list, ImportRefusedError for one that is
    older than what is known already, NotFoundError for an unknown practice.
    """
    at = clock.now()
    with database.reading(practice_id) as session:
        practice = get_practice(session, practice_id)
    if as_of > at:
        raise ImportRefusedError("La date de l’export est dans le futur. Corrigez-la.")
    parsed = read(
        data,
        filename=filename,
        mapping=mapping,
        keep_care=practice.keeps_lines,
        today=local_date(at, practice.timezone),
    )
    export = Export(parsed, hashlib.sha256(data).hexdigest(), as_of, full, source_name, leave_out)
    goes_on = leave_out or dry_run
    with database.reading(practice_id) as session:
        run, imports = begin(session, practice_id, export, keys, index, at)
        export, touched = _compared(run, export, progress, goes_on=goes_on)
    if goes_on or not run.problems.are_blocking:
        with database.unit_of_work(practice_id) as work:
            lock_imports(work.session, practice_id)
            writing, imports_now = begin(work.session, practice_id, export, keys, index, at)
            if imports_now == imports:
                run = replace(writing, problems=run.problems, tally=run.tally)
            else:  # another import came between: nothing of the comparison holds
                run = writing
                whole = replace(export, parsed=parsed, full=full)
                export, touched = _compared(writing, whole, progress, goes_on=goes_on)
            if goes_on or not run.problems.are_blocking:
                with noting(work.session) as touches:
                    _take_over(run, export, touched, progress)
                    _conclude(run, export)
                if not dry_run:
                    write_touches(run, touches)
                    report = _report(run, export, parsed, dry_run=False)
                    if keep is None:
                        note_command(run, report, size=len(data), keys=keys)
                    else:
                        keep(run, report)
                    work.commit()
    return _report(
        run, export if leave_out else replace(export, full=full), parsed, dry_run=dry_run
    )


def _compared(
    run: Run, export: Export, progress: Callable[[int], object], *, goes_on: bool
) -> tuple[Export, list[Match]]:
    """The accounts to which anything happens; where it ``goes_on`` without refused rows, without those."""
    touched = compare(run, export.parsed, progress)
    while goes_on and run.problems.are_blocking:
        refused = run.problems.refused_rows
        rows = tuple(row for row in export.parsed.rows if row.row not in refused)
        if not rows and export.leaves_out:
            raise ImportRefusedError(
                "Toutes les lignes sont refusées : il ne reste rien à importer. Corrigez la liste."
            )
        export = replace(export, full=False)
        if rows == export.parsed.rows:
            break
        export = replace(export, parsed=replace(export.parsed, rows=rows))
        run.tally.counts.clear()
        touched = compare(run, export.parsed)
    return export, touched


def _report(run: Run, export: Export, read: ParsedExport, *, dry_run: bool) -> ImportReport:
    parsed = export.parsed
    whose = {row.row: row for row in read.rows}
    told = (p.of(whose[p.row]) if p.row in whose else p for p in run.problems.found)
    problems = sorted(dict.fromkeys(told), key=lambda problem: problem.row)
    return ImportReport(
        source_name=export.source_name,
        timezone=run.practice.timezone,
        fresh_days=run.practice.source_fresh_days,
        keeps_lines=run.practice.keeps_lines,
        digest=export.digest,
        as_of=export.as_of,
        full=export.full,
        dry_run=dry_run,
        encoding=parsed.encoding,
        delimiter=parsed.delimiter,
        columns=parsed.columns,
        problems=tuple(problems),
        lines=len(whose.keys() | {p.row for p in read.problems if p.blocking}),
        rows=len(parsed.rows),
        counts=dict(run.tally.counts),
        changes=tuple(sorted(run.tally.changes, key=lambda change: change.row)),
        absent=tuple(run.tally.absent),
        fates=(*_spoken_against(problems), *sorted(run.tally.fates, key=lambda fate: fate.row)),
        leaves_out=export.leaves_out,
    )


def _spoken_against(problems: Iterable[RowProblem]) -> list[Fate]:
    return [
        Fate(
            REFUSED if p.blocking else NOTED,
            p.row,
            p.number,
            column=p.column,
            reason=p.reason,
            who=p.who,
        )
        for p in problems
    ]


def _take_over(
    run: Run, export: Export, touched: list[Match], progress: Callable[[int], object]
) -> None:
    """Hold the accounts to which anything happens, read them again, and write."""
    run.session.add(run.source)
    run.session.flush()
    numbers = {row.invoice_number for row in export.parsed.rows}
    missing = missing_invoices(run, numbers) if export.full else []
    known = {match.account_id for match in touched if match.account_id}
    lock_accounts(run, {*known, *(account_id for _, account_id in missing)}, named=known)
    absent = absent_holds(run)
    write_matches(run, touched, absent=absent, progress=progress)
    note_missing(run, [invoice_id for invoice_id, _ in missing], absent=absent)


def _conclude(run: Run, export: Export) -> None:
    """Remember the import, and how fresh the source now is."""
    counts = {"rows": len(export.parsed.rows), **dict(run.tally.counts)}
    if export.full:
        run.source.as_of = export.as_of
    run.session.add(
        ImportRun(
            practice_id=run.practice.id,
            id=run.id,
            source_id=run.source.id,
            at=run.at,
            as_of=export.as_of,
            full=export.full,
            digest=export.digest,
            counts=counts,
        )
    )
    record(
        run.session,
        practice_id=run.practice.id,
        account_id=None,
        kind="import.kept",
        actor=run.actor,
        at=run.at,
        source=run.source.name,
        full=export.full,
        **counts,
    )
    run.session.flush()
