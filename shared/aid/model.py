"""Requests for help. What was ticked and typed is sealed; the conversation is a thread of its own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class AidRequest(PracticeScoped, Model):
    """One request. ``answers`` is None once it is forgotten, half a year after the decision;
    ``documents_gone_at`` is when what came along was deleted, some days after it. ``decided_by`` is who of
    staff decided it, or asked for documents last."""

    __tablename__ = "aid_request"

    account_id: Mapped[UUID]
    thread_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(12), default="asked")
    answers: Mapped[bytes | None]
    once: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    documents_gone_at: Mapped[datetime | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        is_open = text("status IN ('asked', 'documents')")
        return (
            reference("account_id", "account"),
            reference("thread_id", "thread"),
            UniqueConstraint("practice_id", "account_id", "once"),
            UniqueConstraint("practice_id", "thread_id"),
            Index(
                "uq_aid_request_open",
                "practice_id",
                "account_id",
                unique=True,
                sqlite_where=is_open,
                postgresql_where=is_open,
            ),
            Index(None, "practice_id", "asked_at"),
        )
