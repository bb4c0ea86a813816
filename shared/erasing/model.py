"""Requests to erase what is held about the persons of an account."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference
from shared.erasing.rules import OPEN


class Erasure(PracticeScoped, Model):
    """One request (GDPR, art. 17): whose wish it is (``asker``), how their identity was ``checked``, and what
    became of it. Codes of ``rules`` alone, no free words: it stays when all else goes.

    ``due_on`` is the last day of the month within which it is answered. ``waits`` says that something
    stood in its way; ``why`` the reason of whoever declined it, or the name of what came between once it
    was ordered. ``begun_at`` is when the worker shut the person's doors and sent the last word; ``told``
    what became of that word.
    """

    __tablename__ = "erasure"

    account_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(12), default="received")
    asker: Mapped[str] = mapped_column(String(16))
    checked: Mapped[str] = mapped_column(String(16))
    received_on: Mapped[date]
    due_on: Mapped[date]
    noted_by: Mapped[UUID | None]
    noted_name: Mapped[str] = mapped_column(String(80))
    noted_at: Mapped[datetime]
    waits: Mapped[bool] = mapped_column(default=False)
    decided_by: Mapped[UUID | None]
    decided_name: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]
    why: Mapped[str | None] = mapped_column(String(24))
    begun_at: Mapped[datetime | None]
    told: Mapped[str | None] = mapped_column(String(12))
    ended_at: Mapped[datetime | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        is_open = text(f"status IN ({', '.join(repr(s) for s in OPEN)})")
        return (
            reference("account_id", "account"),
            Index(
                "uq_erasure_open",
                "practice_id",
                "account_id",
                unique=True,
                sqlite_where=is_open,
                postgresql_where=is_open,
            ),
            Index(None, "practice_id", "status"),
            Index(None, "practice_id", "account_id", "noted_at"),
        )
