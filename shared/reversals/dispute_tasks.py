"""What disputes give people to do."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.audit import PROCESSOR
from shared.base.clock import local_date
from shared.reversals.model import Dispute
from shared.worklist import (
    TO_ANSWER_BANK,
    TO_EXPLAIN,
    TO_LOOK_AT,
    TaskKind,
    close_tasks,
    offer,
    open_task,
)

CONTESTED = offer(
    "card_disputed", "Contestation d’un paiement par carte : répondre avant ce jour", TO_ANSWER_BANK
)
LOST = offer(
    "dispute_lost",
    "Contestation perdue : la somme est de nouveau due, décider de la suite",
    TO_EXPLAIN,
)
ODD = offer(
    "dispute_mismatch",
    "Contestation qui ne correspond pas au paiement : comparer avec les pages du prestataire, rien n’en "
    "est inscrit ici",
    TO_LOOK_AT,
)
USUAL_TIME = timedelta(days=7)  # to answer, where the processor names no day


def ask_to_answer(session: Session, dispute: Dispute, *, practice: Practice, at: datetime) -> None:
    """Somebody answers the bank before it stops listening."""
    until = dispute.respond_by or at + USUAL_TIME
    open_task(
        session,
        CONTESTED,
        practice_id=practice.id,
        account_id=dispute.account_id,
        key=str(dispute.id),
        due_on=max(local_date(until, practice.timezone), local_date(at, practice.timezone)),
        actor=PROCESSOR,
        at=at,
    )


def forget(session: Session, kind: TaskKind, dispute: Dispute, *, at: datetime) -> None:
    """There is nothing to do any more."""
    close_tasks(
        session,
        kind,
        practice_id=dispute.practice_id,
        key=str(dispute.id),
        event="vanished",
        actor=PROCESSOR,
        at=at,
    )
