"""Practices, accounts (one debtor at one practice), the people on them, their contacts and holds."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference
from shared.base.transfers import new_creditor_reference


class Practice(Model):
    """A health practice. ``sender`` is the neutral name that patients see outside the portal.

    ``sms_sender`` is its short form, which networks show as the sender of an SMS. The ``plan_``
    columns are its rules for spreading; ``card_plans`` lets later dates be taken from a saved card.
    ``bank_debit`` lets the processor's page take from a bank account too; ``credit_by_itself`` has credit
    settle what is owed without anybody's word; a second person agrees to
    money that goes out above ``four_eyes_cents``.
    ``answer_days`` is the promise given to who writes or asks, in working days; ``pause_days`` and
    ``granted_pause_days`` are what a pause of staff, and one that helps, are proposed with;
    ``aid_documents_days`` is for how long documents that came with a request for help stay once it is
    decided. ``iban`` to
    ``desk_takes`` say how it takes money beside cards: see ``ways``.
    """

    __tablename__ = "practice"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    sender: Mapped[str] = mapped_column(String(40))
    sms_sender: Mapped[str] = mapped_column(String(11))
    phone: Mapped[str] = mapped_column(String(24))
    opening_hours: Mapped[dict[str, str]] = mapped_column(JSON)
    postal_address: Mapped[str] = mapped_column(String(200))
    siren: Mapped[str] = mapped_column(String(14))
    vat_mention: Mapped[str] = mapped_column(String(120))
    timezone: Mapped[str] = mapped_column(String(40), default="Europe/Paris")
    asks_more: Mapped[bool] = mapped_column(default=False)
    keeps_lines: Mapped[bool] = mapped_column(default=False)
    link_days: Mapped[int] = mapped_column(Integer, default=14)
    payment_days: Mapped[int] = mapped_column(Integer, default=30)
    minimum_payment_cents: Mapped[int] = mapped_column(BigInteger, default=500)
    plan_minimum_cents: Mapped[int] = mapped_column(BigInteger, default=1000)
    plan_most_months: Mapped[int] = mapped_column(Integer, default=10)
    plan_instant_cents: Mapped[int] = mapped_column(BigInteger, default=30000)
    plan_first_now: Mapped[bool] = mapped_column(default=False)
    card_plans: Mapped[bool] = mapped_column(default=False)
    four_eyes_cents: Mapped[int] = mapped_column(BigInteger, default=15000)
    bank_debit: Mapped[bool] = mapped_column(default=False)
    credit_by_itself: Mapped[bool] = mapped_column(default=True)
    source_fresh_days: Mapped[int] = mapped_column(Integer, default=7)
    answer_days: Mapped[int] = mapped_column(Integer, default=2)
    pause_days: Mapped[int] = mapped_column(Integer, default=14)
    granted_pause_days: Mapped[int] = mapped_column(Integer, default=31)
    aid_documents_days: Mapped[int] = mapped_column(Integer, default=7)
    iban: Mapped[str | None] = mapped_column(String(34))
    bic: Mapped[str | None] = mapped_column(String(11))
    account_holder: Mapped[str | None] = mapped_column(String(70))
    cheque_order: Mapped[str | None] = mapped_column(String(70))
    desk_takes: Mapped[str] = mapped_column(String(24), default="")
    started_on: Mapped[date]
    key_id: Mapped[str] = mapped_column(String(32))
    wrapped_key: Mapped[bytes]


class Account(PracticeScoped, Model):
    """One debtor at one practice. ``balance_cents`` is a projection that only the journal moves.

    ``checkable`` says that enough is on file for the identity check; without it no link is minted.
    ``transfer_reference`` is drawn, and stands on transfers and cheques.
    ``withdrawn`` is one that an import made and that went with it; ``erased_at`` is since when its persons'
    data are no longer held.
    ``source_language`` and ``source_channel`` are what the practice's software last said where the
    person has said something else since; ``represented`` when only the representative is written to.
    """

    __tablename__ = "account"

    number: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12), default="open", server_default="open")
    transfer_reference: Mapped[str] = mapped_column(String(25), default=new_creditor_reference)
    external_key: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(2), default="fr")
    channel: Mapped[str] = mapped_column(String(8), default="any")
    source_language: Mapped[str | None] = mapped_column(String(2))
    source_channel: Mapped[str | None] = mapped_column(String(8))
    represented: Mapped[bool] = mapped_column(default=False)
    balance_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    protection: Mapped[bytes | None]
    checkable: Mapped[bool] = mapped_column(default=False)
    door_closed_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    key_id: Mapped[str] = mapped_column(String(32))
    wrapped_key: Mapped[bytes]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        closed = text("door_closed_at IS NOT NULL")
        return (
            UniqueConstraint("practice_id", "number"),
            UniqueConstraint("practice_id", "external_key"),
            Index(None, "practice_id", "balance_cents", "id"),
            Index(
                "ix_account_door_closed",
                "practice_id",
                "id",
                sqlite_where=closed,
                postgresql_where=closed,
            ),
            Index(
                "uq_account_transfer_reference", "practice_id", "transfer_reference", unique=True
            ),
        )


class Party(PracticeScoped, Model):
    """A person on an account: the debtor, a patient, their representative, or a former one."""

    __tablename__ = "party"

    account_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(String(16))
    external_ref: Mapped[str] = mapped_column(String(64), default="")
    name: Mapped[bytes]
    birth_date: Mapped[bytes | None]
    address: Mapped[bytes | None]
    surname_index: Mapped[bytes]
    surname3_index: Mapped[bytes]
    given_index: Mapped[bytes]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            Index(None, "practice_id", "account_id"),
            Index(None, "practice_id", "surname_index", "given_index"),
            Index(None, "practice_id", "surname3_index", "given_index"),
            Index(None, "practice_id", "given_index"),
        )


class ContactPoint(PracticeScoped, Model):
    """A telephone or e-mail address on file. ``position`` 1 is written to first.

    One that the person gave in their space is ``by_person``; ``replaces_id`` is the contact that it
    took the place of, which the practice's software may go on stating. The status ``proposed`` waits
    for staff, ``unsafe`` is read by others too: neither is written to.
    """

    __tablename__ = "contact_point"

    account_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(8))
    position: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(12), default="usable")
    by_person: Mapped[bool] = mapped_column(default=False)
    of_representative: Mapped[bool] = mapped_column(default=False)
    replaces_id: Mapped[UUID | None]
    value: Mapped[bytes]
    value_index: Mapped[bytes]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            Index(None, "practice_id", "account_id"),
            Index(None, "practice_id", "value_index"),
        )


class Hold(PracticeScoped, Model):
    """A reason for which nothing is sent, with the day on which someone looks at it again."""

    __tablename__ = "hold"

    account_id: Mapped[UUID]
    invoice_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(24))
    status: Mapped[str] = mapped_column(String(12), default="active")
    note: Mapped[bytes | None]
    placed_at: Mapped[datetime]
    placed_by: Mapped[str] = mapped_column(String(64))
    review_on: Mapped[date]
    released_at: Mapped[datetime | None]
    released_by: Mapped[str | None] = mapped_column(String(64))
    release_reason: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        whole = text("status = 'active' AND invoice_id IS NULL")
        part = text("status = 'active' AND invoice_id IS NOT NULL")
        return (
            reference("account_id", "account"),
            Index(None, "practice_id", "account_id", "status"),
            Index(None, "practice_id", "invoice_id"),
            Index(
                "uq_hold_active_account",
                "practice_id",
                "account_id",
                "kind",
                unique=True,
                sqlite_where=whole,
                postgresql_where=whole,
            ),
            Index(
                "uq_hold_active_invoice",
                "practice_id",
                "invoice_id",
                "kind",
                unique=True,
                sqlite_where=part,
                postgresql_where=part,
            ),
        )


class IdentityFailure(PracticeScoped, Model):
    """A wrong answer at the identity check; ten in a day close the account's door."""

    __tablename__ = "identity_failure"

    account_id: Mapped[UUID]
    at: Mapped[datetime]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (reference("account_id", "account"), Index(None, "practice_id", "account_id", "at"))
