"""A practice's own words for the messages that Ardoise sends, every version of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped


class PracticeText(PracticeScoped, Model):
    """One version of the words for one message on one channel in one language; the highest is in force.

    Without a ``body`` it says that Ardoise's words are used again. Rows are never changed: a notice names the
    version that it went with. Plain text: the words go to everybody and are about nobody.
    """

    __tablename__ = "practice_text"

    template: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(2))
    version: Mapped[int] = mapped_column(Integer)
    subject: Mapped[str] = mapped_column(String(60))
    body: Mapped[str | None] = mapped_column(Text)
    saved_by: Mapped[UUID] = mapped_column(ForeignKey("staff_user.id"))
    saved_name: Mapped[str] = mapped_column(String(80))
    saved_at: Mapped[datetime]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("practice_id", "template", "channel", "language", "version"),)
