"""Work that belongs to no account: what happened, what to do, and noting that it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.desks.check_assigning import not_assigned
from backoffice.desks.check_words import (
    ASK_AGAIN,
    CONTESTED,
    DIFFERENCES,
    ELSEWHERE,
    NOT_GIVEN_BACK,
    NOTHING_LEFT,
    REFUSED,
    UNNAMED,
)
from backoffice.desks.order_words import OUTCOMES
from backoffice.desks.stray_fate import accounts_of_strays, fate_of
from backoffice.desks.words import title
from shared.audit import SYSTEM, Actor, events_of_nobody, facts_of
from shared.base.errors import NotFoundError
from shared.base.formats import money
from shared.base.money import Cents
from shared.orders import MoneyOrder
from shared.payments import StrayPayment
from shared.reversals import Dispute
from shared.worklist import (
    KINDS,
    Task,
    finish_by_hand,
    get_task,
    homeless_tasks,
    reasons_of,
)


@dataclass(frozen=True, slots=True)
class CheckShown:
    """One piece of work: what happened and what to do, with the processor's name of the money. ``cents``
    is None where there is no sum in euros; ``on_strays`` where the payment waits to be assigned."""

    id: UUID
    happened: str
    todo: str
    cents: Cents | None
    reference: str
    opened_at: datetime
    due_on: date
    on_strays: bool
    reasons: Mapping[str, str]


def read_checks(session: Session, *, practice_id: int, after: str) -> tuple[list[CheckShown], str]:
    """A page of what waits, the earliest promise first; and the key of the next page. Raises NotFoundError
    for a page key that is none."""
    page = homeless_tasks(session, practice_id=practice_id, but=ELSEWHERE, after=after)
    return checks_of(session, page.tasks, practice_id=practice_id), page.next_key


def checks_of(session: Session, tasks: Sequence[Task], *, practice_id: int) -> list[CheckShown]:
    """What each of these says, waiting or ended."""
    if not tasks:
        return []
    first = min(task.opened_at for task in tasks)
    events = events_of_nobody(
        session, practice_id=practice_id, kinds=("task.opened",), by=SYSTEM, since=first
    )
    told = {}
    for facts in map(facts_of, reversed(events)):  # the newest of a key stays
        told[str(facts.get("task")), str(facts.get("of"))] = facts
    return [_shown(session, task, told.get((task.kind, task.key), {})) for task in tasks]


def finish(
    session: Session, *, practice_id: int, task_id: UUID, reason: str, actor: Actor, at: datetime
) -> str:
    """Note that such work is done, and why; what is then told.

    Raises NotFoundError; NotAllowedError without a reason; TaskOverError when somebody else did it meanwhile.
    """
    task = get_task(session, practice_id=practice_id, task_id=task_id)
    if task.account_id is not None or task.kind in ELSEWHERE:
        raise NotFoundError("Cette tâche n’existe pas.")
    finish_by_hand(
        session, practice_id=practice_id, task_id=task_id, reason=reason, actor=actor, at=at
    )
    return "C’est noté : fait."


def _shown(session: Session, task: Task, facts: Mapping[str, Any]) -> CheckShown:
    if task.kind == "refund_refused":
        return _of_refund(session, task)
    if task.kind == "assign_refused":
        told = not_assigned(session, task)
        return _check(
            task,
            told.happened,
            told.todo,
            cents=told.cents,
            reference=told.reference,
            on_strays=told.waits,
        )
    if task.kind == "card_disputed":
        return _of_dispute(session, task)
    if task.kind == "processor_refused":
        return _check(task, *REFUSED)
    if task.kind == "processor_differs":
        return _of_difference(task, facts)
    offered = KINDS.get(task.kind)
    return _check(task, offered.title if offered else title({}, task.kind), "")


def _of_difference(task: Task, facts: Mapping[str, Any]) -> CheckShown:
    """Where its sums can't be read, it is said in general."""
    kind = str(facts.get("difference", ""))
    cents, here = facts.get("cents"), facts.get("here", 0)
    if type(cents) is not int or type(here) is not int:
        return _check(task, *UNNAMED)
    happened, todo = DIFFERENCES.get(kind, UNNAMED)
    return _check(
        task,
        happened.format(cents=money(cents, "fr"), here=money(here, "fr")),
        todo,
        cents=cents if kind not in ("other_currency", "wrong_mode") else None,
        reference=str(facts.get("intent", "")),
    )


def _of_refund(session: Session, task: Task) -> CheckShown:
    order = session.get_one(MoneyOrder, (task.practice_id, UUID(task.key)))
    stray = session.get_one(StrayPayment, (task.practice_id, order.stray_id))
    number = accounts_of_strays(session, [stray], practice_id=task.practice_id).get(stray.id, "")
    waits = stray.status == "found"
    return _check(
        task,
        NOT_GIVEN_BACK.format(
            cents=money(order.amount_cents, "fr"),
            why=OUTCOMES.get(order.outcome or "", "le prestataire l’a refusé"),
        ),
        ASK_AGAIN if waits else NOTHING_LEFT.format(became=fate_of(session, stray, number)),
        cents=order.amount_cents,
        reference=stray.processor_ref,
        on_strays=waits,
    )


def _of_dispute(session: Session, task: Task) -> CheckShown:
    dispute = session.get_one(Dispute, (task.practice_id, UUID(task.key)))
    happened, todo = CONTESTED
    return _check(
        task,
        happened.format(cents=money(dispute.amount_cents, "fr")),
        todo,
        cents=dispute.amount_cents,
        reference=dispute.processor_ref,
        on_strays=True,
    )


def _check(
    task: Task,
    happened: str,
    todo: str,
    *,
    cents: Cents | None = None,
    reference: str = "",
    on_strays: bool = False,
) -> CheckShown:
    return CheckShown(
        id=task.id,
        happened=happened,
        todo=todo,
        cents=cents,
        reference=reference,
        opened_at=task.opened_at,
        due_on=task.due_on,
        on_strays=on_strays,
        reasons=reasons_of(task.kind),
    )
