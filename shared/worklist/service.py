"""Opening, closing and listing tasks."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import Actor, advance, record
from shared.worklist.model import Task
from shared.worklist.rules import TASK

KINDS: dict[str, "TaskKind"] = {}


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of work that a concept offers; ``title`` is what staff read."""

    name: str
    title: str


def offer(name: str, title: str) -> TaskKind:
    """Register a kind of work; called once by the concept that opens such tasks."""
    kind = KINDS[name] = TaskKind(name, title)
    return kind


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
) -> bool:
    """Put work on the list, once per ``key``. Returns whether it is new."""
    known = session.scalar(
        select(Task.id).where(
            Task.practice_id == practice_id,
            Task.kind == kind.name,
            Task.key == key,
            Task.status == "open",
        )
    )
    if known is not None:
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
    )
    session.flush()
    return True


def close_tasks(
    session: Session,
    kind: TaskKind,
    *,
    practice_id: int,
    key: str,
    event: str,
    actor: Actor,
    at: datetime,
) -> int:
    """Close the open tasks of one ``key``; ``event`` is done or vanished. Returns how many."""
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
        )
        task.closed_at = at
        task.closed_by = actor.name
    return len(tasks)


def open_tasks_of(session: Session, *, practice_id: int, account_id: UUID) -> list[Task]:
    """What waits for a human on one account, earliest promise first."""
    query = (
        select(Task)
        .where(
            Task.practice_id == practice_id, Task.account_id == account_id, Task.status == "open"
        )
        .order_by(Task.due_on, Task.id)
    )
    return list(session.scalars(query))
