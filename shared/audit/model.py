"""The timeline: append-only facts, without any sealed content."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped


class TimelineEvent(PracticeScoped, Model):
    """One thing that happened: when, by whom, to which account, with plain facts."""

    __tablename__ = "timeline_event"

    account_id: Mapped[UUID | None]
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(48))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        settings = text("kind = 'practice.settings'")
        return (
            Index(None, "practice_id", "account_id", "at"),
            Index(
                "ix_timeline_event_settings",
                "practice_id",
                "at",
                sqlite_where=settings,
                postgresql_where=settings,
            ),
        )
