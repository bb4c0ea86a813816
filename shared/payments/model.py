"""Attempts to pay, what the processor told us, and payments received."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class SavedCard(PracticeScoped, Model):
    """A card that the processor keeps for one agreement, and the words that were agreed to for it.

    The processor's ids are opaque. ``expires_on`` is the last day on which the card is valid. A row is
    made before the patient gives the card; what is known of the card goes when it is forgotten.
    """

    __tablename__ = "saved_card"

    account_id: Mapped[UUID]
    agreement_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(12), default="asked")
    text_version: Mapped[str] = mapped_column(String(16))
    text_hash: Mapped[str] = mapped_column(String(64))
    agreed_at: Mapped[datetime]
    processor_customer: Mapped[str | None] = mapped_column(String(255))
    processor_method: Mapped[str | None] = mapped_column(String(255))
    brand: Mapped[str | None] = mapped_column(String(20))
    last4: Mapped[str | None] = mapped_column(String(4))
    expires_on: Mapped[date | None]
    kept_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        kept = text("status = 'kept'")
        return (
            reference("account_id", "account"),
            UniqueConstraint("practice_id", "processor_method"),
            Index(
                "uq_saved_card_kept",
                "practice_id",
                "account_id",
                unique=True,
                sqlite_where=kept,
                postgresql_where=kept,
            ),
            Index(None, "practice_id", "account_id", "status"),
            Index(None, "practice_id", "status"),
        )


class PaymentAttempt(PracticeScoped, Model):
    """One try to pay by card, committed with its idempotency key before the processor is asked.

    ``card_id`` is the card that its page is to keep, or that is charged. A charge while nobody is
    there names its ``cause``, of which one at most is under way. A try without a sum only keeps a card.
    (``card_id`` is no foreign key: SQLite adds none to a table that others refer to. An invariant
    minds it.)
    """

    __tablename__ = "payment_attempt"

    account_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(12), default="created")
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    choice: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(2))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    processor_session: Mapped[str | None] = mapped_column(String(255))
    processor_intent: Mapped[str | None] = mapped_column(String(255))
    redirect_url: Mapped[str | None] = mapped_column(String(2048))
    created_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(Integer, default=0)
    settled_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(64))
    card_id: Mapped[UUID | None]
    cause: Mapped[str | None] = mapped_column(String(64))

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        at_processor = text("status IN ('created', 'redirected')")
        under_way = text("status = 'processing'")
        return (
            reference("account_id", "account"),
            UniqueConstraint("idempotency_key"),
            UniqueConstraint("practice_id", "processor_session"),
            UniqueConstraint("practice_id", "processor_intent"),
            Index(
                "uq_payment_attempt_open",
                "practice_id",
                "account_id",
                unique=True,
                sqlite_where=at_processor,
                postgresql_where=at_processor,
            ),
            Index(
                "uq_payment_attempt_cause",
                "practice_id",
                "cause",
                unique=True,
                sqlite_where=under_way,
                postgresql_where=under_way,
            ),
            Index(None, "practice_id", "account_id", "status"),
            Index(None, "status", "checked_at"),
        )


class AttemptShare(PracticeScoped, Model):
    """Which part of an attempt is meant for which invoice, in cents."""

    __tablename__ = "attempt_share"

    attempt_id: Mapped[UUID]
    invoice_id: Mapped[UUID]
    amount_cents: Mapped[int] = mapped_column(BigInteger)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("attempt_id", "payment_attempt"),
            reference("invoice_id", "invoice"),
            UniqueConstraint("practice_id", "attempt_id", "invoice_id"),
            Index(None, "practice_id", "invoice_id"),
        )


class PayLink(PracticeScoped, Model):
    """A link by which someone else pays a frozen sum. Its id is derived from the link's secret.

    It wraps no key: nothing sealed opens with it. ``attempt_id`` is the latest try to pay by it.
    """

    __tablename__ = "pay_link"

    account_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(12), default="live")
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    once: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempt_id: Mapped[UUID | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            reference("attempt_id", "payment_attempt"),
            UniqueConstraint("practice_id", "account_id", "once"),
            Index(None, "practice_id", "attempt_id"),
        )


class Payment(PracticeScoped, Model):
    """Money received. ``received_at`` is the processor's instant, ``number`` the receipt's. ``left_cents`` is
    what the whole account owed once it was booked, below zero where it had paid too much.

    Money that came at the desk has no attempt; ``reference`` is then what its paper says, such as a
    cheque's number, and ``cancelled_on`` the day of the counter-entry where it was none after all.
    """

    __tablename__ = "payment"

    account_id: Mapped[UUID]
    attempt_id: Mapped[UUID | None]
    method: Mapped[str] = mapped_column(String(12))
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    credit_cents: Mapped[int] = mapped_column(BigInteger)
    left_cents: Mapped[int] = mapped_column(BigInteger)
    processor_ref: Mapped[str] = mapped_column(String(255))
    number: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime]
    booked_on: Mapped[date]
    reference: Mapped[str | None] = mapped_column(String(35))
    cancelled_on: Mapped[date | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            reference("attempt_id", "payment_attempt"),
            UniqueConstraint("practice_id", "processor_ref"),
            UniqueConstraint("practice_id", "attempt_id"),
            UniqueConstraint("practice_id", "number"),
            Index(None, "practice_id", "account_id"),
            Index(None, "practice_id", "booked_on"),
            Index(None, "practice_id", "received_at"),
            Index(
                "ix_payment_with_credit",
                "practice_id",
                "account_id",
                sqlite_where=text("credit_cents > 0"),
                postgresql_where=text("credit_cents > 0"),
            ),
        )


class PaymentShare(PracticeScoped, Model):
    """Which part of a payment settled which invoice, in cents."""

    __tablename__ = "payment_share"

    payment_id: Mapped[UUID]
    invoice_id: Mapped[UUID]
    amount_cents: Mapped[int] = mapped_column(BigInteger)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("payment_id", "payment"),
            reference("invoice_id", "invoice"),
            UniqueConstraint("practice_id", "payment_id", "invoice_id"),
            Index(None, "practice_id", "invoice_id"),
        )


class ReceiptCounter(Model):
    """The last receipt number of a practice's year; taken under a row lock, so without gaps."""

    __tablename__ = "receipt_counter"

    practice_id: Mapped[int] = mapped_column(Integer, ForeignKey("practice.id"), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class WebhookEvent(PracticeScoped, Model):
    """A verified signal of the processor, stored once; only the worker acts on it."""

    __tablename__ = "webhook_event"

    event_id: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(80))
    object_id: Mapped[str] = mapped_column(String(255))
    reference: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12), default="stored")
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("practice_id", "event_id"),
            Index(None, "status", "received_at"),
        )
