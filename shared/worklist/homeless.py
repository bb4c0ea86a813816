"""Work that belongs to no account: no account's page shows it, so it has a list of its own."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.worklist.kinds import TaskKind
from shared.worklist.model import Task


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
