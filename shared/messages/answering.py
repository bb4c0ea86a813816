"""Staff answer, and have nothing more to do."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from shared.accounts import Practice, get_account
from shared.audit import Actor, advance
from shared.base.database import wake_worker
from shared.base.vault import Vault
from shared.messages.holding import (
    ANSWER,
    end_all_work,
    end_work,
    let_clock_run,
    mind_pause,
)
from shared.messages.model import Document, Message, Thread, ThreadNote
from shared.messages.moved import check_read, check_same
from shared.messages.promises import end_promise
from shared.messages.reading import get_thread
from shared.messages.rules import PATIENTS, STAFFS, THREAD, closed_because
from shared.messages.service import start_thread
from shared.messages.writing import Words, move, note_read, thread_of_form, write


def answer_thread(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    thread_id: UUID,
    vault: Vault,
    words: Words,
    actor: Actor,
    at: datetime,
    seen: UUID | None,
    answered: UUID | str | None = "any",
    keeps_hold: bool = False,
) -> bool:
    """Staff answer; a neutral message tells the patient. False for a form that came before.

    ``seen`` is the patient's latest message that was read, ``answered`` our latest answer that was read
    ("any" where nobody else can have answered); ``keeps_hold`` when staff go on looking: what was placed
    until the answer stays. Raises NotFoundError, and MovedOnError when the patient or a colleague wrote
    meanwhile.
    """
    get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    thread = get_thread(
        session, practice_id=practice_id, account_id=account_id, thread_id=thread_id
    )
    if thread_of_form(session, practice_id=practice_id, account_id=account_id, once=words.once):
        return False
    check_read(session, thread, asked_for=thread_id, seen=seen, answered=answered)
    thread.keeps_hold = keeps_hold
    _answer(session, thread, words, vault=vault, actor=actor, at=at)
    return True


def tell_about(
    session: Session,
    *,
    practice: Practice,
    account_id: UUID,
    subject: str,
    vault: Vault,
    words: Words,
    actor: Actor,
    at: datetime,
) -> None:
    """Staff write of themselves about a subject: in the latest conversation about it, or a new one. The
    same form writes once. Called under the account's lock."""
    if thread_of_form(session, practice_id=practice.id, account_id=account_id, once=words.once):
        return
    thread = session.scalar(
        select(Thread)
        .where(
            Thread.practice_id == practice.id,
            Thread.account_id == account_id,
            Thread.subject == subject,
            Thread.status != "merged",
        )
        .order_by(Thread.moved_at.desc(), Thread.id.desc())
        .limit(1)
    ) or start_thread(
        session, practice=practice, account_id=account_id, subject=subject, at=at, actor=actor
    )
    _answer(session, thread, words, vault=vault, actor=actor, at=at)


def _answer(
    session: Session, thread: Thread, words: Words, *, vault: Vault, actor: Actor, at: datetime
) -> None:
    end_promise(session, thread, at=at)
    thread.awaits_until = None
    move(session, thread, "answer", actor=actor, at=at)
    message = write(session, thread, words, side=STAFFS, actor=actor, vault=vault, at=at)
    thread.answer_id, thread.answered_at, thread.patient_unread = message.id, at, True
    note_read(session, thread, side=PATIENTS, seen=at, at=at)
    end_work(session, thread, ANSWER, actor=actor, at=at)
    let_clock_run(session, thread, actor=actor, at=at, reason="answered")
    mind_pause(session, thread, actor=actor, at=at)
    wake_worker(session)


def close_thread(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    thread_id: UUID,
    actor: Actor,
    at: datetime,
    mark: str | None = None,
    reason: str = "",
) -> Thread:
    """Staff have nothing more to do on a thread; a reply opens it again. Closing twice is harmless.

    ``mark`` is the state that was seen (``mark_of``), None where nobody looked; ``reason`` why it ends where
    nobody answered (``closing_reasons``). Raises NotFoundError, NotAllowedError without that reason, and
    MovedOnError when the thread moved on since.
    """
    get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    thread = get_thread(
        session, practice_id=practice_id, account_id=account_id, thread_id=thread_id
    )
    check_same(session, thread, asked_for=thread_id, mark=mark)
    if thread.status == "closed":
        return thread
    because = closed_because(
        thread.subject,
        status=thread.status,
        answered=thread.answered_at is not None,
        reason=reason,
    )
    end_promise(session, thread, at=at)
    said = {"reason": because} if thread.status == "waiting" else {}
    advance(session, thread, THREAD, "close", account_id=account_id, actor=actor, at=at, **said)
    thread.awaits_until, thread.moved_at = None, at
    note_read(session, thread, side=PATIENTS, seen=at, at=at)
    end_all_work(session, thread, actor=actor, at=at)
    let_clock_run(session, thread, actor=actor, at=at, reason=because)
    return thread


def empty_thread(session: Session, *, practice_id: int, thread_id: UUID) -> None:
    """Forget what was written and sent in a thread; that it took place stays known."""
    its_own = (Message.practice_id == practice_id, Message.thread_id == thread_id)
    session.execute(
        delete(Document).where(
            Document.practice_id == practice_id,
            Document.message_id.in_(select(Message.id).where(*its_own)),
        )
    )
    session.execute(delete(Message).where(*its_own))
    session.execute(
        delete(ThreadNote).where(
            ThreadNote.practice_id == practice_id, ThreadNote.thread_id == thread_id
        )
    )
    session.execute(
        update(Thread)
        .where(Thread.practice_id == practice_id, Thread.id == thread_id)
        .values(patient_unread=False)
    )
