"""One message written, one thread moved on: what both sides do alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.audit import Actor, advance
from shared.base.ids import new_id
from shared.base.vault import Vault
from shared.messages.documents import CleanDocument, keep_documents
from shared.messages.model import Message, Thread
from shared.messages.rules import THREAD


@dataclass(frozen=True, slots=True, repr=False)
class Words:
    """What is written: the text, documents already cleaned, and the mark of the form (``once``)."""

    body: str
    once: str
    documents: Sequence[CleanDocument] = ()


def note_read(session: Session, thread: Thread, *, side: str, seen: datetime, at: datetime) -> None:
    """What ``side`` wrote until the instant ``seen`` has been read by the other."""
    session.execute(
        update(Message)
        .where(
            Message.practice_id == thread.practice_id,
            Message.thread_id == thread.id,
            Message.side == side,
            Message.at <= seen,
            Message.read_at.is_(None),
        )
        .values(read_at=at)
    )


def move(session: Session, thread: Thread, event: str, *, actor: Actor, at: datetime) -> None:
    """A thread moves on, by one of its events."""
    advance(
        session,
        thread,
        THREAD,
        event,
        account_id=thread.account_id,
        actor=actor,
        at=at,
        subject=thread.subject,
    )
    thread.moved_at = at


def write(
    session: Session,
    thread: Thread,
    words: Words,
    *,
    side: str,
    actor: Actor,
    vault: Vault,
    at: datetime,
) -> Message:
    """Keep what one side wrote, sealed, with what came along."""
    message_id = new_id()
    message = Message(
        practice_id=thread.practice_id,
        id=message_id,
        account_id=thread.account_id,
        thread_id=thread.id,
        side=side,
        author=actor.name,
        body=vault.seal(words.body, table="message", row=message_id, column="body"),
        once=words.once,
        at=at,
    )
    session.add(message)
    session.flush()
    keep_documents(session, words.documents, message=message, vault=vault, at=at)
    return message


def thread_of_form(
    session: Session, *, practice_id: int, account_id: UUID, once: str
) -> Thread | None:
    """The thread that a form has been written to already."""
    return session.scalar(
        select(Thread)
        .join(
            Message,
            (Message.practice_id == Thread.practice_id) & (Message.thread_id == Thread.id),
        )
        .where(
            Message.practice_id == practice_id,
            Message.account_id == account_id,
            Message.once == once,
        )
    )
