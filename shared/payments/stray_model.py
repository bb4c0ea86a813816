"""Money at the processor that belongs to no attempt of ours."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class StrayPayment(PracticeScoped, Model):
    """A payment of nobody known: booked apart until staff say whose it is, or until it went back.

    ``received_at`` is the processor's instant, ``returned_cents`` what went back of it so far or was
    taken by a bank, which may be more than came;
    ``payment_id`` what it became once it was assigned. ``reference`` is what it bears at the processor,
    where that looks like one of ours; anything else may name a person, and is not kept.
    """

    __tablename__ = "stray_payment"

    status: Mapped[str] = mapped_column(String(12), default="found")
    processor_ref: Mapped[str] = mapped_column(String(255))
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    returned_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    received_at: Mapped[datetime]
    booked_on: Mapped[date]
    found_at: Mapped[datetime]
    reference: Mapped[str | None] = mapped_column(String(32))
    account_id: Mapped[UUID | None]
    payment_id: Mapped[UUID | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            reference("payment_id", "payment"),
            UniqueConstraint("practice_id", "processor_ref"),
            Index(None, "practice_id", "status", "received_at", "id"),
        )
