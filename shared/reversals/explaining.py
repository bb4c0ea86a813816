"""The work that a refund gives: somebody says why it was made, and what is owed again is asked for or not."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import release_kind
from shared.audit import Actor
from shared.payments import HELD_FOR, OF_REFUND, OURS, Refund
from shared.worklist import TO_EXPLAIN, close_tasks, offer, open_tasks_of

EXPLAIN = offer(
    "refund_to_explain", "Remboursement à expliquer : la somme est de nouveau due", TO_EXPLAIN
)


def nothing_to_explain(
    session: Session, refund: Refund, *, account_id: UUID, actor: Actor, at: datetime
) -> None:
    """Nothing is owed again by a refund that failed; our pause ends with the last to be explained."""
    practice_id = refund.practice_id
    close_tasks(
        session,
        EXPLAIN,
        practice_id=practice_id,
        key=str(refund.id),
        event="vanished",
        actor=actor,
        at=at,
    )
    session.flush()
    waiting = open_tasks_of(session, practice_id=practice_id, account_id=account_id)
    if all(task.kind != EXPLAIN.name for task in waiting):
        release_kind(
            session,
            practice_id=practice_id,
            account_id=account_id,
            kind=HELD_FOR[OF_REFUND],
            actor=actor,
            at=at,
            reason="refund_failed",
            placed_by=OURS,
        )
