"""Two threads of one account become one: a patient wrote twice about the same thing.

What one held moves into the other. It is not undone: the messages are then one conversation, for the
patient too. The one that is gone leaves its address, its subject's hold and its other work to the one that
stays, until that is closed (``holding``).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from shared.accounts import get_account
from shared.audit import Actor, advance, record
from shared.base.errors import NotAllowedError, NotFoundError
from shared.messages.holding import ANSWER, PAUSED, end_work, mind_pause
from shared.messages.model import Message, Thread, ThreadNote
from shared.messages.moved import check_same
from shared.messages.reading import get_thread
from shared.messages.rules import THREAD, Mergeable, check_merge, stays


@dataclass(frozen=True, slots=True)
class Seen:
    """A thread as it was when somebody looked at it."""

    thread_id: UUID
    mark: str


def merge_threads(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    one: Seen,
    other: Seen,
    actor: Actor,
    at: datetime,
) -> Thread:
    """Make two threads one; returns the one that stays.

    Raises NotFoundError, MovedOnError when one of them moved on since it was seen, and NotAllowedError for
    threads that stay apart.
    """
    get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    threads = []
    for seen in (one, other):
        thread = get_thread(
            session, practice_id=practice_id, account_id=account_id, thread_id=seen.thread_id
        )
        check_same(session, thread, asked_for=seen.thread_id, mark=seen.mark)
        threads.append(thread)
    if threads[0].id == threads[1].id:
        raise NotAllowedError("C’est la même conversation : choisissez-en une autre.")
    kept, gone = order_of(*threads)
    _take_over(kept, gone)
    subject = gone.subject
    advance(session, gone, THREAD, "merge", account_id=account_id, actor=actor, at=at)
    gone.merged_into, gone.patient_unread = kept.id, False
    gone.awaits_until = None
    kept.moved_at = at
    record(
        session,
        practice_id=practice_id,
        account_id=account_id,
        kind="thread.joined",
        actor=actor,
        at=at,
        id=str(kept.id),
        subject=subject,
    )
    session.flush()
    for table, column in (
        (Thread, Thread.merged_into),
        (Message, Message.thread_id),
        (ThreadNote, ThreadNote.thread_id),
    ):
        session.execute(
            update(table)
            .where(table.practice_id == practice_id, column == gone.id)
            .values({column.key: kept.id})
        )
    # The one that stays has the same promise or an earlier one; other work goes on under its own name.
    end_work(session, gone, ANSWER, actor=actor, at=at)
    end_work(session, gone, PAUSED, actor=actor, at=at)
    if kept.status == "answered":
        mind_pause(session, kept, actor=actor, at=at)
    return kept


def order_of(one: Thread, other: Thread) -> tuple[Thread, Thread]:
    """(the one that stays, the one that goes into it). Raises NotAllowedError where they stay apart."""
    first, second = _mergeable(one), _mergeable(other)
    check_merge(first, second)
    return (one, other) if stays(first, second) else (other, one)


def find_thread(session: Session, *, practice_id: int, thread_id: UUID) -> Thread:
    """A thread of the practice, whichever account it is of, also a merged one. Raises NotFoundError."""
    thread = session.get(Thread, (practice_id, thread_id))
    if thread is None:
        raise NotFoundError("Cette conversation n’existe pas : elle a peut-être été effacée.")
    return thread


def _take_over(kept: Thread, gone: Thread) -> None:
    """The latest answer that is still to be read, else the latest, is the answer of both."""
    answers = [one for one in (kept, gone) if one.answered_at is not None]
    if answers:
        last = max(answers, key=lambda one: (one.patient_unread, one.answered_at))
        kept.answer_id, kept.answered_at = last.answer_id, last.answered_at
    kept.patient_unread = kept.patient_unread or gone.patient_unread
    kept.keeps_hold = kept.keeps_hold or (gone.keeps_hold and gone.status != "closed")
    days = [one.awaits_until for one in (kept, gone) if one.awaits_until is not None]
    kept.awaits_until = min(days, default=None) if kept.status == "answered" else None


def _mergeable(thread: Thread) -> Mergeable:
    return Mergeable(thread.subject, thread.status, thread.answer_by, thread.opened_at)
