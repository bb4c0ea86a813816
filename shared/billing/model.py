"""Invoices as the practice's software knows them, and the exports they came from."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class Source(PracticeScoped, Model):
    """A practice's software whose exports come in. ``as_of`` is how fresh its last full list was."""

    __tablename__ = "source"

    name: Mapped[str] = mapped_column(String(40))
    as_of: Mapped[datetime]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("practice_id", "name"),)


class ImportRun(PracticeScoped, Model):
    """One import that was kept: what came in and what it changed, in counts; perhaps taken back since."""

    __tablename__ = "import_run"

    source_id: Mapped[UUID]
    at: Mapped[datetime]
    as_of: Mapped[datetime]
    full: Mapped[bool]
    digest: Mapped[str] = mapped_column(String(64))
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (reference("source_id", "source"), Index(None, "practice_id", "at"))


class Invoice(PracticeScoped, Model):
    """One invoice. ``open_cents`` is what the patient still owes of it, moved by the journal only.

    ``patient_cents`` is the patient's share when it came in; ``source_left_cents`` the remainder that
    the practice's software last stated, ``unacknowledged_cents`` what was paid or given up here and is not
    yet in that remainder, below zero where a payment that is in it was given back; so
    ``open = source_left - unacknowledged``. All in cents. One that is ``withdrawn`` came with an import
    that was taken back, and gave its number back.
    """

    __tablename__ = "invoice"

    account_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    source_id: Mapped[UUID]
    number: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(12))
    issued_on: Mapped[date]
    due_on: Mapped[date]
    total_cents: Mapped[int] = mapped_column(BigInteger)
    amo_cents: Mapped[int] = mapped_column(BigInteger)
    amc_cents: Mapped[int] = mapped_column(BigInteger)
    patient_cents: Mapped[int] = mapped_column(BigInteger)
    open_cents: Mapped[int] = mapped_column(BigInteger)
    source_left_cents: Mapped[int] = mapped_column(BigInteger)
    unacknowledged_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    lines: Mapped[bytes | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            reference("patient_id", "party"),
            reference("source_id", "source"),
            UniqueConstraint("practice_id", "source_id", "number"),
            Index(None, "practice_id", "account_id", "status", "due_on"),
            Index(None, "practice_id", "status", "due_on"),
            Index("ix_invoice_practice_id_number", "practice_id", "number"),
        )
