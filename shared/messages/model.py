"""Threads between a patient and the practice, their messages, and the documents that came along."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


def _only(name: str, *columns: str, where: str) -> Index:
    """An index of a practice's rows for which something is so."""
    rows = text(where)
    return Index(name, "practice_id", *columns, sqlite_where=rows, postgresql_where=rows)


class Thread(PracticeScoped, Model):
    """One subject talked about. ``answer_by`` is the day promised to the patient.

    ``answer_id`` is our latest message, ``patient_unread`` whether the patient has still to read it;
    ``keeps_hold`` says that staff answered and go on looking. ``assigned_to`` is whose it is;
    ``awaits_until`` the day on which an answered thread comes back by itself; ``broken_for`` the promised
    day that was let pass and is told on the timeline. A merged thread lives on in ``merged_into``.
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
    assigned_to: Mapped[UUID | None]
    assigned_name: Mapped[str | None] = mapped_column(String(80))
    assigned_by: Mapped[str | None] = mapped_column(String(80))
    assigned_at: Mapped[datetime | None]
    awaits_until: Mapped[date | None]
    broken_for: Mapped[date | None]
    merged_into: Mapped[UUID | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            Index(None, "practice_id", "account_id", "moved_at"),
            Index(None, "practice_id", "status", "moved_at"),
            Index(None, "practice_id", "subject", "moved_at"),
            _only("ix_thread_unread", "account_id", where="patient_unread"),
            _only("ix_thread_mine", "assigned_to", "status", where="assigned_to IS NOT NULL"),
            _only(
                "ix_thread_nobodys",
                "answer_by",
                "id",
                where="status = 'waiting' AND assigned_to IS NULL",
            ),
            _only("ix_thread_waiting", "answer_by", "id", where="status = 'waiting'"),
            _only("ix_thread_awaited", "awaits_until", "id", where="awaits_until IS NOT NULL"),
            _only("ix_thread_merged", "merged_into", where="merged_into IS NOT NULL"),
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


class ThreadNote(PracticeScoped, Model):
    """What staff write for each other in a thread, sealed. The portal can't reach this table, and knows of
    no staff, so that ``author_id`` refers to nothing."""

    __tablename__ = "thread_note"

    account_id: Mapped[UUID]
    thread_id: Mapped[UUID]
    author_id: Mapped[UUID]
    author: Mapped[str] = mapped_column(String(80))
    body: Mapped[bytes]
    once: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            reference("thread_id", "thread"),
            UniqueConstraint("practice_id", "account_id", "once"),
            Index(None, "practice_id", "thread_id"),
        )


class ThreadPromise(PracticeScoped, Model):
    """How the promise of an answer ended: by an answer, or as none was needed, and in time or not."""

    __tablename__ = "thread_promise"

    account_id: Mapped[UUID]
    thread_id: Mapped[UUID]
    answer_by: Mapped[date]
    kept: Mapped[bool]
    ended_at: Mapped[datetime]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            reference("thread_id", "thread"),
            Index(None, "practice_id", "ended_at", "kept"),
        )
