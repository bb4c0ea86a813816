"""What a thread brings about beside the words: the clock stops, and staff get their work."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import Account, Hold, Practice, place_hold, release_kind
from shared.audit import PATIENT, Actor
from shared.base.clock import local_date
from shared.base.working_days import working_day_after
from shared.messages.model import Thread
from shared.messages.rules import SUBJECTS, Standing, hold_ends, look_again, needs_hold, review_day
from shared.worklist import (
    TO_ANSWER,
    TO_ASK_PAYER,
    TO_END_PAUSE,
    TO_SEARCH,
    TaskKind,
    close_tasks,
    offer,
    open_task,
    open_tasks_of,
)

ANSWER = offer("message_waiting", "Message auquel répondre", TO_ANSWER)
# Somebody answered, and the pause goes on: without this nobody would have it any more.
PAUSED = offer("pause_to_end", "Pause à revoir ou à finir", TO_END_PAUSE)
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
        for kind in (ANSWER, PAUSED, *((WORK[work],) if work else ())):
            end_work(session, one, kind, actor=actor, at=at)


def mind_pause(session: Session, thread: Thread, *, actor: Actor, at: datetime) -> None:
    """After an answer: somebody has what is still paused for the thread, on the day of its review."""
    end_work(session, thread, PAUSED, actor=actor, at=at)
    review_on = _paused_until(session, thread)
    if review_on is not None:
        zone = session.get_one(Practice, thread.practice_id).timezone
        due_on = look_again(review_on, today=local_date(at, zone))
        give_work(session, thread, PAUSED, at=at, due_on=due_on, actor=actor)


def _paused_until(session: Session, thread: Thread) -> date | None:
    """When the pause that a thread still needs is to be looked at; None where none is left."""
    kinds = {
        SUBJECTS[one.subject].hold
        for one in _standing(session, thread).here
        if needs_hold(one, SUBJECTS[one.subject].hold)
    }
    return session.scalar(
        select(func.min(Hold.review_on)).where(
            Hold.practice_id == thread.practice_id,
            Hold.account_id == thread.account_id,
            Hold.kind.in_(kinds),
            Hold.status == "active",
            Hold.placed_by == PATIENT.name,
            Hold.invoice_id.is_(None),
        )
    )


def pause_comes_back(session: Session, thread: Thread) -> date | None:
    """On which day somebody has the thread's pause before their eyes; None where nothing waits for that."""
    work = open_tasks_of(session, practice_id=thread.practice_id, account_id=thread.account_id)
    its_own = (one for one in work if (one.kind, one.key) == (PAUSED.name, str(thread.id)))
    return next((one.due_on for one in its_own), None)


def end_pause_work(
    session: Session, *, practice_id: int, account_id: UUID, actor: Actor, at: datetime
) -> None:
    """Staff ended a pause by hand: nobody has to look again at what is paused no more."""
    threads = select(Thread).where(
        Thread.practice_id == practice_id,
        Thread.account_id == account_id,
        Thread.status != "closed",
    )
    for thread in session.scalars(threads):
        if _paused_until(session, thread) is None:
            end_work(session, thread, PAUSED, actor=actor, at=at)


def give_work(
    session: Session,
    thread: Thread,
    kind: TaskKind,
    *,
    at: datetime,
    due_on: date | None = None,
    actor: Actor = PATIENT,
) -> None:
    """Put work about a thread on the list, once; due by the promised answer unless a day is given."""
    open_task(
        session,
        kind,
        practice_id=thread.practice_id,
        account_id=thread.account_id,
        key=str(thread.id),
        due_on=due_on or thread.answer_by,
        actor=actor,
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
