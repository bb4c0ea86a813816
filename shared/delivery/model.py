"""Notices: what was meant to go out, what did, and what is in doubt. Never a token, never a text."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class Notice(PracticeScoped, Model):
    """One message to one contact. (account, cause, step) can be filled once only.

    The cause is a ladder cycle, or a request for a link with step 0. ``words_version`` is the version of the
    practice's own words that it went with (see ``shared/texts``); without one it went with ours.
    """

    __tablename__ = "notice"

    account_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(String(12))
    cause_id: Mapped[UUID]
    step: Mapped[int] = mapped_column(Integer)
    template: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(2))
    contact_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(12), default="planned")
    planned_at: Mapped[datetime]
    not_before: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    outcome_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(80))
    link_id: Mapped[UUID | None]
    message_ref: Mapped[str | None] = mapped_column(String(120))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    words_version: Mapped[int | None] = mapped_column(Integer)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        filled = text("status NOT IN ('withheld', 'failed', 'bounced')")
        waiting = text("status IN ('planned', 'claimed')")
        return (
            reference("account_id", "account"),
            reference("contact_id", "contact_point"),
            Index(
                "uq_notice_slot",
                "practice_id",
                "account_id",
                "cause_id",
                "step",
                unique=True,
                sqlite_where=filled,
                postgresql_where=filled,
            ),
            Index(
                "ix_notice_waiting",
                "practice_id",
                "status",
                "not_before",
                sqlite_where=waiting,
                postgresql_where=waiting,
            ),
            Index(None, "practice_id", "account_id", "planned_at"),
        )
