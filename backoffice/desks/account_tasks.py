"""Work that waits on an account, and where it is decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backoffice.desks.decision_words import Place, place_of_task
from backoffice.desks.words import DONE_ELSEWHERE, title
from shared.base.formats import money
from shared.ladder import CALL_TASK
from shared.payments import OVERPAID, Received
from shared.worklist import KINDS, Task


@dataclass(frozen=True, slots=True)
class TaskShown:
    """Work that waits. ``done_here`` when pressing « Fait » is all there is to it."""

    id: UUID
    title: str
    due_on: date
    done_here: bool
    is_call: bool
    place: Place | None = None


def task_shown(task: Task, payments: Sequence[Received]) -> TaskShown:
    """Work that waits; of money in hand with its sum and its payment's receipt."""
    kind = KINDS.get(task.kind)
    words = kind.title if kind else title({}, task.kind)
    for one in payments if task.kind == OVERPAID.name else ():
        if str(one.payment.id) == task.key:
            words += f" : {money(one.credit_cents)}, reçu {one.payment.number}"
    return TaskShown(
        id=task.id,
        title=words,
        due_on=task.due_on,
        done_here=task.kind not in DONE_ELSEWHERE,
        is_call=task.kind == CALL_TASK.name,
        place=place_of_task(task.kind, task.key),
    )
