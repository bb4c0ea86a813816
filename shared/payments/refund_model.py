"""Money given back on a payment, and what it had settled that is owed again."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference
from shared.payments.refund_kinds import DESK_REFUND


class Refund(PracticeScoped, Model):
    """Money that went back: a refund, or a dispute that took it (``kind``). ``refunded_at`` is its
    instant, ``booked_on`` the day of the booking, None until it succeeded; ``moved_at`` when we last
    learnt something of it.

    ``credit_cents`` was taken from the payment's credit. Of a refund that failed after it was booked
    the money is back: ``credit_cents`` is then zero, or below zero where the invoices could not take
    it again. ``beyond_cents`` went although nothing of the payment was left: a bank took it that had
    been given back already, or the other way round. ``method`` is how staff handed it back themselves;
    None where it went the way it had come.
    """

    __tablename__ = "refund"

    payment_id: Mapped[UUID]
    account_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(12), default="refund")
    status: Mapped[str] = mapped_column(String(12), default="pending")
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    credit_cents: Mapped[int] = mapped_column(BigInteger)
    beyond_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    processor_ref: Mapped[str] = mapped_column(String(255))
    method: Mapped[str | None] = mapped_column(String(12))
    refunded_at: Mapped[datetime]
    booked_on: Mapped[date | None]
    moved_at: Mapped[datetime]

    @property
    def by_hand(self) -> bool:
        """Whether staff handed the money over; else the processor gave it back to the card."""
        return self.processor_ref.startswith(DESK_REFUND)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("payment_id", "payment"),
            reference("account_id", "account"),
            UniqueConstraint("practice_id", "processor_ref"),
            Index(None, "practice_id", "payment_id"),
            Index(None, "practice_id", "moved_at"),
        )


class RefundShare(PracticeScoped, Model):
    """Which part of a refund an invoice lost of what had been paid of it, in cents."""

    __tablename__ = "refund_share"

    refund_id: Mapped[UUID]
    invoice_id: Mapped[UUID]
    amount_cents: Mapped[int] = mapped_column(BigInteger)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("refund_id", "refund"),
            reference("invoice_id", "invoice"),
            UniqueConstraint("practice_id", "refund_id", "invoice_id"),
            Index(None, "practice_id", "invoice_id"),
        )
