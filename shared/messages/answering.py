"""Staff answer, and have nothing more to do."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from shared.accounts import Practice, get_account
from shared.audit import Actor, advance
from shared.base.database import wake_worker
from shared.base.errors import NotAllowedError
from shared.base.vault import Vault
from shared.messages.holding import ANSWER, WORK, end_work, let_clock_run
from shared.messages.model import Document, Message, Thread
from shared.messages.reading import get_thread
from shared.messages.rules import PATIENTS, STAFFS, SUBJECTS, THREAD
from shared.messages.service import start_thread
from shared.messages.writing import Words, move, note_read, thread_of_form, write


class MovedOnError(NotAllowedError):
    """The patient wrote again since the page was opened."""


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
    keeps_hold: bool = False,
) -> bool:
    """Staff answer; a neutral message tells the patient. False for a form that came before.

    ``seen`` is the patient's latest message that was read; ``keeps_hold`` when staff go on looking:
    what was placed until the answer stays. Raises NotFoundError, and MovedOnError when the patient
    wrote again meanwhile.
    """
    get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    thread = get_thread(
        session, practice_id=practice_id, account_id=account_id, thread_id=thread_id
    )
    if thread_of_form(session, practice_id=practice_id, account_id=account_id, once=words.once):
        return False
    if _latest_of_patient(session, thread) != seen:
        raise MovedOnError("La personne a écrit entre-temps : relisez, puis envoyez votre réponse.")
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
    move(session, thread, "answer", actor=actor, at=at)
    message = write(session, thread, words, side=STAFFS, actor=actor, vault=vault, at=at)
    thread.answer_id, thread.answered_at, thread.patient_unread = message.id, at, True
    note_read(session, thread, side=PATIENTS, seen=at, at=at)
    end_work(session, thread, ANSWER, actor=actor, at=at)
    let_clock_run(session, thread, actor=actor, at=at, reason="answered")
    wake_worker(session)


def close_thread(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    thread_id: UUID,
    actor: Actor,
    at: datetime,
) -> Thread:
    """Staff have nothing more to do on a thread; a reply opens it again. Closing twice is harmless.

    Raises NotFoundError.
    """
    get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    thread = get_thread(
        session, practice_id=practice_id, account_id=account_id, thread_id=thread_id
    )
    if thread.status == "closed":
        return thread
    advance(session, thread, THREAD, "close", account_id=account_id, actor=actor, at=at)
    note_read(session, thread, side=PATIENTS, seen=at, at=at)
    work = SUBJECTS[thread.subject].work
    for kind in (ANSWER, *((WORK[work],) if work else ())):
        end_work(session, thread, kind, actor=actor, at=at)
    let_clock_run(session, thread, actor=actor, at=at, reason="answered")
    return thread


def _latest_of_patient(session: Session, thread: Thread) -> UUID | None:
    return session.scalar(
        select(Message.id)
        .where(
            Message.practice_id == thread.practice_id,
            Message.thread_id == thread.id,
            Message.side == PATIENTS,
        )
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(1)
    )


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
        update(Thread)
        .where(Thread.practice_id == practice_id, Thread.id == thread_id)
        .values(patient_unread=False)
    )
