"""One-time codes, sealed with the account's key."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class OneTimeCode(PracticeScoped, Model):
    """One code that a visit asked for. ``subject_id`` is the invoice or the proposal that it is about.

    ``code``, ``contact_id`` and ``expires_at`` are there once the worker has drawn it; ``visit_id`` is
    the visit's row, which may be gone already.
    """

    __tablename__ = "one_time_code"

    account_id: Mapped[UUID]
    visit_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(12), default="asked")
    code: Mapped[bytes | None]
    contact_id: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    wrong_tries: Mapped[int] = mapped_column(Integer, default=0)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        is_open = text("status IN ('asked', 'drawn')")
        return (
            reference("account_id", "account"),
            Index(None, "practice_id", "account_id", "asked_at"),
            Index(
                "uq_one_time_code_open",
                "practice_id",
                "visit_id",
                "subject_id",
                unique=True,
                sqlite_where=is_open,
                postgresql_where=is_open,
            ),
            Index(
                "ix_one_time_code_asked",
                "practice_id",
                "asked_at",
                sqlite_where=text("status = 'asked'"),
                postgresql_where=text("status = 'asked'"),
            ),
        )
