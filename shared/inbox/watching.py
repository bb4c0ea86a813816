"""What a member of staff has opened, and who writes an answer at this moment."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shared.base.ids import new_id
from shared.inbox.model import ThreadPresence, ThreadSeen
from shared.inbox.rules import PRESENT_FOR


def note_seen(
    session: Session,
    *,
    practice_id: int,
    user_id: UUID,
    thread_id: UUID,
    message_id: UUID | None,
    at: datetime,
) -> None:
    """Somebody has a thread before their eyes up to a message; one statement."""
    _put(
        session,
        ThreadSeen,
        by=("practice_id", "user_id", "thread_id"),
        practice_id=practice_id,
        user_id=user_id,
        thread_id=thread_id,
        message_id=message_id,
        at=at,
    )


def note_writing(
    session: Session, *, practice_id: int, user_id: UUID, name: str, thread_id: UUID, at: datetime
) -> None:
    """Somebody writes an answer in a thread, and so no longer in another; one statement."""
    _put(
        session,
        ThreadPresence,
        by=("practice_id", "user_id"),
        practice_id=practice_id,
        user_id=user_id,
        thread_id=thread_id,
        name=name,
        at=at,
    )


def leave_thread(session: Session, *, practice_id: int, user_id: UUID) -> None:
    """Somebody writes nowhere any more."""
    session.execute(
        delete(ThreadPresence).where(
            ThreadPresence.practice_id == practice_id, ThreadPresence.user_id == user_id
        )
    )


def writing_now(
    session: Session, *, practice_id: int, thread_id: UUID, but: UUID, at: datetime
) -> list[str]:
    """Names of the others who write an answer in a thread now, whoever began last first."""
    query = (
        select(ThreadPresence.name)
        .where(
            ThreadPresence.practice_id == practice_id,
            ThreadPresence.thread_id == thread_id,
            ThreadPresence.user_id != but,
            ThreadPresence.at > at - PRESENT_FOR,
        )
        .order_by(ThreadPresence.at.desc(), ThreadPresence.user_id)
    )
    return list(session.scalars(query))


def _put(session: Session, table: type[Any], *, by: tuple[str, ...], **values: Any) -> None:
    """Write a row, or what changes of the one that is there: two tabs of one person may do so at once."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    changed = {name: value for name, value in values.items() if name not in by}
    session.execute(
        dialect.insert(table)
        .values(id=new_id(), **values)
        .on_conflict_do_update(index_elements=by, set_=changed)
    )
