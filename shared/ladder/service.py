"""Cycles opened, steps noted, the policy read. Set-based throughout."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import BindParameter, ScalarSelect, and_, exists, func, insert, select, update
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.audit import SYSTEM, Happening, record_many
from shared.base.clock import local_date
from shared.base.ids import new_id
from shared.billing import Invoice, is_held_back
from shared.delivery import Notice
from shared.ladder.model import LadderCycle, LadderStep
from shared.ladder.rules import DEFAULT_POLICY, Step
from shared.worklist import TO_APPROVE, TO_CALL, Task, offer

CALL_TASK = offer("ladder_call", "Appeler", TO_CALL)
APPROVAL_TASK = offer("ladder_formal_notice", "Lettre recommandée à approuver", TO_APPROVE)

CHUNK = 1000
T = TypeVar("T")


def chunks(rows: Iterator[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The rows in lists of at most ``size``, so that memory stays flat."""
    while chunk := list(islice(rows, size)):
        yield chunk


def latest_version(practice_id: int | BindParameter[int]) -> ScalarSelect[int | None]:
    """The version of the policy in force, as part of a query."""
    return (
        select(func.max(LadderStep.version))
        .where(LadderStep.practice_id == practice_id)
        .scalar_subquery()
    )


STEP_COLUMNS = (
    LadderStep.position,
    LadderStep.name,
    LadderStep.act,
    LadderStep.anchor,
    LadderStep.offset_days,
    LadderStep.gap_days,
    LadderStep.minimum_cents,
)
"""A step of the policy in a query, in the order of Step's fields."""


def policy_of(session: Session, practice_id: int) -> list[Step]:
    """The steps of the practice's latest policy, in order."""
    rows = session.execute(
        select(*STEP_COLUMNS)
        .where(
            LadderStep.practice_id == practice_id,
            LadderStep.version == latest_version(practice_id),
        )
        .order_by(LadderStep.position)
    )
    return [Step(*row) for row in rows]


def install_policy(
    session: Session,
    *,
    practice_id: int,
    steps: tuple[Step, ...] = DEFAULT_POLICY,
    version: int = 1,
) -> None:
    """Give a practice its policy as data."""
    for step in steps:
        session.add(
            LadderStep(
                practice_id=practice_id,
                version=version,
                position=step.position,
                name=step.name,
                act=step.act,
                anchor=step.anchor,
                offset_days=step.offset_days,
                gap_days=step.gap_days,
                minimum_cents=step.minimum_cents,
            )
        )


def open_cycles(session: Session, *, practice_id: int, today: date, at: datetime) -> int:
    """Open a cycle where something is askable and none runs. Returns how many."""
    running = exists().where(
        LadderCycle.practice_id == Account.practice_id,
        LadderCycle.account_id == Account.id,
        LadderCycle.status == "open",
    )
    askable = exists().where(
        Invoice.practice_id == Account.practice_id,
        Invoice.account_id == Account.id,
        Invoice.status == "issued",
        ~is_held_back(),
    )
    ids = session.scalars(
        select(Account.id).where(
            Account.practice_id == practice_id, Account.balance_cents > 0, ~running, askable
        )
    ).all()
    for chunk in chunks(iter(ids)):
        session.execute(
            insert(LadderCycle),
            [
                {
                    "practice_id": practice_id,
                    "id": new_id(),
                    "account_id": account_id,
                    "status": "open",
                    "opened_on": today,
                    "position": 0,
                    "asked_position": 0,
                    "messages": 0,
                }
                for account_id in chunk
            ],
        )
        record_many(
            session,
            [Happening(practice_id, i, "ladder_cycle.opened", {}) for i in chunk],
            actor=SYSTEM,
            at=at,
        )
    return len(ids)


def note_steps(session: Session, *, practice: Practice) -> int:
    """Move cycles up by steps that took place: messages that went out, tasks that were done."""
    running = and_(LadderCycle.practice_id == practice.id, LadderCycle.status == "open")
    sent = session.execute(
        select(LadderCycle.id, Notice.step, Notice.outcome_at, LadderCycle.messages + 1)
        .join(
            Notice,
            and_(
                Notice.practice_id == LadderCycle.practice_id,
                Notice.account_id == LadderCycle.account_id,
                Notice.cause_id == LadderCycle.id,
                Notice.step == LadderCycle.position + 1,
            ),
        )
        .where(running, Notice.status == "sent")
    ).all()
    done = session.execute(
        select(LadderCycle.id, LadderCycle.asked_position, Task.closed_at, LadderCycle.messages)
        .join(
            Task,
            and_(
                Task.practice_id == LadderCycle.practice_id,
                Task.account_id == LadderCycle.account_id,
                Task.opened_at >= LadderCycle.asked_at,
            ),
        )
        .where(
            running,
            LadderCycle.asked_position == LadderCycle.position + 1,
            Task.kind.in_((CALL_TASK.name, APPROVAL_TASK.name)),
            Task.status == "done",
        )
    ).all()
    moves = [
        {
            "practice_id": practice.id,
            "id": cycle_id,
            "position": step,
            "stepped_on": local_date(at, practice.timezone),
            "messages": messages,
            "withheld": None,
            "withheld_since": None,
        }
        for cycle_id, step, at, messages in [*sent, *done]
        if at is not None
    ]
    if moves:
        session.execute(update(LadderCycle), moves)
    return len(moves)
