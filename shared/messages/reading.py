"""Reading threads and messages, and what of them has still to be told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from shared.accounts import open_text
from shared.base.errors import NotFoundError
from shared.base.formats import marked
from shared.base.together import Part
from shared.base.vault import Vault
from shared.messages.model import Message, Thread


@dataclass(frozen=True, slots=True)
class UnreadAnswer:
    """The latest answer that an account has not read."""

    account_id: UUID
    message_id: UUID
    at: datetime


def get_thread(
    session: Session, *, practice_id: int, account_id: UUID, thread_id: UUID, lock: bool = False
) -> Thread:
    """A thread of an account; of a merged one, the thread that it lives on in. Raises NotFoundError."""
    merged = aliased(Thread)
    lives_in = (
        select(merged.merged_into)
        .where(merged.practice_id == practice_id, merged.id == thread_id)
        .scalar_subquery()
    )
    query = select(Thread).where(
        Thread.practice_id == practice_id,
        Thread.account_id == account_id,
        Thread.id.in_((thread_id, lives_in)),
        Thread.status != "merged",
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    thread = session.scalar(query)
    if thread is None:
        raise NotFoundError(marked("Cette conversation n’est pas dans votre espace."))
    return thread


def threads_part(*, practice_id: int, account_id: UUID, limit: int = 100) -> Part[Thread]:
    """An account's threads, the one that moved last first."""
    return Part(
        Thread,
        [
            Thread.practice_id == practice_id,
            Thread.account_id == account_id,
            Thread.status != "merged",
        ],
        [Thread.moved_at.desc(), Thread.id.desc()],
        limit=limit,
    )


def threads_of(session: Session, *, practice_id: int, account_id: UUID) -> list[Thread]:
    """An account's threads, the one that moved last first; not those that went into another."""
    return threads_part(practice_id=practice_id, account_id=account_id).read(session)


def messages_part(*, practice_id: int, account_id: UUID) -> Part[Message]:
    """What was written on an account, the oldest first."""
    return Part(
        Message,
        [Message.practice_id == practice_id, Message.account_id == account_id],
        [Message.at, Message.id],
    )


def messages_of(
    session: Session, *, practice_id: int, account_id: UUID, thread_id: UUID | None = None
) -> list[Message]:
    """What was written on an account, or in one of its threads, the oldest first."""
    query = select(Message).where(
        Message.practice_id == practice_id, Message.account_id == account_id
    )
    if thread_id is not None:
        query = query.where(Message.thread_id == thread_id)
    return list(session.scalars(query.order_by(Message.at, Message.id)))


def open_body(vault: Vault, message: Message) -> str:
    """What a message says; empty when only documents came."""
    return open_words(vault, message.id, message.body)


def open_words(vault: Vault, message_id: UUID, body: bytes) -> str:
    """The same of a message of which only some columns were read."""
    return open_text(vault, body, table="message", row=message_id, column="body")


def unread_answers(session: Session, *, practice_id: int) -> list[UnreadAnswer]:
    """For each account with unread answers, the latest of them."""
    rows = session.execute(
        select(Thread.account_id, Thread.answer_id, Thread.answered_at)
        .where(Thread.practice_id == practice_id, Thread.patient_unread)
        .order_by(Thread.answered_at)
    )
    latest = {
        account_id: UnreadAnswer(account_id, message_id, at)
        for account_id, message_id, at in rows
        if message_id is not None and at is not None
    }
    return list(latest.values())


def is_unread(session: Session, *, practice_id: int, message_id: UUID) -> bool:
    """Whether an answer of ours has still to be read."""
    query = select(Message.id).where(
        Message.practice_id == practice_id, Message.id == message_id, Message.read_at.is_(None)
    )
    return session.scalar(query) is not None
