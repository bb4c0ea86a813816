"""Threads between a patient and the practice, their messages, and the documents that came along."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class Thread(PracticeScoped, Model):
    """One subject talked about. ``answer_by`` is the day promised to the patient.

    ``answer_id`` is our latest message, ``patient_unread`` whether the patient has still to read it;
    ``keeps_hold`` says that staff answered and go on looking.
    """

    __tablename__ = "thread"

    account_id: Mapped[UUID]
    subject: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(12), default="waiting")
    opened_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    answer_by: Mapped[date]
    answer_id: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    patient_unread: Mapped[bool] = mapped_column(default=False)
    keeps_hold: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        unread = text("patient_unread")
        return (
            reference("account_id", "account"),
            Index(None, "practice_id", "account_id", "moved_at"),
            Index(
                "ix_thread_unread",
                "practice_id",
                "account_id",
                sqlite_where=unread,
                postgresql_where=unread,
            ),
        )


class Message(PracticeScoped, Model):
    """What one side wrote, sealed. ``once`` is the mark of the form that it came from."""

    __tablename__ = "message"

    account_id: Mapped[UUID]
    thread_id: Mapped[UUID]
    side: Mapped[str] = mapped_column(String(8))
    author: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes]
    once: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            reference("thread_id", "thread"),
            UniqueConstraint("practice_id", "account_id", "once"),
            Index(None, "practice_id", "account_id", "at"),
            Index(None, "practice_id", "thread_id"),
        )


class Document(PracticeScoped, Model):
    """A clean copy of a picture or PDF, sealed. The name that its file had is not kept."""

    __tablename__ = "document"

    account_id: Mapped[UUID]
    message_id: Mapped[UUID]
    media: Mapped[str] = mapped_column(String(8))
    pages: Mapped[int] = mapped_column(Integer)
    size_bytes: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes]
    at: Mapped[datetime]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            reference("message_id", "message"),
            Index(None, "practice_id", "account_id"),
            Index(None, "practice_id", "message_id"),
        )
