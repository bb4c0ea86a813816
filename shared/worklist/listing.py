"""The list « Aujourd’hui »: what waits, the oldest day first, page by page; and how much of what."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, literal, literal_column, select, tuple_
from sqlalchemy.orm import Session

from shared.audit import PATIENT, PROCESSOR, SYSTEM
from shared.base.page_keys import read_key, write_key
from shared.worklist.kinds import KINDS
from shared.worklist.model import Task
from shared.worklist.rules import TO_PATIENT

PAGE = 50
PROMISES_OVER = timedelta(days=30)
# Written out, not bound: only so the index over what is open fits, whatever the value would be.
IS_OPEN = Task.status == literal_column("'open'")


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One page of the list; ``next_key`` leads to the page after it."""

    tasks: tuple[Task, ...]
    next_key: str


def is_put_off(task: Task, *, today: date) -> bool:
    """Whether it comes back on a later day; it does so by itself."""
    return task.later_by is not None and task.comes_on > today


def list_tasks(
    session: Session,
    *,
    practice_id: int,
    today: date,
    kinds: Collection[str] | None = None,
    put_off: bool = False,
    after: str = "",
) -> TaskPage:
    """What waits now, or what is put off; of some kinds, or of all. Raises NotFoundError for a page key
    that is none."""
    query = (
        select(Task)
        .where(
            Task.practice_id == practice_id,
            IS_OPEN,
            stands_later(today) if put_off else ~stands_later(today),
        )
        .order_by(Task.comes_on, Task.id)
        .limit(PAGE + 1)
    )
    if kinds is not None:
        query = query.where(Task.kind.in_(kinds))
    if after:
        day, last_id = read_key(after, date.fromisoformat)
        query = query.where(
            tuple_(Task.comes_on, Task.id)
            > tuple_(literal(day, Task.comes_on.type), literal(last_id, Task.id.type))
        )
    found = list(session.scalars(query))
    page = found[:PAGE]
    return TaskPage(
        tuple(page), write_key(page[-1].comes_on, page[-1].id) if len(found) > PAGE else ""
    )


@dataclass(frozen=True, slots=True)
class Promises:
    """Of what patients were promised: how much staff answered, how much of it in time, and how much waits
    beyond its day."""

    answered: int
    in_time: int
    overdue: int


def promises_kept(session: Session, *, practice_id: int, today: date, at: datetime) -> Promises:
    """What staff answered in the last thirty days, and what waits beyond its promised day.

    A day is counted as the database's, which differs from the practice's only around midnight.
    """
    promised = [kind.name for kind in KINDS.values() if kind.way.promised == TO_PATIENT]
    its_own = (Task.practice_id == practice_id, Task.kind.in_(promised))
    closed = select(
        func.count(),
        func.count().filter(func.date(Task.closed_at) <= func.date(Task.due_on)),
    ).where(
        *its_own,
        Task.closed_at >= at - PROMISES_OVER,
        Task.status == "done",
        Task.closed_by.not_in([actor.name for actor in (PATIENT, PROCESSOR, SYSTEM)]),
    )
    waiting = select(func.count()).where(*its_own, IS_OPEN, Task.due_on < today)
    answered, in_time = session.execute(closed).one()
    return Promises(answered, in_time, session.scalar(waiting) or 0)


def stands_later(today: date) -> ColumnElement[bool]:
    """Of tasks that are put off to a later day."""
    return and_(Task.later_by.is_not(None), Task.comes_on > today)
