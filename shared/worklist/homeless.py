"""Work that belongs to no account: no account's page shows it, so it has a list of its own."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import literal, select, tuple_
from sqlalchemy.orm import Session

from shared.base.page_keys import read_key, write_key
from shared.worklist.kinds import TaskKind
from shared.worklist.listing import IS_OPEN, PAGE, TaskPage
from shared.worklist.model import Task


def homeless_tasks(
    session: Session, *, practice_id: int, but: Collection[str] = (), after: str = ""
) -> TaskPage:
    """What waits for a human and is about no account, but of some kinds; a page, the earliest promise first.

    Raises NotFoundError for a page key that is none.
    """
    query = (
        select(Task)
        .where(
            Task.practice_id == practice_id,
            Task.account_id.is_(None),
            IS_OPEN,
            Task.kind.not_in(but),
        )
        .order_by(Task.due_on, Task.id)
        .limit(PAGE + 1)
    )
    if after:
        day, last_id = read_key(after, date.fromisoformat)
        last = (literal(day, Task.due_on.type), literal(last_id, Task.id.type))
        query = query.where(tuple_(Task.due_on, Task.id) > tuple_(*last))
    found = list(session.scalars(query))
    page = found[:PAGE]
    more = write_key(page[-1].due_on, page[-1].id) if len(found) > PAGE else ""
    return TaskPage(tuple(page), more)


def homeless_ended(
    session: Session, *, practice_id: int, since: datetime, most: int, but: Collection[str] = ()
) -> list[Task]:
    """What of it has ended since then, the latest first."""
    query = (
        select(Task)
        .where(
            Task.practice_id == practice_id,
            Task.account_id.is_(None),
            Task.status == "done",
            Task.closed_at >= since,
            Task.kind.not_in(but),
        )
        .order_by(Task.closed_at.desc(), Task.id.desc())
        .limit(most)
    )
    return list(session.scalars(query))


def last_ended(
    session: Session, kind: TaskKind, *, practice_id: int, keys: Collection[str]
) -> dict[str, Task]:
    """Of these keys of no account, those whose work is over and not open anew: how it ended last."""
    if not keys:
        return {}
    query = (
        select(Task)
        .where(
            Task.practice_id == practice_id,
            Task.account_id.is_(None),
            Task.kind == kind.name,
            Task.key.in_(keys),
        )
        .order_by(Task.opened_at, Task.id)
    )
    last = {task.key: task for task in session.scalars(query)}
    return {key: task for key, task in last.items() if task.status != "open"}
