"""What a thread brings about beside the words: the clock stops, and staff get their work."""

from dataclasses import dataclass
from datetime import date, datetime

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

ANSWER = offer("message_waiting", "Message auquel répondre", TO_ANSWER)
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
    """End the holds that patients' threads placed, once none of them needs them any more: that of this
    thread's subject, and those of what was merged into it.

    A hold of the same kind that staff or an import placed is left to them.
    """
    standing = _standing(session, thread)
    for kind in dict.fromkeys(SUBJECTS[one.subject].hold for one in standing.here):
        if hold_ends(standing.all, kind):
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


@dataclass(frozen=True, slots=True)
class _Standings:
    """How an account's threads stand: all of them, and those that live in the thread at hand."""

    all: list[Standing]
    here: list[Standing]


def _standing(session: Session, thread: Thread) -> _Standings:
    session.flush()
    rows = session.execute(
        select(
            Thread.id, Thread.merged_into, Thread.subject, Thread.status, Thread.keeps_hold
        ).where(Thread.practice_id == thread.practice_id, Thread.account_id == thread.account_id)
    ).all()
    living = {row.id: (row.status, row.keeps_hold) for row in rows}
    stands = {
        row.id: Standing(row.subject, *living.get(row.merged_into, living[row.id])) for row in rows
    }
    here = [stands[row.id] for row in rows if thread.id in (row.id, row.merged_into)]
    return _Standings(list(stands.values()), here)


def end_all_work(session: Session, thread: Thread, *, actor: Actor, at: datetime) -> None:
    """Nothing of a thread is to be done any more, nor of what was merged into it."""
    merged = select(Thread).where(
        Thread.practice_id == thread.practice_id, Thread.merged_into == thread.id
    )
    for one in (thread, *session.scalars(merged)):
        work = SUBJECTS[one.subject].work
        for kind in (ANSWER, *((WORK[work],) if work else ())):
            end_work(session, one, kind, actor=actor, at=at)


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
    session: Session,
    thread: Thread,
    kind: TaskKind,
    *,
    actor: Actor,
    at: datetime,
    event: str = "done",
) -> None:
    """The work about a thread is done, or for the ``event`` vanished needed no more."""
    close_tasks(
        session,
        kind,
        practice_id=thread.practice_id,
        key=str(thread.id),
        event=event,
        actor=actor,
        at=at,
    )
