"""Writing to the practice, and reading what it answered."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import Practice, get_account
from shared.audit import PATIENT, Actor, record
from shared.base.database import wake_worker
from shared.base.errors import NotAllowedError
from shared.base.formats import marked
from shared.base.ids import new_id
from shared.base.vault import Vault
from shared.messages.holding import ANSWER, WORK, give_work, promised_day, stop_clock
from shared.messages.model import Message, Thread
from shared.messages.reading import get_thread
from shared.messages.repeating import said_already
from shared.messages.rules import PATIENTS, STAFFS, SUBJECTS, is_too_much
from shared.messages.writing import Words, move, note_read, thread_of_form, write

TOO_MUCH = marked("Vous avez beaucoup écrit aujourd’hui. Appelez-nous, ou revenez demain.")


def open_thread(
    session: Session,
    *,
    practice: Practice,
    account_id: UUID,
    vault: Vault,
    subject: str,
    words: Words,
    at: datetime,
) -> Thread:
    """A patient writes about a subject: the clock stops and staff get their work.

    The same form sent twice gives the thread that is there; so do the same words about the same
    subject, sent again. Raises NotAllowedError when the account has written its most of a day.
    """
    account = get_account(session, practice_id=practice.id, account_id=account_id, lock=True)
    known = thread_of_form(session, practice_id=practice.id, account_id=account_id, once=words.once)
    if known is not None:
        return known
    said = said_already(
        session, practice_id=practice.id, account_id=account_id, vault=vault, words=words, at=at
    )
    if said is not None and said.subject == subject:
        return said
    _check_room(session, practice_id=practice.id, account_id=account_id, at=at)
    thread = start_thread(session, practice=practice, account_id=account_id, subject=subject, at=at)
    write(session, thread, words, side=PATIENTS, actor=PATIENT, vault=vault, at=at)
    stop_clock(session, thread, practice=practice, account=account, at=at)
    give_work(session, thread, ANSWER, at=at)
    work = SUBJECTS[subject].work
    if work is not None:
        give_work(session, thread, WORK[work], at=at)
    wake_worker(session)
    return thread


def start_thread(
    session: Session,
    *,
    practice: Practice,
    account_id: UUID,
    subject: str,
    at: datetime,
    actor: Actor = PATIENT,
) -> Thread:
    """A thread in which nothing is written yet."""
    thread = Thread(
        practice_id=practice.id,
        id=new_id(),
        account_id=account_id,
        subject=subject,
        status="waiting",
        opened_at=at,
        moved_at=at,
        answer_by=promised_day(practice, at),
        patient_unread=False,
        keeps_hold=False,
    )
    session.add(thread)
    record(
        session,
        practice_id=practice.id,
        account_id=account_id,
        kind="thread.opened",
        actor=actor,
        at=at,
        subject=subject,
    )
    session.flush()
    return thread


def reply(
    session: Session,
    *,
    practice: Practice,
    account_id: UUID,
    thread_id: UUID,
    vault: Vault,
    words: Words,
    at: datetime,
    asks_answer: bool = True,
) -> Thread:
    """A patient writes on in a thread, which waits for us again. The same form counts once, and so
    do the same words sent again.

    Without ``asks_answer`` the caller sees to hold and work. Raises NotFoundError, and
    NotAllowedError when the account has written its most of a day.
    """
    account = get_account(session, practice_id=practice.id, account_id=account_id, lock=True)
    thread = get_thread(
        session, practice_id=practice.id, account_id=account_id, thread_id=thread_id
    )
    known = thread_of_form(session, practice_id=practice.id, account_id=account_id, once=words.once)
    if known is not None:
        return known
    said = said_already(
        session, practice_id=practice.id, account_id=account_id, vault=vault, words=words, at=at
    )
    if said is not None and said.id == thread.id:
        return said
    _check_room(session, practice_id=practice.id, account_id=account_id, at=at)
    # First the words: PostgreSQL lets the portal have a thread wait for us behind them alone.
    write(session, thread, words, side=PATIENTS, actor=PATIENT, vault=vault, at=at)
    if thread.status != "waiting":
        thread.answer_by = promised_day(practice, at)
    thread.keeps_hold = False
    move(session, thread, "reply", actor=PATIENT, at=at)
    if asks_answer:
        stop_clock(session, thread, practice=practice, account=account, at=at)
        give_work(session, thread, ANSWER, at=at)
    wake_worker(session)
    return thread


def read_answers(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    thread_id: UUID,
    seen: datetime,
    at: datetime,
) -> None:
    """The patient has had a thread before their eyes as it was at the instant ``seen``."""
    thread = get_thread(
        session, practice_id=practice_id, account_id=account_id, thread_id=thread_id, lock=True
    )
    if thread.answered_at is not None and thread.answered_at <= seen:
        thread.patient_unread = False
    note_read(session, thread, side=STAFFS, seen=seen, at=at)


def check_room(
    session: Session, *, practice_id: int, account_id: UUID, once: str, at: datetime
) -> None:
    """Whether an account may write today; a form that was taken already may come again.

    Raises NotAllowedError when the account has written its most of a day.
    """
    if thread_of_form(session, practice_id=practice_id, account_id=account_id, once=once) is None:
        _check_room(session, practice_id=practice_id, account_id=account_id, at=at)


def _check_room(session: Session, *, practice_id: int, account_id: UUID, at: datetime) -> None:
    written = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(
            Message.practice_id == practice_id,
            Message.account_id == account_id,
            Message.side == PATIENTS,
            Message.at > at - timedelta(days=1),
        )
    )
    if is_too_much(written or 0):
        raise NotAllowedError(TOO_MUCH)
