"""The end of a cycle: nothing is owed any more, and nobody is asked for anything more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.audit import SYSTEM, advance_many
from shared.ladder.model import LadderCycle
from shared.ladder.rules import CYCLE
from shared.ladder.service import APPROVAL_TASK, CALLS, SEND_TASK, chunks
from shared.worklist import TASK, Task


def close_cycles(session: Session, *, practice_id: int, at: datetime) -> int:
    """Close the cycles of accounts that owe nothing any more, and what humans were asked for them.

    Returns how many cycles.
    """
    rows = session.execute(
        select(LadderCycle.id, LadderCycle.account_id)
        .join(
            Account,
            and_(
                Account.practice_id == LadderCycle.practice_id,
                Account.id == LadderCycle.account_id,
            ),
        )
        .where(
            LadderCycle.practice_id == practice_id,
            LadderCycle.status == "open",
            Account.balance_cents <= 0,
        )
        .with_for_update(of=LadderCycle, skip_locked=True)  # what another worker closes, it closes
    ).all()
    for chunk in chunks(iter(rows)):
        advance_many(
            session,
            LadderCycle,
            CYCLE,
            "close",
            practice_id=practice_id,
            before="open",
            rows=[(row.id, row.account_id) for row in chunk],
            actor=SYSTEM,
            at=at,
            closed_at=at,
            withheld=None,
            withheld_since=None,
        )
        _drop_tasks(session, [row.account_id for row in chunk], practice_id=practice_id, at=at)
    return len(rows)


def _drop_tasks(
    session: Session, account_ids: list[UUID], *, practice_id: int, at: datetime
) -> None:
    """Nobody is called, and no letter approved, for what is no longer owed."""
    rows = session.execute(
        select(Task.id, Task.account_id).where(
            Task.practice_id == practice_id,
            Task.account_id.in_(account_ids),
            Task.kind.in_((*CALLS, APPROVAL_TASK.name, SEND_TASK.name)),
            Task.status == "open",
        )
    ).all()
    if rows:
        advance_many(
            session,
            Task,
            TASK,
            "vanished",
            practice_id=practice_id,
            before="open",
            rows=[(row.id, row.account_id) for row in rows],
            actor=SYSTEM,
            at=at,
            closed_at=at,
            closed_by=SYSTEM.name,
        )
