"""Credit that was used: money that settled nothing when it came, and an invoice since."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class CreditUse(PracticeScoped, Model):
    """Which part of a payment's credit settled which invoice later, in cents. Never changed: what is
    given back afterwards is a refund's share."""

    __tablename__ = "credit_use"

    account_id: Mapped[UUID]
    payment_id: Mapped[UUID]
    invoice_id: Mapped[UUID]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[datetime]
    booked_on: Mapped[date]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            reference("payment_id", "payment"),
            reference("invoice_id", "invoice"),
            Index(None, "practice_id", "payment_id"),
            Index(None, "practice_id", "invoice_id"),
        )
