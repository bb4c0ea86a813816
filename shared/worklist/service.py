"""Opening, closing and listing tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from shared.audit import Actor, Happening, advance, record, record_many
from shared.base.ids import new_id
from shared.base.together import Part
from shared.worklist.kinds import TaskKind
from shared.worklist.model import Task
from shared.worklist.rules import TASK


def open_task(
    session: Session,
    kind: TaskKind,
    *,
    practice_id: int,
    account_id: UUID | None,
    key: str,
    due_on: date,
    actor: Actor,
    at: datetime,
    **facts: Any,
) -> bool:
    """Put work on the list, once per ``key``. Returns whether it is new.

    ``facts`` are plain values that the timeline keeps of it: of work of no account, which has no page
    of its own, whatever staff need to know.
    """
    if is_open(session, kind, practice_id=practice_id, key=key):
        return False
    session.add(
        Task(
            practice_id=practice_id,
            account_id=account_id,
            kind=kind.name,
            key=key,
            status="open",
            due_on=due_on,
            opened_at=at,
        )
    )
    record(
        session,
        practice_id=practice_id,
        account_id=account_id,
        kind="task.opened",
        actor=actor,
        at=at,
        task=kind.name,
        **facts,
    )
    session.flush()
    return True


@dataclass(frozen=True, slots=True)
class NewTask:
    """Work to be put on the list, once per ``key``."""

    account_id: UUID | None
    key: str


def open_tasks(
    session: Session,
    kind: TaskKind,
    tasks: Sequence[NewTask],
    *,
    practice_id: int,
    due_on: date,
    actor: Actor,
    at: datetime,
) -> int:
    """As ``open_task``, for up to a thousand at once in three statements. Returns how many are new."""
    wanted = {task.key: task for task in tasks}
    known = session.scalars(
        select(Task.key).where(
            Task.practice_id == practice_id,
            Task.kind == kind.name,
            Task.key.in_(wanted),
            Task.status == "open",
        )
    )
    for key in known:
        del wanted[key]
    if not wanted:
        return 0
    session.execute(
        insert(Task),
        [
            {
                "practice_id": practice_id,
                "id": new_id(),
                "account_id": task.account_id,
                "kind": kind.name,
                "key": task.key,
                "status": "open",
                "due_on": due_on,
                "opened_at": at,
            }
            for task in wanted.values()
        ],
    )
    record_many(
        session,
        [
            Happening(practice_id, task.account_id, "task.opened", {"task": kind.name})
            for task in wanted.values()
        ],
        actor=actor,
        at=at,
    )
    return len(wanted)


def close_tasks(
    session: Session,
    kind: TaskKind,
    *,
    practice_id: int,
    key: str,
    event: str,
    actor: Actor,
    at: datetime,
    **facts: Any,
) -> int:
    """Close the open tasks of one ``key``; ``event`` is done or vanished, ``facts`` what the timeline
    keeps beside. Returns how many."""
    tasks = session.scalars(
        select(Task).where(
            Task.practice_id == practice_id,
            Task.kind == kind.name,
            Task.key == key,
            Task.status == "open",
        )
    ).all()
    for task in tasks:
        advance(
            session,
            task,
            TASK,
            event,
            account_id=task.account_id,
            actor=actor,
            at=at,
            task=kind.name,
            **facts,
        )
        task.closed_at = at
        task.closed_by = actor.name
    return len(tasks)


def is_open(session: Session, kind: TaskKind, *, practice_id: int, key: str) -> bool:
    """Whether work of this kind and key is on the list."""
    query = select(Task.id).where(
        Task.practice_id == practice_id,
        Task.kind == kind.name,
        Task.key == key,
        Task.status == "open",
    )
    return session.scalar(query) is not None


def is_done(session: Session, kind: TaskKind, *, practice_id: int, key: str) -> bool:
    """Whether work of this kind and key was on the list, and is so no more."""
    statuses = session.scalars(
        select(Task.status).where(
            Task.practice_id == practice_id, Task.kind == kind.name, Task.key == key
        )
    ).all()
    return bool(statuses) and "open" not in statuses


def is_known(session: Session, kind: TaskKind, *, practice_id: int, key: str) -> bool:
    """Whether this work is, or ever was, on the list."""
    query = select(Task.id).where(
        Task.practice_id == practice_id, Task.kind == kind.name, Task.key == key
    )
    return session.scalar(query.limit(1)) is not None


def open_tasks_of(session: Session, *, practice_id: int, account_id: UUID) -> list[Task]:
    """What waits for a human on one account, earliest promise first."""
    return open_tasks_part(practice_id=practice_id, account_id=account_id).read(session)


def open_tasks_part(*, practice_id: int, account_id: UUID) -> Part[Task]:
    """What waits for a human on one account, earliest promise first."""
    return Part(
        Task,
        [Task.practice_id == practice_id, Task.account_id == account_id, Task.status == "open"],
        [Task.due_on, Task.id],
    )
