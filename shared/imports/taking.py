"""A list is taken: sealed at once, one of a source at a time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.audit import record
from shared.base.database import wake_worker
from shared.base.ids import new_id
from shared.base.vault import Vault
from shared.imports.model import ImportFile, ImportJob
from shared.imports.service import BusySourceError, By, under_way


@dataclass(frozen=True, slots=True, repr=False)
class Sent:
    """A list as it was sent; ``once`` is the form's own mark."""

    source_name: str
    media: str
    content: bytes
    full: bool
    as_of: datetime
    once: str


def take_list(
    session: Session, sent: Sent, *, practice_id: int, by: By, vault: Vault, at: datetime
) -> UUID:
    """Keep a list, sealed, for the worker to read. Sent twice it is taken once.

    Raises BusySourceError while another list of the source is on its way.
    """
    known = session.scalar(
        select(ImportJob.id).where(
            ImportJob.practice_id == practice_id, ImportJob.once == sent.once
        )
    )
    if known is not None:
        return known
    busy = under_way(session, practice_id=practice_id, source_name=sent.source_name)
    if busy is not None:
        raise BusySourceError(busy)
    job_id = new_id()
    job = ImportJob(
        practice_id=practice_id,
        id=job_id,
        source_name=sent.source_name,
        status="received",
        via="office",
        media=sent.media,
        size_bytes=len(sent.content),
        full=sent.full,
        as_of=sent.as_of,
        once=sent.once,
        asked_by=by.user_id,
        asked_name=by.name,
        asked_at=at,
        moved_name=by.name,
        moved_at=at,
        counts={},
    )
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:  # somebody else sent one at the same moment
        other = under_way(session, practice_id=practice_id, source_name=sent.source_name)
        if other is None or other.once == sent.once:
            raise
        raise BusySourceError(other) from None
    session.add(
        ImportFile(
            practice_id=practice_id,
            id=job_id,
            content=vault.seal_bytes(
                sent.content, table="import_file", row=job_id, column="content"
            ),
        )
    )
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind="import_job.received",
        actor=by.actor,
        at=at,
        id=str(job_id),
    )
    session.flush()
    wake_worker(session)
    return job_id
