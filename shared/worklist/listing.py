"""The list « Aujourd’hui »: what waits, the oldest day first, page by page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, literal, literal_column, select, tuple_
from sqlalchemy.orm import Session

from shared.base.page_keys import read_key, write_key
from shared.worklist.model import Task

PAGE = 50
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
    keys: Collection[str] | None = None,
    put_off: bool = False,
    after: str = "",
) -> TaskPage:
    """What waits now, or what is put off; of some kinds or about some ``keys``, or all. Raises
    NotFoundError for a page key that is none."""
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
    if keys is not None:
        query = query.where(Task.key.in_(keys))
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


def count_about(
    session: Session,
    *,
    practice_id: int,
    today: date,
    kinds: Collection[str],
    keys: Collection[str],
) -> int:
    """How many of these kinds wait now about these keys; by the index over both."""
    if not keys:
        return 0
    query = select(func.count()).where(
        Task.practice_id == practice_id,
        IS_OPEN,
        ~stands_later(today),
        Task.kind.in_(kinds),
        Task.key.in_(keys),
    )
    return session.scalar(query) or 0


def stands_later(today: date) -> ColumnElement[bool]:
    """Of tasks that are put off to a later day."""
    return and_(Task.later_by.is_not(None), Task.comes_on > today)
