"""What staff do with a list: send it, say what its columns mean, ask for a trial, confirm, think again.

Each is one row that changes its status; only the worker reads the file and books.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import Actor, advance
from shared.base.database import wake_worker
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.vault import Json, Vault
from shared.imports.model import ImportJob
from shared.imports.rules import IMPORT_JOB, OPEN, UNDO_REASONS


@dataclass(frozen=True, slots=True)
class By:
    """Who asks."""

    user_id: UUID
    name: str

    @property
    def actor(self) -> Actor:
        """As timelines name them."""
        return Actor("staff", self.name)


class BusySourceError(NotAllowedError):
    """Another import of the source is under way; ``job_id`` is that one."""

    def __init__(self, job: ImportJob) -> None:
        super().__init__(
            f"Un import de « {job.source_name} » est déjà en cours, envoyé par {job.asked_name}. "
            "Terminez-le ou abandonnez-le, puis recommencez."
        )
        self.job_id = job.id


def get_job(session: Session, *, practice_id: int, job_id: UUID, lock: bool = False) -> ImportJob:
    """One import; with ``lock`` its row is held until the transaction ends. Raises NotFoundError."""
    query = select(ImportJob).where(ImportJob.practice_id == practice_id, ImportJob.id == job_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    job = session.scalar(query)
    if job is None:
        raise NotFoundError("Cet import n’existe pas.")
    return job


def under_way(session: Session, *, practice_id: int, source_name: str) -> ImportJob | None:
    """The import of a source that is not over yet."""
    return session.scalar(
        select(ImportJob).where(
            ImportJob.practice_id == practice_id,
            ImportJob.source_name == source_name,
            ImportJob.status.in_(OPEN),
        )
    )


def move(
    session: Session, job: ImportJob, event: str, *, actor: Actor, at: datetime, **facts: Json
) -> None:
    """Take an import one step on; it names the last of the staff who did, and whatever was counted of the
    step before is over. Raises NotAllowedError where there is no such step."""
    advance(session, job, IMPORT_JOB, event, account_id=None, actor=actor, at=at, **facts)
    job.moved_at = at
    job.rows_done = job.tries = 0
    if actor.kind == "staff":
        job.moved_name, job.differs = actor.name, None


def _moved(job: ImportJob) -> NotAllowedError:
    return NotAllowedError(
        f"Cet import a changé entre-temps : {job.moved_name} est passé avant vous. "
        "Voyez où il en est ci-dessous."
    )


def ask_trial(
    session: Session,
    job: ImportJob,
    *,
    mapping: Mapping[str, str] | None,
    leave_out: bool,
    by: By,
    vault: Vault,
    at: datetime,
) -> None:
    """Ask what would happen, with these columns (None: as chosen before), perhaps without the rows that
    are refused. Raises NotAllowedError where somebody went before."""
    if not IMPORT_JOB.allows(job.status, "ask_trial"):
        raise _moved(job)
    if mapping is not None:
        job.mapping = seal_words(vault, job.id, "mapping", dict(mapping))
    job.leave_out = leave_out
    move(session, job, "ask_trial", actor=by.actor, at=at, leave_out=leave_out)
    wake_worker(session)


def change_columns(session: Session, job: ImportJob, *, by: By, at: datetime) -> None:
    """Choose the columns anew. Raises NotAllowedError where somebody went before."""
    if not IMPORT_JOB.allows(job.status, "change"):
        raise _moved(job)
    move(session, job, "change", actor=by.actor, at=at)


def confirm(session: Session, job: ImportJob, *, seen: str, by: By, at: datetime) -> bool:
    """Have what was shown booked. Returns whether it is this one that asked: pressed again it is the same.

    Raises NotAllowedError where what was shown is not what stands there now, or rows are refused.
    """
    if job.status in {"asked", "kept"} and job.mark == seen and job.moved_name == by.name:
        return False
    if not IMPORT_JOB.allows(job.status, "confirm"):
        raise _moved(job)
    if job.mark != seen:
        raise NotAllowedError(
            "L’essai a été refait depuis que vous l’avez lu. Relisez les chiffres."
        )
    if job.counts.get("refused") and not job.leave_out:
        raise NotAllowedError(
            "Des lignes sont refusées : corrigez-les, ou refaites l’essai sans elles."
        )
    move(session, job, "confirm", actor=by.actor, at=at)
    wake_worker(session)
    return True


def withdraw(session: Session, job: ImportJob, *, by: By, at: datetime) -> bool:
    """Give it up before anything is booked. Returns whether it was not given up already.

    Raises NotAllowedError once it is being booked.
    """
    if job.status == "withdrawn":
        return False
    if not IMPORT_JOB.allows(job.status, "withdraw"):
        raise _moved(job)
    move(session, job, "withdraw", actor=by.actor, at=at)
    wake_worker(session)
    return True


def ask_undo(session: Session, job: ImportJob, *, why: str, by: By, at: datetime) -> bool:
    """Ask for a whole import to be taken back. Returns whether it was not asked for already.

    Raises NotAllowedError without a reason, or where it is not booked or can't be traced.
    """
    if why not in UNDO_REASONS:
        raise NotAllowedError("Choisissez la raison de l’annulation.")
    if job.status in {"undoing", "undone"}:
        return False
    if not IMPORT_JOB.allows(job.status, "ask_undo"):
        raise _moved(job)
    if not job.traced:
        raise NotAllowedError(
            "Cet import date d’une version qui ne gardait pas ce qu’il changeait : il ne s’annule pas. "
            "Importez une liste corrigée."
        )
    busy = under_way(session, practice_id=job.practice_id, source_name=job.source_name)
    if busy is not None:
        raise BusySourceError(busy)
    job.why = why
    move(session, job, "ask_undo", actor=by.actor, at=at, why=why)
    wake_worker(session)
    return True


def seal_words(vault: Vault, job_id: UUID, column: str, value: Json) -> bytes:
    """What is kept of a list's own words."""
    return vault.seal(value, table="import_job", row=job_id, column=column)


def open_words(vault: Vault, job: ImportJob, column: str) -> Json:
    """The same, opened; None where nothing is kept."""
    sealed: bytes | None = getattr(job, column)
    if sealed is None:
        return None
    return vault.open(sealed, table="import_job", row=job.id, column=column)
