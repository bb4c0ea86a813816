"""Work that waits on an account, and where it is decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backoffice.desks.decision_words import Place, place_of_task
from backoffice.desks.words import title
from shared.base.formats import money
from shared.ladder import APPROVAL_TASK, CALLS, SEND_TASK
from shared.payments import OVERPAID, Received
from shared.worklist import KINDS, Task, reasons_of

# Work that is a letter which somebody writes by hand.
BY_LETTER = ("ladder_letter_only", "new_link_by_letter", "no_way_to_write", "news_untold")


@dataclass(frozen=True, slots=True)
class TaskShown:
    """Work that waits. ``reasons`` are those with which staff may note here that it is done."""

    id: UUID
    title: str
    due_on: date
    reasons: Mapping[str, str]
    is_call: bool
    is_letter: bool
    by_hand: bool
    place: Place | None = None

    @property
    def of_ladder(self) -> bool:
        """Whether a step of the ladder waits for it."""
        return self.is_call or self.is_letter


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
        reasons=reasons_of(task.kind),
        is_call=task.kind in CALLS,
        is_letter=task.kind in {APPROVAL_TASK.name, SEND_TASK.name},
        by_hand=task.kind in BY_LETTER,
        place=place_of_task(task.kind, task.key),
    )
