"""One import from the file's bytes to what is kept of it: everything, or nothing."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ardoise.importing.absent import missing_invoices, note_missing
from ardoise.importing.comparing import compare
from ardoise.importing.context import Problems, Run
from ardoise.importing.matching import Match
from ardoise.importing.reading import absent_holds
from ardoise.importing.report import ImportReport
from ardoise.importing.writing import lock_accounts, write_matches
from shared.accounts import Practice, get_practice
from shared.audit import record
from shared.base.clock import Clock, local_date
from shared.base.database import Database, UtcDateTime
from shared.base.errors import ArdoiseError
from shared.base.formats import clock_time, day, french_spaces
from shared.base.ids import new_id
from shared.base.vault import BlindIndex, KeyRing
from shared.billing import ImportRun, ParsedExport, Source, read_export


class ImportRefusedError(ArdoiseError):
    """The list as a whole must not be taken over. The text is French and says what to do."""


@dataclass(frozen=True, slots=True)
class _Export:
    """A file that was read."""

    parsed: ParsedExport
    digest: str
    as_of: datetime
    full: bool
    source_name: str


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
) -> ImportReport:
    """Take over a practice's export of unpaid invoices, in one transaction; nothing is ever sent.

    What changes is found out before that transaction begins: on SQLite it keeps every other writer
    waiting, and most rows of a weekly list change nothing.

    ``full`` says that the list names all unpaid invoices of the source as of ``as_of``. A blocking
    problem in any row keeps everything out. ``dry_run`` does the whole work and takes it back, so
    that its report is what would happen. ``progress`` is told how many more rows are done.

    Raises UnreadableExportError for a file that is no such list, ImportRefusedError for one that is
    older than what is known already, NotFoundError for an unknown practice.
    """
    at = clock.now()
    with database.reading(practice_id) as session:
        practice = get_practice(session, practice_id)
    if as_of > at:
        raise ImportRefusedError("La date de l’export est dans le futur. Corrigez-la.")
    parsed = read_export(
        data,
        filename=filename,
        mapping=mapping,
        keep_care=practice.keeps_lines,
        today=local_date(at, practice.timezone),
    )
    export = _Export(parsed, hashlib.sha256(data).hexdigest(), as_of, full, source_name)
    with database.reading(practice_id) as session:
        run, imports = _begin(session, practice_id, export, keys, index, at)
        touched = compare(run, parsed, progress)
    if not run.problems.are_blocking:
        with database.unit_of_work(practice_id) as work:
            _lock_imports(work.session, practice_id)
            writing, imports_now = _begin(work.session, practice_id, export, keys, index, at)
            if imports_now == imports:
                run = replace(writing, problems=run.problems, tally=run.tally)
            else:  # another import came between: nothing of the comparison holds
                run, touched = writing, compare(writing, parsed)
            if not run.problems.are_blocking:
                _take_over(run, export, touched, progress)
                _conclude(run, export)
                if not dry_run:
                    work.commit()
    return _report(run, export, dry_run=dry_run)


def _report(run: Run, export: _Export, *, dry_run: bool) -> ImportReport:
    parsed = export.parsed
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
        problems=tuple(sorted(run.problems.found, key=lambda problem: problem.row)),
        rows=len(parsed.rows),
        counts=dict(run.tally.counts),
        changes=tuple(sorted(run.tally.changes, key=lambda change: change.row)),
        absent=tuple(run.tally.absent),
    )


def _lock_imports(session: Session, practice_id: int) -> None:
    """Imports of one practice wait for each other: two of them could open one debtor twice."""
    session.execute(
        select(Practice.id).where(Practice.id == practice_id).with_for_update(key_share=True)
    ).one()


def _begin(
    session: Session,
    practice_id: int,
    export: _Export,
    keys: KeyRing,
    index: BlindIndex,
    at: datetime,
) -> tuple[Run, int]:
    """An import in this session, and how many of the practice's were kept, as the session sees it.

    A source that is not known yet is not written before something is taken over from it.
    """
    practice = get_practice(session, practice_id)
    source = session.scalar(
        select(Source).where(Source.practice_id == practice_id, Source.name == export.source_name)
    )
    if source is None:
        # A first list that is not full is all that is known of the source: it is that fresh.
        source = Source(
            practice_id=practice_id, id=new_id(), name=export.source_name, as_of=export.as_of
        )
    _refuse_older(session, practice, source, export.as_of)
    run = Run(
        id=new_id(),
        session=session,
        practice=practice,
        source=source,
        keys=keys,
        index=index,
        at=at,
        today=local_date(at, practice.timezone),
        tells_disputes="dispute" in export.parsed.columns.used,
        problems=Problems(export.parsed.columns.used, list(export.parsed.problems)),
    )
    imports = session.scalar(
        select(func.count()).select_from(ImportRun).where(ImportRun.practice_id == practice_id)
    )
    return run, imports or 0


def _refuse_older(session: Session, practice: Practice, source: Source, as_of: datetime) -> None:
    """An older list would take remainders back to what they were."""
    last = session.scalar(
        select(func.max(ImportRun.as_of, type_=UtcDateTime())).where(
            ImportRun.practice_id == practice.id, ImportRun.source_id == source.id
        )
    )
    if last is not None and as_of < last:
        this, known = (_moment(instant, practice.timezone) for instant in (as_of, last))
        raise ImportRefusedError(
            french_spaces(
                f"Cet export date du {this}, plus ancien que le dernier importé ({known}). "
                "Exportez une liste à jour."
            )
        )


def _moment(instant: datetime, timezone: str) -> str:
    return f"{day(local_date(instant, timezone))}, {clock_time(instant, timezone)}"


def _take_over(
    run: Run, export: _Export, touched: list[Match], progress: Callable[[int], object]
) -> None:
    """Hold the accounts to which anything happens, read them again, and write."""
    run.session.add(run.source)
    run.session.flush()
    numbers = {row.invoice_number for row in export.parsed.rows}
    missing = missing_invoices(run, numbers) if export.full else []
    known = (match.account_id for match in touched if match.account_id)
    lock_accounts(run, {*known, *(account_id for _, account_id in missing)})
    absent = absent_holds(run)
    write_matches(run, touched, absent=absent, progress=progress)
    note_missing(run, [invoice_id for invoice_id, _ in missing], absent=absent)


def _conclude(run: Run, export: _Export) -> None:
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
