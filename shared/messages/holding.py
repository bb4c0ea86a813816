"""What a thread brings about beside the words: the clock stops, and staff get their work."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice, place_hold, release_kind
from shared.audit import PATIENT, Actor
from shared.base.clock import local_date
from shared.base.working_days import working_day_after
from shared.messages.model import Thread
from shared.messages.rules import SUBJECTS, Standing, hold_ends, review_day
from shared.worklist import (
    TO_ANSWER,
    TO_ASK_PAYER,
    TO_SEARCH,
    TaskKind,
    close_tasks,
    offer,
    open_task,
)

ANSWER = offer("message_waiting", "Message à répondre", TO_ANSWER)
WORK = {
    "payment_search": offer("payment_search", "Chercher un paiement annoncé", TO_SEARCH),
    "payer_claim": offer("payer_claim", "Voir avec la caisse ou la complémentaire", TO_ASK_PAYER),
}


def promised_day(practice: Practice, at: datetime) -> date:
    """By when the practice promises an answer to what comes in now."""
    today = local_date(at, practice.timezone)
    return working_day_after(today, practice.answer_days, practice.timezone)


def stop_clock(
    session: Session, thread: Thread, *, practice: Practice, account: Account, at: datetime
) -> None:
    """Nothing is sent while the thread's subject is looked into."""
    subject = SUBJECTS[thread.subject]
    today = local_date(at, practice.timezone)
    place_hold(
        session,
        account=account,
        kind=subject.hold,
        actor=PATIENT,
        at=at,
        review_on=review_day(subject, today=today, answer_by=thread.answer_by),
    )


def let_clock_run(
    session: Session, thread: Thread, *, actor: Actor, at: datetime, reason: str
) -> None:
    """End the hold that patients' threads placed, once none of them needs it any more.

    A hold of the same kind that staff or an import placed is left to them.
    """
    kind = SUBJECTS[thread.subject].hold
    if not hold_ends(_standing(session, thread.practice_id, thread.account_id), kind):
        return
    release_kind(
        session,
        practice_id=thread.practice_id,
        account_id=thread.account_id,
        kind=kind,
        actor=actor,
        at=at,
        reason=reason,
        placed_by=(PATIENT.name,),
    )


def _standing(session: Session, practice_id: int, account_id: UUID) -> list[Standing]:
    session.flush()
    rows = session.execute(
        select(Thread.subject, Thread.status, Thread.keeps_hold).where(
            Thread.practice_id == practice_id, Thread.account_id == account_id
        )
    )
    return [Standing(*row) for row in rows]


def give_work(session: Session, thread: Thread, kind: TaskKind, *, at: datetime) -> None:
    """Put work about a thread on the list, once."""
    open_task(
        session,
        kind,
        practice_id=thread.practice_id,
        account_id=thread.account_id,
        key=str(thread.id),
        due_on=thread.answer_by,
        actor=PATIENT,
        at=at,
    )


def end_work(
    session: Session, thread: Thread, kind: TaskKind, *, actor: Actor, at: datetime
) -> None:
    """The work about a thread is done."""
    close_tasks(
        session,
        kind,
        practice_id=thread.practice_id,
        key=str(thread.id),
        event="done",
        actor=actor,
        at=at,
    )
