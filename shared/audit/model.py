"""The timeline: append-only facts, without any sealed content; and the seals that it is kept by."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped


class TimelineEvent(PracticeScoped, Model):
    """One thing that happened: when, by whom, to which account, with plain facts.

    ``link_seq`` names the batch that it was sealed in; none while it waits for the worker.
    """

    __tablename__ = "timeline_event"

    account_id: Mapped[UUID | None]
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(48))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    link_seq: Mapped[int | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        settings = text("kind = 'practice.settings'")
        nobodys = text("account_id IS NULL")
        return (
            Index(None, "practice_id", "account_id", "at"),
            Index(
                "ix_timeline_event_settings",
                "practice_id",
                "at",
                sqlite_where=settings,
                postgresql_where=settings,
            ),
            Index(
                "ix_timeline_event_nobodys",
                "practice_id",
                "kind",
                "at",
                sqlite_where=nobodys,
                postgresql_where=nobodys,
            ),
            Index(None, "practice_id", "link_seq", "id"),
            Index(None, "practice_id", "at", "id"),
            Index(None, "practice_id", "kind", "at", "id"),
            Index(None, "practice_id", "actor", "at", "id"),
        )


class AuditLink(Model):
    """One batch of events, sealed after the batch before it.

    ``entries`` holds each event's id (16 bytes) and digest (32), in the order of the ids; ``digest`` is
    theirs. ``mac`` needs a key that is not in the database. A batch that was removed for its age has no
    entries any more; its digest and seals stay.
    """

    __tablename__ = "audit_link"

    practice_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("practice.id"), primary_key=True, autoincrement=False
    )
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    count: Mapped[int]
    entries: Mapped[bytes]
    digest: Mapped[bytes]
    prev_mac: Mapped[bytes]
    mac: Mapped[bytes]
    key_id: Mapped[str] = mapped_column(String(32))
    elided_at: Mapped[datetime | None]
    elided_mac: Mapped[bytes | None]
    elided_key_id: Mapped[str | None] = mapped_column(String(32))
