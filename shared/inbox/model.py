"""What staff have opened, where they write now, and their ready-made answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class ThreadSeen(PracticeScoped, Model):
    """One member of staff has opened one thread; ``message_id`` was its latest message then."""

    __tablename__ = "thread_seen"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("staff_user.id"))
    thread_id: Mapped[UUID]
    message_id: Mapped[UUID | None]
    at: Mapped[datetime]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("thread_id", "thread"),
            UniqueConstraint("practice_id", "user_id", "thread_id"),
        )


class ThreadPresence(PracticeScoped, Model):
    """Where a member of staff writes an answer; one row each, believed for a minute."""

    __tablename__ = "thread_presence"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("staff_user.id"))
    thread_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("thread_id", "thread"),
            UniqueConstraint("practice_id", "user_id"),
            Index(None, "practice_id", "thread_id"),
        )


class CannedAnswer(PracticeScoped, Model):
    """A ready-made answer, plain text with placeholders: it says nothing of anybody."""

    __tablename__ = "canned_answer"

    title: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_user.id"))
    changed_name: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (Index(None, "practice_id", "title"),)
