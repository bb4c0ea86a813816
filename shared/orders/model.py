"""What staff ask to be done with money; the worker does it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference
from shared.staff import StaffUser


class MoneyOrder(PracticeScoped, Model):
    """An order about money: by whom, why, and what came of it.

    ``amount_cents`` is zero where the sum follows from what is there (a whole payment taken back, all
    credit used). ``method`` is how money came or goes at the desk; ``received_on`` the practice's day.
    ``limit_cents`` is what one person alone could give back when it was asked for, where money leaves;
    ``alone`` when nobody else of the practice could approve it; ``not_before`` the instant from which
    the worker may carry it out, or staff hand the money over. ``outcome`` names why it could not be.
    ``once`` is the form's mark: the same form sent twice asks once. ``handed_at`` is when somebody said
    that the money was handed over, after it had been agreed to (without a name in orders from before that
    was asked: when they were booked); ``dropped_by`` who said that it was not and would not be. ``why`` is
    the reason of whoever declined, stopped or dropped it. ``sent_at`` is from when the processor is asked
    with the key that is here now, ``tries`` how often the worker tried in vain or without knowing,
    ``tried_at`` when last.
    """

    __tablename__ = "money_order"

    account_id: Mapped[UUID | None]
    payment_id: Mapped[UUID | None]
    stray_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12))
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[str | None] = mapped_column(String(12))
    received_on: Mapped[date | None]
    reference: Mapped[str | None] = mapped_column(String(35))
    reason: Mapped[str] = mapped_column(String(24))
    note: Mapped[bytes | None]
    once: Mapped[str] = mapped_column(String(64))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey(StaffUser.id))
    asked_name: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    limit_cents: Mapped[int | None] = mapped_column(BigInteger)
    alone: Mapped[bool]
    not_before: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey(StaffUser.id))
    decided_name: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]
    handed_by: Mapped[UUID | None] = mapped_column(ForeignKey(StaffUser.id))
    handed_name: Mapped[str | None] = mapped_column(String(80))
    handed_at: Mapped[datetime | None]
    dropped_by: Mapped[UUID | None] = mapped_column(ForeignKey(StaffUser.id))
    dropped_name: Mapped[str | None] = mapped_column(String(80))
    why: Mapped[str | None] = mapped_column(String(24))
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    tried_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(40))

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        is_open = text("ended_at IS NULL")
        by_staff = text("decided_by IS NOT NULL OR dropped_by IS NOT NULL OR handed_by IS NOT NULL")
        return (
            reference("account_id", "account"),
            reference("payment_id", "payment"),
            reference("stray_id", "stray_payment"),
            UniqueConstraint("practice_id", "once"),
            UniqueConstraint("idempotency_key"),
            Index(None, "practice_id", "status", "not_before"),
            Index(None, "practice_id", "account_id"),
            Index(None, "practice_id", "payment_id"),
            Index(None, "practice_id", "stray_id"),
            Index(None, "practice_id", "ended_at"),
            Index(
                "ix_money_order_open",
                "practice_id",
                "asked_at",
                "id",
                sqlite_where=is_open,
                postgresql_where=is_open,
            ),
            Index(
                "ix_money_order_decided",
                "practice_id",
                "ended_at",
                sqlite_where=by_staff,
                postgresql_where=by_staff,
            ),
            Index(None, "practice_id", "asked_by", "asked_at"),
        )


class OrderShare(PracticeScoped, Model):
    """Which part of an order to give up a debt is of which invoice, in cents. Never changed."""

    __tablename__ = "money_order_share"

    order_id: Mapped[UUID]
    invoice_id: Mapped[UUID]
    amount_cents: Mapped[int] = mapped_column(BigInteger)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("order_id", "money_order"),
            reference("invoice_id", "invoice"),
            UniqueConstraint("practice_id", "order_id", "invoice_id"),
            Index(None, "practice_id", "invoice_id"),
        )
