"""Writing the night's decisions down: notices planned, tasks opened, reasons kept."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.audit import SYSTEM, Happening, record_many
from shared.delivery import BOUNCED, LADDER, Notice, Plan, as_row, channel_of
from shared.ladder.due import DueStep
from shared.ladder.model import LadderCycle
from shared.ladder.rules import CALL, Step
from shared.ladder.service import (
    APPROVAL_TASK,
    CALL_TASK,
)
from shared.worklist import TO_CORRECT, TO_WRITE, NewTask, Task, offer, open_tasks

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

IDENTITY_TASK = offer("ladder_no_identity", "Identité à compléter", TO_CORRECT)


CONTACT_TASK = offer("ladder_no_contact", "Contact à compléter", TO_CORRECT)


LETTER_TASK = offer("ladder_letter_only", "Courrier seulement : lettre à écrire", TO_WRITE)


_TASK_OF_REASON = {
    "no_identity": IDENTITY_TASK,
    "no_contact": CONTACT_TASK,
    "letter_only": LETTER_TASK,
}


def plan_messages(
    session: Session,
    due: list[DueStep],
    *,
    practice: Practice,
    steps: dict[int, Step],
    at: datetime,
) -> None:
    rows = [
        as_row(
            Plan(
                account_id=d.account_id,
                purpose=LADDER,
                cause_id=d.cycle_id,
                step=d.position,
                template=steps[d.position].name,
                channel=channel_of(d.contact_kind),
                language=d.language,
                contact_id=d.contact_id,
            ),
            practice_id=practice.id,
            not_before=at,
            at=at,
        )
        for d in due
        if d.contact_id is not None and d.contact_kind is not None
    ]
    if not rows:
        return
    session.execute(insert(Notice), rows, execution_options={"dml_strategy": "raw"})
    _note(session, [d for d in due if d.told is not None], practice=practice, **_RELEASED)


def ask_humans(
    session: Session, due: list[DueStep], *, practice: Practice, today: date, at: datetime
) -> None:
    for (position, act), asked in _grouped(due, lambda d: (d.position, d.facts.act)):
        open_tasks(
            session,
            CALL_TASK if act == CALL else APPROVAL_TASK,
            [NewTask(d.account_id, f"{d.cycle_id}:{position}") for d in asked],
            practice_id=practice.id,
            due_on=today,
            actor=SYSTEM,
            at=at,
        )
        _note(session, asked, practice=practice, asked_position=position, asked_at=at, **_RELEASED)


def keep_reasons(
    session: Session,
    changed: list[tuple[DueStep, str]],
    *,
    practice: Practice,
    today: date,
    at: datetime,
) -> None:
    for reason, pairs in _grouped(changed, lambda pair: pair[1]):
        due = [d for d, _ in pairs]
        _note(session, due, practice=practice, withheld=reason, withheld_since=at)
        record_many(
            session,
            [
                Happening(
                    practice.id,
                    d.account_id,
                    "ladder.withheld",
                    {"reason": reason, "step": d.position},
                )
                for d in due
            ],
            actor=SYSTEM,
            at=at,
        )
        task = _TASK_OF_REASON.get(reason)
        if reason == "no_contact":
            due = _without_task_for_bounce(session, due, practice=practice)
        if task is not None and due:
            open_tasks(
                session,
                task,
                [NewTask(d.account_id, str(d.account_id)) for d in due],
                practice_id=practice.id,
                due_on=today,
                actor=SYSTEM,
                at=at,
            )


def _without_task_for_bounce(
    session: Session, due: list[DueStep], *, practice: Practice
) -> list[DueStep]:
    """Those whose contact is not already somebody's work since a message came back."""
    known = set(
        session.scalars(
            select(Task.account_id).where(
                Task.practice_id == practice.id,
                Task.account_id.in_([d.account_id for d in due]),
                Task.kind == BOUNCED.name,
                Task.status == "open",
            )
        )
    )
    return [d for d in due if d.account_id not in known]


_RELEASED: dict[str, Any] = {"withheld": None, "withheld_since": None}


def _note(session: Session, due: list[DueStep], *, practice: Practice, **values: Any) -> None:
    """Write the same onto the cycles of all these, with one statement."""
    if due:
        session.execute(
            update(LadderCycle)
            .where(
                LadderCycle.practice_id == practice.id,
                LadderCycle.id.in_([d.cycle_id for d in due]),
            )
            .values(**values)
        )


def _grouped(items: list[T], key: Callable[[T], K]) -> Iterable[tuple[K, list[T]]]:
    groups: dict[K, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups.items()
