"""Plans to pay in parts: what they cover, their dates, and the words that were agreed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class Plan(PracticeScoped, Model):
    """One version of an account's plan. ``total_cents`` is what it covers when it is made.

    ``way`` is card (taken from a saved card) or link (paid by the patient each time). ``asked`` is
    pause or dates while the patient's request waits for us. The agreed words are kept sealed, with
    the SHA-256 of what was shown.
    """

    __tablename__ = "plan"

    account_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(Integer)
    replaces_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(String(12))
    total_cents: Mapped[int] = mapped_column(BigInteger)
    way: Mapped[str] = mapped_column(String(8))
    made_by: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime]
    once: Mapped[str] = mapped_column(String(32))
    text_version: Mapped[str | None] = mapped_column(String(16))
    text_hash: Mapped[str | None] = mapped_column(String(64))
    agreed_text: Mapped[bytes | None]
    agreed_language: Mapped[str | None] = mapped_column(String(2))
    agreed_at: Mapped[datetime | None]
    asked: Mapped[str | None] = mapped_column(String(8))
    asked_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        waiting = text("status IN ('proposed', 'offered')")
        running = text("status IN ('active', 'paused')")
        return (
            reference("account_id", "account"),
            reference("replaces_id", "plan"),
            UniqueConstraint("practice_id", "account_id", "once"),
            UniqueConstraint("practice_id", "account_id", "version"),
            Index(
                "uq_plan_waiting",
                "practice_id",
                "account_id",
                unique=True,
                sqlite_where=waiting,
                postgresql_where=waiting,
            ),
            Index(
                "uq_plan_running",
                "practice_id",
                "account_id",
                unique=True,
                sqlite_where=running,
                postgresql_where=running,
            ),
            Index(None, "practice_id", "status"),
        )


class PlanInvoice(PracticeScoped, Model):
    """Which part of a plan is for which invoice, in cents."""

    __tablename__ = "plan_invoice"

    plan_id: Mapped[UUID]
    invoice_id: Mapped[UUID]
    amount_cents: Mapped[int] = mapped_column(BigInteger)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("plan_id", "plan"),
            reference("invoice_id", "invoice"),
            UniqueConstraint("practice_id", "plan_id", "invoice_id"),
            Index(None, "practice_id", "invoice_id"),
        )


class Instalment(PracticeScoped, Model):
    """One date of a plan. ``agreed_on`` is the day in the agreed words; ``due_on`` the day it holds
    for now, later when a pause moved it ``moves`` times. What is paid of it is never stored."""

    __tablename__ = "instalment"

    plan_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(Integer)
    agreed_on: Mapped[date]
    due_on: Mapped[date]
    moves: Mapped[int] = mapped_column(Integer, default=0)
    amount_cents: Mapped[int] = mapped_column(BigInteger)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("plan_id", "plan"),
            UniqueConstraint("practice_id", "plan_id", "position"),
        )
