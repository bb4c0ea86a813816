"""Payments that a patient's bank takes back, and what the processor says of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    String,
    UniqueConstraint,
    func,
    literal,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class Dispute(PracticeScoped, Model):
    """A card payment that its bearer's bank disputes. ``reason`` is the bank's word, as a code.

    While the processor has taken the money away, ``taken_cents`` of it, that counts as given back:
    ``refund_id`` names that entry, the latest. Of a payment that was nobody's when it was disputed
    ``stray_id`` names that one; until staff say whose it is there is no account and no payment.
    ``fee_cents`` is what the processor keeps for its work so far; ``respond_by`` until when evidence is
    taken; ``moved_at`` when we last learnt something of it, and ``moves`` how often its money had moved
    by then.
    """

    __tablename__ = "dispute"

    payment_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    stray_id: Mapped[UUID | None]
    refund_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(String(12), default="inquiry")
    reason: Mapped[str] = mapped_column(String(40))
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    taken_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    fee_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    moves: Mapped[int] = mapped_column(Integer, default=0)
    processor_ref: Mapped[str] = mapped_column(String(255))
    respond_by: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("payment_id", "payment"),
            reference("account_id", "account"),
            reference("refund_id", "refund"),
            reference("stray_id", "stray_payment"),
            UniqueConstraint("practice_id", "processor_ref"),
            Index(None, "practice_id", "payment_id"),
            Index(None, "practice_id", "stray_id"),
            Index(None, "practice_id", "moved_at"),
        )


def is_of_dispute(name: Any, dispute: Any) -> ColumnElement[bool]:
    """Whether the name of money that a bank took is of this dispute: it bears the dispute's own, and a
    number when the bank took it again. Either may be a column."""
    begin = literal(dispute) if isinstance(dispute, str) else dispute
    whole = begin + ":"
    return or_(name == begin, func.substr(name, 1, func.length(whole)) == whole)
