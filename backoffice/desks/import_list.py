"""The history of imports, the latest first, paged by key."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import literal, select, tuple_
from sqlalchemy.orm import Session

from backoffice.desks.import_words import STATES, label_of_list, summed_up
from shared.base.page_keys import instant_of, read_key, write_key
from shared.billing import Source
from shared.imports import ImportJob

PAGE = 25


@dataclass(frozen=True, slots=True)
class Line:
    """One import in the history."""

    id: UUID
    at: datetime
    by: str
    source: str
    label: str
    full: bool
    as_of: datetime
    told: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class History:
    """One page; ``next_key`` leads to the page after it."""

    lines: tuple[Line, ...]
    next_key: str


def read_history(session: Session, *, practice_id: int, after: str) -> History:
    """One page of imports. Raises NotFoundError for a page key that is none."""
    query = (
        select(ImportJob)
        .where(ImportJob.practice_id == practice_id)
        .order_by(ImportJob.asked_at.desc(), ImportJob.id.desc())
        .limit(PAGE + 1)
    )
    if after:
        at, last_id = read_key(after, instant_of)
        query = query.where(
            tuple_(ImportJob.asked_at, ImportJob.id)
            < tuple_(literal(at, ImportJob.asked_at.type), literal(last_id, ImportJob.id.type))
        )
    jobs = list(session.scalars(query))
    more = len(jobs) > PAGE
    return History(
        tuple(map(_line, jobs[:PAGE])),
        write_key(jobs[PAGE - 1].asked_at, jobs[PAGE - 1].id) if more else "",
    )


def sources_of(session: Session, practice_id: int) -> list[str]:
    """The names of the practice's sources."""
    query = select(Source.name).where(Source.practice_id == practice_id).order_by(Source.name)
    return list(session.scalars(query))


def _line(job: ImportJob) -> Line:
    state, tone = STATES[job.status]
    return Line(
        id=job.id,
        at=job.asked_at,
        by=job.asked_name or "avant cette version",
        source=job.source_name,
        label=label_of_list(job),
        full=job.full,
        as_of=job.as_of,
        told=summed_up(job.counts),
        state=state,
        tone=tone,
    )
