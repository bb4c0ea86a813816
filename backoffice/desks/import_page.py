"""One import as its page shows it: what is to be done now, what it does, row by row."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.desks.import_columns import Columns, mapping_words, show_columns, titles_of
from backoffice.desks.import_words import (
    KIND_TITLES,
    STATES,
    Figure,
    figures_of,
    label_of_list,
    sum_of_lines,
)
from shared.accounts import get_practice, practice_vault
from shared.base.vault import Json, KeyRing, Vault
from shared.imports import (
    AT_WORK,
    KINDS,
    PAGE,
    Fate,
    ImportJob,
    get_job,
    open_words,
    read_rows,
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One kind of rows, how many there are, and whether it is shown."""

    kind: str
    title: str
    count: int
    here: bool


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One import; ``columns`` while they can be chosen, ``said`` a sentence that says what to do."""

    job: ImportJob
    label: str
    state: str
    tone: str
    at_work: bool
    said: str
    columns: Columns | None
    head: Json
    figures: tuple[Figure, ...]
    adds_up: str
    tabs: tuple[Tab, ...]
    rows: tuple[Fate, ...]
    next_after: int


def read_import(
    session: Session,
    *,
    practice_id: int,
    job_id: UUID,
    kind: str,
    after: int,
    keys: KeyRing,
    today: date,
) -> ImportPage:
    """One import with one page of its rows. Raises NotFoundError."""
    job = get_job(session, practice_id=practice_id, job_id=job_id)
    vault = practice_vault(keys, get_practice(session, practice_id))
    state, tone = STATES[job.status]
    head = open_words(vault, job, "head") if job.status == "preview" else None
    columns = None
    if head is not None:
        chosen = mapping_words(open_words(vault, job, "mapping"), titles_of(head))
        columns = show_columns(head, chosen, today=today)
    tabs = _tabs(job, kind) if job.status in {"tried", "kept", "undone"} else ()
    here = next((tab.kind for tab in tabs if tab.here), "")
    rows = _rows(session, job, here, after, vault) if here else []
    return ImportPage(
        job=job,
        label=label_of_list(job),
        state=state,
        tone=tone,
        at_work=job.status in AT_WORK,
        said=str(open_words(vault, job, "said") or ""),
        columns=columns,
        head=head,
        figures=tuple(figures_of(job.counts, job.differs)),
        adds_up=sum_of_lines(job.counts),
        tabs=tabs,
        rows=tuple(fate for _, fate in rows[:PAGE]),
        next_after=rows[PAGE - 1][0] if len(rows) > PAGE else 0,
    )


def _tabs(job: ImportJob, wanted: str) -> tuple[Tab, ...]:
    counts = {kind: job.counts.get(f"kind_{kind}", 0) for kind in KINDS}
    kinds = [kind for kind in KINDS if counts.get(kind)]
    first = "against" if "against" in kinds else next(iter(kinds), "")
    here = wanted if wanted in kinds else first
    return tuple(Tab(k, KIND_TITLES[k], counts[k], k == here) for k in kinds)


def _rows(
    session: Session, job: ImportJob, kind: str, after: int, vault: Vault
) -> list[tuple[int, Fate]]:
    return read_rows(
        session,
        practice_id=job.practice_id,
        job_id=job.id,
        kind=kind,
        vault=vault,
        after=after,
        most=PAGE + 1,
    )
