"""The worker and imports of the back-office: reads what was sent, tries it, books it, takes it back.

Each step is found by the job's status and ends with it, in the transaction that holds its outcome: a worker
that is killed leaves the job where it was, and the next look begins the step anew.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ardoise.import_ends import WORKER, count_try, forget_files, give_up, plain_head
from ardoise.import_undo import undo_list
from ardoise.importing import ImportRefusedError, ImportReport, run_import
from ardoise.importing.context import Run
from ardoise.importing.history import figures_of, mark_of
from ardoise.office import House
from shared.accounts import get_practice, practice_vault
from shared.base.database import was_locked
from shared.base.errors import ArdoiseError
from shared.base.log import describe_failure, get_logger
from shared.base.vault import Vault
from shared.billing import (
    UnreadableExportError,
    read_export_apart,
    read_head_apart,
)
from shared.imports import (
    AT_WORK,
    ImportFile,
    ImportJob,
    get_job,
    headings_mark,
    move,
    open_words,
    saved_mapping,
    seal_words,
    write_rows,
)

log = get_logger(__name__)


class _OverError(ArdoiseError):
    """Somebody else has carried it out meanwhile."""


class _DiffersError(ArdoiseError):
    """What would be booked is not what was confirmed."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__("the books moved since the trial")
        self.report = report


def carry_out_imports(house: House, practice_id: int) -> int:
    """Do what waits, the oldest first. Returns how many steps were taken.

    Whatever goes wrong with one keeps no other from being done; what goes wrong three times is given up.
    """
    with house.database.reading(practice_id) as session:
        query = (
            select(ImportJob.id, ImportJob.status)
            .where(ImportJob.practice_id == practice_id, ImportJob.status.in_(AT_WORK))
            .order_by(ImportJob.moved_at, ImportJob.id)
        )
        waiting = [(row.id, row.status) for row in session.execute(query)]
    for job_id, status in waiting:
        try:
            _STEPS[status](house, practice_id, job_id)
        except Exception as error:
            log.error("import.failed", job=str(job_id), **describe_failure(error))
            if not was_locked(error):
                count_try(house, practice_id, job_id, status)
    forget_files(house, practice_id)
    return len(waiting)


def _read(house: House, practice_id: int, job_id: UUID) -> None:
    """Look at the top of the list, and choose what was chosen for such a list before."""
    job, vault, content = _opened(house, practice_id, job_id)
    try:
        head = read_head_apart(content, filename=f"liste.{job.media}")
    except UnreadableExportError as unread:
        give_up(house, practice_id, job_id, "received", str(unread))
        return
    with house.database.unit_of_work(practice_id) as work:
        job = get_job(work.session, practice_id=practice_id, job_id=job_id, lock=True)
        if job.status != "received":
            return
        saved = saved_mapping(
            work.session,
            practice_id=practice_id,
            source_name=job.source_name,
            headings=headings_mark(house.index, practice_id, head.titles),
            vault=vault,
        )
        job.head = seal_words(vault, job.id, "head", plain_head(head))
        job.mapping = seal_words(vault, job.id, "mapping", dict(saved or head.meant))
        job.saved_mapping = saved is not None
        job.said = None
        move(work.session, job, "read", actor=WORKER, at=house.clock.now())
        work.commit()


def _try(house: House, practice_id: int, job_id: UUID) -> None:
    """Do the whole import and take it back; keep what it told."""
    try:
        report = _run(house, practice_id, job_id, dry_run=True)
    except (UnreadableExportError, ImportRefusedError) as refused:
        give_up(house, practice_id, job_id, "trial", str(refused))
        return
    with house.database.unit_of_work(practice_id) as work:
        job = get_job(work.session, practice_id=practice_id, job_id=job_id, lock=True)
        if job.status == "trial":
            _tell(work.session, house, job, report)
            move(work.session, job, "try", actor=WORKER, at=house.clock.now())
            work.commit()


def _book(house: House, practice_id: int, job_id: UUID) -> None:
    """Do what was confirmed, unless it would be something else by now: then that is told first."""

    def keep(run: Run, report: ImportReport) -> None:
        job = get_job(run.session, practice_id=practice_id, job_id=job_id, lock=True)
        if job.status != "asked":
            raise _OverError("carried out meanwhile")
        if job.mark != mark_of(report):
            raise _DiffersError(report)
        job.run_id, job.traced, job.said = run.id, True, None
        move(run.session, job, "keep", actor=WORKER, at=house.clock.now())
        run.session.flush()

    try:
        report = _run(house, practice_id, job_id, dry_run=False, keep=keep)
        if report.kept:
            return
        raise _DiffersError(report)
    except (UnreadableExportError, ImportRefusedError) as refused:
        give_up(house, practice_id, job_id, "asked", str(refused))
    except _OverError:
        return
    except _DiffersError as differs:
        with house.database.unit_of_work(practice_id) as work:
            job = get_job(work.session, practice_id=practice_id, job_id=job_id, lock=True)
            if job.status == "asked":
                confirmed = dict(job.counts)
                _tell(work.session, house, job, differs.report)
                move(work.session, job, "differ", actor=WORKER, at=house.clock.now())
                job.differs = confirmed
                work.commit()


def _undo(house: House, practice_id: int, job_id: UUID) -> None:
    undo_list(house, practice_id, job_id, actor=WORKER)


_STEPS: Mapping[str, Callable[[House, int, UUID], None]] = {
    "received": _read,
    "trial": _try,
    "asked": _book,
    "undoing": _undo,
}


def _run(
    house: House,
    practice_id: int,
    job_id: UUID,
    *,
    dry_run: bool,
    keep: Callable[[Run, ImportReport], None] | None = None,
) -> ImportReport:
    job, vault, content = _opened(house, practice_id, job_id)
    chosen = open_words(vault, job, "mapping")
    return run_import(
        house.database,
        practice_id=practice_id,
        source_name=job.source_name,
        data=content,
        filename=f"liste.{job.media}",
        mapping={f: str(t) for f, t in chosen.items()} if isinstance(chosen, dict) else None,
        full=job.full,
        as_of=job.as_of,
        keys=house.keys,
        index=house.index,
        clock=house.clock,
        dry_run=dry_run,
        progress=_progress(house, practice_id, job_id),
        read=read_export_apart,
        leave_out=job.leave_out,
        keep=keep,
    )


def _opened(house: House, practice_id: int, job_id: UUID) -> tuple[ImportJob, Vault, bytes]:
    with house.database.reading(practice_id) as session:
        job = get_job(session, practice_id=practice_id, job_id=job_id)
        vault = practice_vault(house.keys, get_practice(session, practice_id))
        file = session.get_one(ImportFile, (practice_id, job_id))
        content = vault.open_bytes(file.content, table="import_file", row=job_id, column="content")
    return job, vault, content


def _progress(house: House, practice_id: int, job_id: UUID) -> Callable[[int], object]:
    """Tells how many rows are done, as far as another connection may write meanwhile: on SQLite the import
    itself keeps every other writer waiting."""
    done = 0

    def tell(rows: int) -> None:
        nonlocal done
        done += rows
        if house.database.is_postgresql and rows:
            with house.database.unit_of_work(practice_id) as work:
                get_job(work.session, practice_id=practice_id, job_id=job_id).rows_done = done
                work.commit()

    return tell


def _tell(session: Session, house: House, job: ImportJob, report: ImportReport) -> None:
    """Keep what a trial told."""
    vault = practice_vault(house.keys, get_practice(session, job.practice_id))
    job.counts, job.mark, job.said = figures_of(report), mark_of(report), None
    write_rows(session, report.fates, practice_id=job.practice_id, job_id=job.id, vault=vault)
