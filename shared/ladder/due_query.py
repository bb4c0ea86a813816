"""The statement behind due work: who is due, and every fact that decides it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from shared.accounts import Account, ContactPoint, Hold, Practice, can_be_written_to
from shared.base.database import UtcDateTime
from shared.billing import Invoice, Source
from shared.delivery import LADDER, Notice
from shared.ladder.due_days import Part, is_askable, whose_day_has_come
from shared.ladder.rules import Step
from shared.payments import PaymentAttempt, free_credit

T = TypeVar("T")

SLOT_FILLED = ("planned", "claimed", "sent", "in_doubt")
WENT_OUT = ("claimed", "sent", "in_doubt")


def due_query(
    practice: Practice,
    steps: Sequence[Step],
    today: date,
    *,
    account_id: UUID | None = None,
    for_notice: UUID | None = None,
    part: Part | None = None,
) -> Select[Any]:
    """Who is due, by the steps of all segments. Of a ``part`` also those come whose day has come and who
    are not due for what ``is_due`` sums up, so that the caller knows how far it came."""
    due = whose_day_has_come(practice.id, steps, today, account_id, part)
    # what is in hand is going to settle it: nobody is asked for that
    enough = (
        _askable_cents(due) - free_credit(due.c.practice_id, due.c.account_id)
        >= due.c.minimum_cents
    )
    is_due = and_(enough, ~_slot_is_filled(due, for_notice))
    query = select(
        due.c.cycle_id,
        due.c.account_id,
        due.c.position,
        due.c.act,
        due.c.withheld,
        due.c.messages,
        Account.balance_cents,
        Account.channel,
        Account.language,
        Account.checkable,
        Account.door_closed_at,
        _first_contact(ContactPoint.id).label("contact_id"),
        _first_contact(ContactPoint.kind).label("contact_kind"),
        _oldest_source(due).label("as_of"),
        _strongest_hold(due).label("hold"),
        _is_paying(due).label("paying"),
        _last_message(due).label("last_message_at"),
    ).join(Account, and_(Account.practice_id == due.c.practice_id, Account.id == due.c.account_id))
    if part is None:
        return query.where(is_due)
    return query.add_columns(func.coalesce(is_due, literal(value=False)).label("is_due")).order_by(
        due.c.account_id
    )


def _of(model: Any, due: CTE) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The model's rows of the account that is due."""
    return model.practice_id == due.c.practice_id, model.account_id == due.c.account_id


def _askable_cents(due: CTE) -> ScalarSelect[int]:
    return (
        select(func.sum(Invoice.open_cents))
        .where(
            *_of(Invoice, due),
            is_askable(),
        )
        .correlate(due)
        .scalar_subquery()
    )


def _oldest_source(due: CTE) -> ScalarSelect[datetime]:
    """How fresh the oldest of the sources is that the account's invoices came from."""
    return (
        select(func.min(Source.as_of, type_=UtcDateTime()))
        .join(
            Invoice,
            and_(Source.practice_id == Invoice.practice_id, Source.id == Invoice.source_id),
        )
        .where(
            *_of(Invoice, due),
            is_askable(),
        )
        .correlate(due)
        .scalar_subquery()
    )


def _first_contact(column: InstrumentedAttribute[T]) -> ScalarSelect[T]:
    """Of the first contact on which the account wants to be written to and can be: its ``column``.

    One look-up for each who is due: ranking everyone's contacts would take longer than all the rest.
    """
    return (
        select(column)
        .where(can_be_written_to())
        .order_by(ContactPoint.position, ContactPoint.id)
        .limit(1)
        .correlate(Account)
        .scalar_subquery()
    )


def _strongest_hold(due: CTE) -> ScalarSelect[str]:
    return (
        select(func.min(Hold.kind))
        .where(
            *_of(Hold, due),
            Hold.invoice_id.is_(None),
            Hold.status == "active",
        )
        .correlate(due)
        .scalar_subquery()
    )


def _is_paying(due: CTE) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            *_of(PaymentAttempt, due),
            PaymentAttempt.status == "processing",
        )
        .correlate(due)
    )


def _last_message(due: CTE) -> ScalarSelect[datetime | None]:
    return (
        select(func.max(Notice.claimed_at, type_=UtcDateTime()))
        .where(
            *_of(Notice, due),
            Notice.purpose == LADDER,
            Notice.status.in_(WENT_OUT),
        )
        .correlate(due)
        .scalar_subquery()
    )


def _slot_is_filled(due: CTE, for_notice: UUID | None) -> ColumnElement[bool]:
    filled = exists().where(
        *_of(Notice, due),
        Notice.cause_id == due.c.cycle_id,
        Notice.step == due.c.position,
        Notice.status.in_(SLOT_FILLED),
    )
    return filled.where(Notice.id != for_notice) if for_notice is not None else filled
