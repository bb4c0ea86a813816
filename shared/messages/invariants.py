"""What must always be true of threads."""

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from shared.base.invariants import Invariant, names_row
from shared.messages.holding import ANSWER
from shared.messages.model import Message, Thread
from shared.messages.rules import AID, PATIENTS, SUBJECTS, THREAD
from shared.worklist import Task

_asked_for = exists().where(
    Task.practice_id == Thread.practice_id,
    Task.account_id == Thread.account_id,
    Task.kind == ANSWER.name,
    Task.status == "open",
    names_row(Task.key, Thread.id),
)
_last_is_ours = exists().where(
    Message.practice_id == Thread.practice_id,
    Message.id == Thread.answer_id,
    Message.thread_id == Thread.id,
    Message.side != PATIENTS,
)
_home = aliased(Thread)
_has_home = exists().where(
    _home.practice_id == Thread.practice_id,
    _home.id == Thread.merged_into,
    _home.account_id == Thread.account_id,
    _home.status != "merged",
)
_still_holds_words = exists().where(
    Message.practice_id == Thread.practice_id, Message.thread_id == Thread.id
)

INVARIANTS = (
    Invariant(
        "thread-status",
        "every thread is on its edge table and about a subject that we know",
        select(Thread.id).where(
            or_(Thread.status.not_in(THREAD.statuses), Thread.subject.not_in(SUBJECTS))
        ),
    ),
    Invariant(
        "thread-promised",
        "what waits for our answer is on somebody's list",
        select(Thread.id).where(Thread.status == "waiting", Thread.subject != AID, ~_asked_for),
    ),
    Invariant(
        "thread-unread",
        "what a patient has still to read is an answer of ours",
        select(Thread.id).where(Thread.patient_unread, ~_last_is_ours),
    ),
    Invariant(
        "thread-merged",
        "what was merged is whole in another thread of the same account",
        select(Thread.id).where(
            or_(
                and_(Thread.status == "merged", or_(~_has_home, _still_holds_words)),
                and_(Thread.status != "merged", Thread.merged_into.is_not(None)),
            )
        ),
    ),
)
