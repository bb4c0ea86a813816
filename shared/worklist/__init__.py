"""Work that needs a human: each concept offers its kinds here and opens tasks of them."""

from shared.worklist.homeless import (
    get_homeless,
    homeless_ended,
    homeless_tasks,
    last_ended,
    open_by_kind,
)
from shared.worklist.model import Task
from shared.worklist.rules import TASK
from shared.worklist.service import (
    KINDS,
    NewTask,
    TaskKind,
    close_tasks,
    is_done,
    is_known,
    is_open,
    offer,
    open_task,
    open_tasks,
    open_tasks_of,
)

__all__ = [
    "KINDS",
    "TASK",
    "NewTask",
    "Task",
    "TaskKind",
    "close_tasks",
    "get_homeless",
    "homeless_ended",
    "homeless_tasks",
    "is_done",
    "is_known",
    "is_open",
    "last_ended",
    "offer",
    "open_by_kind",
    "open_task",
    "open_tasks",
    "open_tasks_of",
]
