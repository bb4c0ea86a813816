"""What staff write for each other in a thread: sealed by the account's key, never before a patient."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import get_account, open_text
from shared.audit import Actor, record
from shared.base.ids import new_id
from shared.base.vault import Vault
from shared.messages.model import ThreadNote
from shared.messages.reading import get_thread
from shared.messages.writing import Words


def add_note(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    thread_id: UUID,
    vault: Vault,
    words: Words,
    author_id: UUID,
    actor: Actor,
    at: datetime,
) -> bool:
    """Keep a note; False for a form that came before. Moves nothing: the patient's promise runs on.

    Raises NotFoundError.
    """
    get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    thread = get_thread(
        session, practice_id=practice_id, account_id=account_id, thread_id=thread_id
    )
    came = select(ThreadNote.id).where(
        ThreadNote.practice_id == practice_id,
        ThreadNote.account_id == account_id,
        ThreadNote.once == words.once,
    )
    if session.scalar(came) is not None:
        return False
    note_id = new_id()
    session.add(
        ThreadNote(
            practice_id=practice_id,
            id=note_id,
            account_id=account_id,
            thread_id=thread.id,
            author_id=author_id,
            author=actor.name,
            body=vault.seal(words.body, table="thread_note", row=note_id, column="body"),
            once=words.once,
            at=at,
        )
    )
    record(
        session,
        practice_id=practice_id,
        account_id=account_id,
        kind="thread.noted",
        actor=actor,
        at=at,
        id=str(thread.id),
    )
    session.flush()
    return True


def open_note(vault: Vault, note_id: UUID, body: bytes) -> str:
    """What a note says."""
    return open_text(vault, body, table="thread_note", row=note_id, column="body")
