"""What the board keeps: totals, quiet nights, formal notices, and acts on many accounts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class LadderTotal(PracticeScoped, Model):
    """How many accounts stand where, as the worker counted them at ``at``.

    ``about`` is board (``position`` the last step; ``name`` step or paused), tonight or draft (``position``
    the step whose day has come, ``name`` go or the reason that withholds it). ``first`` are the accounts
    with the largest sums; of a night, those of its first few that this is said of.
    ``cents`` is what they owe in all.
    """

    __tablename__ = "ladder_total"

    about: Mapped[str] = mapped_column(String(8))
    position: Mapped[int] = mapped_column(Integer)
    segment: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(24))
    accounts: Mapped[int] = mapped_column(Integer)
    cents: Mapped[int] = mapped_column(BigInteger)
    first: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[datetime]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("practice_id", "about", "position", "segment", "name"),)


class LadderQuiet(PracticeScoped, Model):
    """A night on which nothing is decided because staff said so; passed once the night has met it."""

    __tablename__ = "ladder_quiet"

    day: Mapped[date]
    status: Mapped[str] = mapped_column(String(12))
    held_at: Mapped[datetime | None]
    held_name: Mapped[str | None] = mapped_column(String(80))
    undone_at: Mapped[datetime | None]
    undone_name: Mapped[str | None] = mapped_column(String(80))

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("practice_id", "day"),)


class LadderLetter(PracticeScoped, Model):
    """What was decided on a formal notice of one cycle: its invoices as they stood, and what became of it.

    ``covers`` names each invoice with its number, date and cents; ``until`` is when a postponed one is
    looked at again; ``sent_on`` the day on which staff sent it, with the carrier's ``tracking`` number.
    """

    __tablename__ = "ladder_letter"

    account_id: Mapped[UUID]
    cycle_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(12))
    covers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    total_cents: Mapped[int] = mapped_column(BigInteger)
    days: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str | None] = mapped_column(String(24))
    until: Mapped[date | None]
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_name: Mapped[str] = mapped_column(String(80))
    sent_on: Mapped[date | None]
    tracking: Mapped[str | None] = mapped_column(String(40))
    sent_name: Mapped[str | None] = mapped_column(String(80))

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            reference("cycle_id", "ladder_cycle"),
            UniqueConstraint("practice_id", "cycle_id"),
            Index(None, "practice_id", "status", "decided_at", "cycle_id"),
            Index(
                "ix_ladder_letter_practice_id_decided_at_cycle_id",
                "practice_id",
                "decided_at",
                "cycle_id",
            ),
        )


class LadderBulk(PracticeScoped, Model):
    """One act of staff on many accounts: pause, release or approve; carried out once, whatever is pressed.

    ``fits`` is the filter of « all that fit », ``chosen`` the accounts that were ticked; ``shown``
    is by account what stands for the letter that somebody looked at. ``reached`` is the
    last account looked at, from where whoever goes on goes on. ``kept`` counts the rows that an undo left,
    because something had happened to them since.
    """

    __tablename__ = "ladder_bulk"

    act: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12))
    once: Mapped[str] = mapped_column(String(32))
    fits: Mapped[dict[str, str]] = mapped_column(JSON)
    chosen: Mapped[list[str] | None] = mapped_column(JSON)
    shown: Mapped[dict[str, str] | None] = mapped_column(JSON)
    review_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(24))
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID]
    asked_name: Mapped[str] = mapped_column(String(80))
    actor: Mapped[str] = mapped_column(String(64))
    reached: Mapped[UUID | None]
    accounts: Mapped[int] = mapped_column(Integer, default=0)
    cents: Mapped[int] = mapped_column(BigInteger, default=0)
    ended_at: Mapped[datetime | None]
    undo_at: Mapped[datetime | None]
    undo_name: Mapped[str | None] = mapped_column(String(80))
    undo_actor: Mapped[str | None] = mapped_column(String(64))
    undone: Mapped[int] = mapped_column(Integer, default=0)
    kept: Mapped[int] = mapped_column(Integer, default=0)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("practice_id", "once"),
            Index(None, "practice_id", "status", "asked_at"),
        )


class LadderBulkItem(PracticeScoped, Model):
    """One account that an act on many has changed: ``target_id`` is the pause or the letter."""

    __tablename__ = "ladder_bulk_item"

    bulk_id: Mapped[UUID]
    account_id: Mapped[UUID]
    target_id: Mapped[UUID]
    undone: Mapped[bool | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("bulk_id", "ladder_bulk"),
            reference("account_id", "account"),
            UniqueConstraint("practice_id", "bulk_id", "account_id"),
        )
