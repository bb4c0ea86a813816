"""How a step of an import ends that could not be done, and what is kept of a list."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from ardoise.office import House
from shared.accounts import get_practice, practice_vault
from shared.audit import Actor
from shared.base.formats import french_spaces
from shared.base.vault import Json
from shared.billing import Cell, ExportHead
from shared.imports import (
    IMPORT_JOB,
    MOST_TRIES,
    ImportFile,
    ImportJob,
    get_job,
    move,
    seal_words,
)

WORKER = Actor("system", "ardoise")
BROKEN = (
    "Quelque chose n’a pas marché chez nous : rien n’a été importé. Recommencez ; si cela se répète, "
    "prévenez la personne qui gère Ardoise."
)
GIVES_UP = {"received": "fail", "trial": "refuse", "asked": "refuse", "undoing": "stand"}


def give_up(house: House, practice_id: int, job_id: UUID, status: str, sentence: str) -> None:
    """End the step with a sentence that says what to do; nothing of the list was booked."""
    with house.database.unit_of_work(practice_id) as work:
        job = get_job(work.session, practice_id=practice_id, job_id=job_id, lock=True)
        if job.status != status or not IMPORT_JOB.allows(status, GIVES_UP[status]):
            return
        vault = practice_vault(house.keys, get_practice(work.session, practice_id))
        job.said = seal_words(vault, job.id, "said", french_spaces(sentence))
        job.why = None
        move(work.session, job, GIVES_UP[status], actor=WORKER, at=house.clock.now())
        work.commit()


def count_try(house: House, practice_id: int, job_id: UUID, status: str) -> None:
    with house.database.unit_of_work(practice_id) as work:
        job = get_job(work.session, practice_id=practice_id, job_id=job_id, lock=True)
        job.tries += 1
        is_over = job.tries >= MOST_TRIES
        work.commit()
    if is_over:
        give_up(house, practice_id, job_id, status, BROKEN)


def forget_files(house: House, practice_id: int) -> None:
    """What is over needs its file no more."""
    with house.database.reading(practice_id) as session:
        over = session.scalars(
            select(ImportFile.id)
            .join(
                ImportJob,
                (ImportJob.practice_id == ImportFile.practice_id) & (ImportJob.id == ImportFile.id),
            )
            .where(
                ImportFile.practice_id == practice_id,
                ImportJob.status.in_(("kept", "undoing", "undone", "failed", "withdrawn")),
            )
        ).all()
    for job_id in over:
        with house.database.unit_of_work(practice_id) as work:
            work.session.delete(work.session.get_one(ImportFile, (practice_id, job_id)))
            get_job(work.session, practice_id=practice_id, job_id=job_id).head = None
            work.commit()


def plain_head(head: ExportHead) -> dict[str, Json]:
    """What staff look at to choose the columns."""
    return {
        "header_row": head.header_row,
        "titles": list(head.titles),
        "meant": dict(head.meant),
        "care": list(head.care),
        "rows": [[_cell(cell) for cell in row] for row in head.rows],
    }


def _cell(cell: Cell) -> Json:
    """A cell as JSON holds it; a day, and a number with decimals, in a word of its own."""
    if isinstance(cell, date):
        return {"day": cell.isoformat()[:10]}
    return {"number": repr(cell)} if isinstance(cell, float) else cell
