"""Steps noted once they took place: messages that went out, calls made, letters that staff sent."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, and_, select, update
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.base.clock import local_date
from shared.delivery import Notice
from shared.ladder.board_model import LadderLetter
from shared.ladder.model import LadderCycle
from shared.ladder.service import CALL_TASK
from shared.worklist import Task


def note_steps(session: Session, *, practice: Practice) -> int:
    """Move cycles up by steps that took place. Returns how many cycles moved."""
    moves: dict[UUID, dict[str, Any]] = {}
    for row in session.execute(_messages(practice.id)):
        before = moves.get(row.id, {}).get("messages", row.messages)
        moves[row.id] = _move(practice, row.id, row.step, row.at, before + 1)
    for query in (_calls(practice.id), _letters(practice.id)):
        for row in session.execute(query):
            if row.at is not None:
                moves.setdefault(row.id, _move(practice, row.id, row.step, row.at, row.messages))
    if moves:
        session.execute(update(LadderCycle), list(moves.values()))
    return len(moves)


def _move(
    practice: Practice, cycle_id: UUID, step: int, at: datetime | date, messages: int
) -> dict[str, Any]:
    return {
        "practice_id": practice.id,
        "id": cycle_id,
        "position": step,
        "stepped_on": local_date(at, practice.timezone) if isinstance(at, datetime) else at,
        "messages": messages,
        "withheld": None,
        "withheld_since": None,
    }


def _messages(practice_id: int) -> Executable:
    return (
        select(LadderCycle.id, Notice.step, Notice.outcome_at.label("at"), LadderCycle.messages)
        .join(
            Notice,
            and_(
                Notice.practice_id == LadderCycle.practice_id,
                Notice.account_id == LadderCycle.account_id,
                Notice.cause_id == LadderCycle.id,
                Notice.step > LadderCycle.position,
            ),
        )
        .where(_runs(practice_id), Notice.status == "sent", Notice.outcome_at.is_not(None))
        .order_by(Notice.step)
    )


def _calls(practice_id: int) -> Executable:
    return (
        select(
            LadderCycle.id,
            LadderCycle.asked_position.label("step"),
            Task.closed_at.label("at"),
            LadderCycle.messages,
        )
        .join(
            Task,
            and_(
                Task.practice_id == LadderCycle.practice_id,
                Task.account_id == LadderCycle.account_id,
                Task.opened_at >= LadderCycle.asked_at,
            ),
        )
        .where(
            _runs(practice_id),
            LadderCycle.asked_position > LadderCycle.position,
            Task.kind == CALL_TASK.name,
            Task.status == "done",
        )
    )


def _letters(practice_id: int) -> Executable:
    return (
        select(
            LadderCycle.id,
            LadderCycle.asked_position.label("step"),
            LadderLetter.sent_on.label("at"),
            LadderCycle.messages,
        )
        .join(
            LadderLetter,
            and_(
                LadderLetter.practice_id == LadderCycle.practice_id,
                LadderLetter.cycle_id == LadderCycle.id,
            ),
        )
        .where(
            _runs(practice_id),
            LadderCycle.asked_position > LadderCycle.position,
            LadderLetter.status == "sent",
        )
    )


def _runs(practice_id: int) -> ColumnElement[bool]:
    return and_(LadderCycle.practice_id == practice_id, LadderCycle.status == "open")
