"""What is no longer asked for of an invoice although nobody paid it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class Forgiveness(PracticeScoped, Model):
    """Which part of an invoice was given up, in cents, by which order of staff. Never changed.

    ``asked_at`` is when staff asked for it. ``nature``
    is waived (help, a gesture, an invoice that was wrong) or written_off (it can't be had).
    """

    __tablename__ = "forgiveness"

    account_id: Mapped[UUID]
    invoice_id: Mapped[UUID]
    order_id: Mapped[UUID]
    nature: Mapped[str] = mapped_column(String(12))
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    asked_at: Mapped[datetime]
    forgiven_at: Mapped[datetime]
    booked_on: Mapped[date]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            reference("invoice_id", "invoice"),
            UniqueConstraint("practice_id", "order_id", "invoice_id"),
            Index(None, "practice_id", "account_id"),
            Index(None, "practice_id", "invoice_id"),
            Index(None, "practice_id", "forgiven_at"),
        )
