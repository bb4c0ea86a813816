"""Work that belongs to no account: no account's page shows it, so it has a list of its own."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from shared.base.errors import NotFoundError
from shared.worklist.model import Task
from shared.worklist.service import TaskKind


def homeless_tasks(session: Session, *, practice_id: int, but: Collection[str] = ()) -> list[Task]:
    """What waits for a human and is about no account, but of some kinds; earliest promise first."""
    query = (
        select(Task)
        .where(
            Task.practice_id == practice_id,
            Task.account_id.is_(None),
            Task.status == "open",
            Task.kind.not_in(but),
        )
        .order_by(Task.due_on, Task.id)
    )
    return list(session.scalars(query))


def open_by_kind(
    session: Session, *, practice_id: int, also: Collection[str] = ()
) -> dict[str, int]:
    """How much of it waits, by kind; with it, work of accounts of the kinds ``also``."""
    query = (
        select(Task.kind, func.count())
        .where(
            Task.practice_id == practice_id,
            Task.status == "open",
            or_(Task.account_id.is_(None), Task.kind.in_(also)),
        )
        .group_by(Task.kind)
    )
    return {row[0]: row[1] for row in session.execute(query)}


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


def get_homeless(session: Session, *, practice_id: int, task_id: UUID) -> Task:
    """Work of no account of this practice, locked as long as it waits: of two who end it, the second
    reads that it is over. Raises NotFoundError."""
    key = (practice_id, task_id)
    # a front door can lock only what waits still
    task = session.get(Task, key, with_for_update=True, populate_existing=True)
    task = task or session.get(Task, key, populate_existing=True)
    if task is None or task.account_id is not None:
        raise NotFoundError("Cette tâche n’existe pas.")
    return task
