"""A letter refused because somebody calls first: the call is work, and after it the letter waits again."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from shared.audit import SYSTEM, Actor, advance
from shared.ladder.board_model import LadderLetter
from shared.ladder.letter_rules import LETTER
from shared.ladder.model import LadderCycle
from shared.ladder.service import APPROVAL_TASK, LETTER_CALL_TASK
from shared.worklist import Task, close_tasks, open_task

TALK = "talk"
"""The reason (DECLINE_REASONS) that promises a call."""


def ask_call(
    session: Session, letter: LadderLetter, *, due_on: date, by: Actor, at: datetime
) -> None:
    """Have somebody call."""
    open_task(
        session,
        LETTER_CALL_TASK,
        practice_id=letter.practice_id,
        account_id=letter.account_id,
        key=str(letter.cycle_id),
        due_on=due_on,
        actor=by,
        at=at,
    )


def end_call(
    session: Session, practice_id: int, cycle_id: UUID, *, by: Actor, at: datetime
) -> None:
    """The letter waits for a word by itself: nobody has to call for it any more."""
    close_tasks(
        session,
        LETTER_CALL_TASK,
        practice_id=practice_id,
        key=str(cycle_id),
        event="done",
        actor=by,
        at=at,
    )


def look_again_after_calls(session: Session, *, practice_id: int, today: date, at: datetime) -> int:
    """Whether a letter goes is asked again once the call was noted, whatever came of it, while the
    conversation runs. Returns of how many."""
    called = (
        exists()
        .where(
            Task.practice_id == LadderLetter.practice_id,
            Task.account_id == LadderLetter.account_id,
            Task.kind == LETTER_CALL_TASK.name,
            Task.status == "done",
            Task.opened_at >= LadderLetter.decided_at,
        )
        .correlate(LadderLetter)
    )
    letters = session.scalars(
        select(LadderLetter)
        .join(
            LadderCycle,
            (LadderCycle.practice_id == LadderLetter.practice_id)
            & (LadderCycle.id == LadderLetter.cycle_id),
        )
        .where(
            LadderLetter.practice_id == practice_id,
            LadderLetter.status == "declined",
            LadderLetter.reason == TALK,
            LadderCycle.status == "open",
            called,
        )
        .order_by(LadderLetter.account_id)
        .with_for_update(of=LadderLetter)
    ).all()
    for letter in letters:
        advance(session, letter, LETTER, "undo", account_id=letter.account_id, actor=SYSTEM, at=at)
        letter.decided_at = at
        open_task(
            session,
            APPROVAL_TASK,
            practice_id=practice_id,
            account_id=letter.account_id,
            key=f"{letter.cycle_id}:undone",
            due_on=today,
            actor=SYSTEM,
            at=at,
        )
    return len(letters)
