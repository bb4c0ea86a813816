"""What staff do with a task itself: end it with a reason, put it off to a day, take it up again.

Each locks the task: of two who act on the same one, the second reads who was first.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared.audit import Actor, record
from shared.base.errors import NotAllowedError, NotFoundError
from shared.worklist.kinds import KINDS, TaskKind
from shared.worklist.listing import is_put_off
from shared.worklist.model import Task
from shared.worklist.rules import check_put_off
from shared.worklist.service import close_tasks


class TaskOverError(NotAllowedError):
    """Somebody, or the system, ended it meanwhile: ``by`` whom and ``at`` which instant."""

    def __init__(self, task: Task) -> None:
        super().__init__("Rien n’est noté deux fois : cette tâche est déjà finie.")
        self.by = task.closed_by or ""
        self.at = task.closed_at


def get_task(session: Session, *, practice_id: int, task_id: UUID, lock: bool = False) -> Task:
    """A task of this practice; ``lock`` keeps it still as long as it waits. Raises NotFoundError."""
    key = (practice_id, task_id)
    task = None
    if lock:  # a front door can lock only what waits still
        task = session.get(Task, key, with_for_update=True, populate_existing=True)
    task = task or session.get(Task, key, populate_existing=True)
    if task is None or task.kind not in KINDS:
        raise NotFoundError("Cette tâche n’existe pas.")
    return task


def open_for(session: Session, *, practice_id: int, task_id: UUID) -> tuple[Task, TaskKind]:
    """A task that still waits, locked, with its kind. Raises NotFoundError, TaskOverError."""
    task = get_task(session, practice_id=practice_id, task_id=task_id, lock=True)
    if task.status != "open":
        raise TaskOverError(task)
    return task, KINDS[task.kind]


def finish_by_hand(
    session: Session, *, practice_id: int, task_id: UUID, reason: str, actor: Actor, at: datetime
) -> Task:
    """Note that a task is done, and why. Pressing twice notes it once.

    Raises NotFoundError, TaskOverError, and NotAllowedError without a reason of its kind, or where only
    the kind's own act ends it.
    """
    try:
        task, kind = open_for(session, practice_id=practice_id, task_id=task_id)
    except TaskOverError as over:
        if over.by == actor.name:
            return get_task(session, practice_id=practice_id, task_id=task_id)
        raise
    if not kind.way.by_hand:
        raise NotAllowedError("Cette tâche se termine par son propre bouton.")
    if reason not in kind.way.by_hand:
        raise NotAllowedError("Choisissez pourquoi c’est fait.")
    close_tasks(
        session,
        kind,
        practice_id=practice_id,
        key=task.key,
        event="done",
        actor=actor,
        at=at,
        reason=reason,
    )
    return task


def put_off(
    session: Session,
    *,
    practice_id: int,
    task_id: UUID,
    until: date,
    reason: str,
    told: bool,
    today: date,
    actor: Actor,
    at: datetime,
) -> Task:
    """Put a task off to a later day, on which it comes back by itself.

    Raises NotFoundError, TaskOverError, and NotAllowedError as ``check_put_off`` does, or when it is
    put off already.
    """
    task, kind = open_for(session, practice_id=practice_id, task_id=task_id)
    if is_put_off(task, today=today):
        raise NotAllowedError(
            f"{task.later_by} l’a déjà reportée au {task.comes_on:%d/%m/%Y} : reprenez-la d’abord."
        )
    check_put_off(
        until,
        today=today,
        promised=task.due_on,
        promise=kind.way.promised,
        told=told,
        reason=reason,
    )
    task.comes_on, task.later_reason = until, reason
    task.later_by, task.later_at = actor.name, at
    facts = {"until": until.isoformat(), "reason": reason} | ({"told": True} if told else {})
    record(
        session,
        practice_id=practice_id,
        account_id=task.account_id,
        kind="task.put_off",
        actor=actor,
        at=at,
        id=str(task.id),
        task=task.kind,
        **facts,
    )
    session.flush()
    return task


def take_up(
    session: Session, *, practice_id: int, task_id: UUID, actor: Actor, at: datetime
) -> Task:
    """Put a task back to its promised day. Raises NotFoundError, TaskOverError."""
    task, _ = open_for(session, practice_id=practice_id, task_id=task_id)
    if task.later_by is not None:
        task.comes_on, task.later_reason = task.due_on, None
        task.later_by, task.later_at = None, None
        record(
            session,
            practice_id=practice_id,
            account_id=task.account_id,
            kind="task.taken_up",
            actor=actor,
            at=at,
            id=str(task.id),
            task=task.kind,
        )
        session.flush()
    return task
