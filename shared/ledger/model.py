"""The journal: entries whose lines sum to zero, and never change."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class JournalEntry(PracticeScoped, Model):
    """One booking. ``cause`` names what it books; the same cause can't be booked twice."""

    __tablename__ = "journal_entry"

    at: Mapped[datetime]
    booked_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(24))
    cause: Mapped[str] = mapped_column(String(96))

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("practice_id", "cause"),
            Index(None, "practice_id", "booked_on"),
        )


class JournalLine(PracticeScoped, Model):
    """One side of a booking; debit is positive, credit negative, in cents."""

    __tablename__ = "journal_line"

    entry_id: Mapped[UUID]
    ledger_account: Mapped[str] = mapped_column(String(24))
    account_id: Mapped[UUID | None]
    invoice_id: Mapped[UUID | None]
    amount_cents: Mapped[int] = mapped_column(BigInteger)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("entry_id", "journal_entry"),
            reference("account_id", "account"),
            reference("invoice_id", "invoice"),
            Index(None, "practice_id", "entry_id"),
            Index(None, "practice_id", "account_id"),
            Index(None, "practice_id", "invoice_id"),
        )
