"""The same message sent again: a patient went back to the form, whose mark is then another one."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.base.vault import Vault
from shared.messages.model import Document, Message, Thread
from shared.messages.reading import get_thread, open_body
from shared.messages.rules import PATIENTS
from shared.messages.writing import Words

SAME_FOR = timedelta(minutes=30)
"""As long as a visit lasts by itself: who goes back does so within it, and who writes the same words
later means to remind us."""


def said_already(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    vault: Vault,
    words: Words,
    at: datetime,
) -> Thread | None:
    """The thread in which these very words are the account's latest, wait for us and are fresh.

    Documents that come along must have come then too. The caller holds the account's lock.
    """
    message = session.scalar(
        select(Message)
        .where(
            Message.practice_id == practice_id,
            Message.account_id == account_id,
            Message.side == PATIENTS,
        )
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(1)
    )
    if message is None or at - message.at >= SAME_FOR or open_body(vault, message) != words.body:
        return None
    thread = get_thread(
        session, practice_id=practice_id, account_id=account_id, thread_id=message.thread_id
    )
    if thread.status != "waiting" or not _came_along(session, message, words, vault=vault):
        return None
    return thread


def _came_along(session: Session, message: Message, words: Words, *, vault: Vault) -> bool:
    if not words.documents:
        return True
    kept = session.scalars(
        select(Document).where(
            Document.practice_id == message.practice_id, Document.message_id == message.id
        )
    )
    contents = {
        vault.open_bytes(one.content, table="document", row=one.id, column="content")
        for one in kept
    }
    return all(document.content in contents for document in words.documents)
