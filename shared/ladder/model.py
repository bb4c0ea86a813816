"""The ladder's policy as data, and where each account stands on it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class LadderStep(PracticeScoped, Model):
    """One step of a practice's policy. Offsets are days: from issue or due date, and from the step before."""

    __tablename__ = "ladder_step"

    version: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(24))
    act: Mapped[str] = mapped_column(String(12))
    anchor: Mapped[str] = mapped_column(String(8))
    offset_days: Mapped[int] = mapped_column(Integer)
    gap_days: Mapped[int] = mapped_column(Integer)
    minimum_cents: Mapped[int] = mapped_column(BigInteger)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("practice_id", "version", "position"),)


class LadderCycle(PracticeScoped, Model):
    """One conversation about money with one account, from first askable invoice to zero.

    ``position`` is the last step that took place (0 for none) and ``stepped_on`` its local day;
    ``asked_position`` the last step that a human was asked to do.
    """

    __tablename__ = "ladder_cycle"

    account_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(12), default="open")
    opened_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(Integer, default=0)
    stepped_on: Mapped[date | None]
    asked_position: Mapped[int] = mapped_column(Integer, default=0)
    asked_at: Mapped[datetime | None]
    messages: Mapped[int] = mapped_column(Integer, default=0)
    withheld: Mapped[str | None] = mapped_column(String(24))
    withheld_since: Mapped[datetime | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        is_open = text("status = 'open'")
        return (
            reference("account_id", "account"),
            Index(
                "uq_ladder_cycle_open",
                "practice_id",
                "account_id",
                unique=True,
                sqlite_where=is_open,
                postgresql_where=is_open,
            ),
            Index(None, "practice_id", "status", "position"),
        )


class LadderNight(Model):
    """One night's decision of one practice; a day has one, however many workers there are."""

    __tablename__ = "ladder_night"

    practice_id: Mapped[int] = mapped_column(Integer, ForeignKey("practice.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
