"""Who opened the lines of an invoice, and what is kept for how long."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class DetailAccess(PracticeScoped, Model):
    """One opening, kept apart from the timeline since the patient reads it. ``by`` is patient (through a
    link) or staff; ``role`` the staff member's role, ``reason`` why they opened it (``rules.REASONS``)."""

    __tablename__ = "detail_access"

    account_id: Mapped[UUID]
    invoice_id: Mapped[UUID]
    by: Mapped[str] = mapped_column(String(8))
    role: Mapped[str] = mapped_column(String(16), default="")
    reason: Mapped[str] = mapped_column(String(16), default="", server_default=text("''"))
    at: Mapped[datetime]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            reference("invoice_id", "invoice"),
            Index(None, "practice_id", "account_id", "at"),
        )


class DetailGrant(PracticeScoped, Model):
    """A member of staff who reads the lines of one account till ``ends_at``. ``note`` is sealed under the
    account's key."""

    __tablename__ = "detail_grant"

    account_id: Mapped[UUID]
    user_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(16))
    note: Mapped[bytes | None]
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            Index(None, "practice_id", "account_id", "user_id", "ends_at"),
        )


class Retention(Model):
    """How long a practice keeps what; ``days`` names only what differs from the usual. Nothing is removed
    before ``on_since``. ``foreseen`` is how many of each kind would go, as the worker counted it at
    ``foreseen_at``: None for what is to be counted anew."""

    __tablename__ = "retention"

    practice_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("practice.id"), primary_key=True, autoincrement=False
    )
    on_since: Mapped[datetime | None]
    days: Mapped[dict[str, int]] = mapped_column(JSON)
    foreseen: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    foreseen_at: Mapped[datetime | None]


class RetentionRun(Model):
    """One day's removing: how many of each kind went. ``ended_at`` is None while some is left."""

    __tablename__ = "retention_run"

    practice_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("practice.id"), primary_key=True, autoincrement=False
    )
    on: Mapped[date] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
