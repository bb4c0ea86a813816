"""The statement behind due work: who is due, and every fact that decides it."""

from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    ScalarSelect,
    Select,
    String,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from shared.accounts import Account, ContactPoint, Hold, Practice
from shared.base.database import UtcDateTime
from shared.billing import Invoice, Source
from shared.delivery import LADDER, Notice
from shared.ladder.model import LadderCycle
from shared.ladder.rules import Step
from shared.payments import PaymentAttempt

T = TypeVar("T")

SLOT_FILLED = ("planned", "claimed", "sent", "in_doubt")


WENT_OUT = ("claimed", "sent", "in_doubt")


def due_query(
    practice: Practice,
    steps: list[Step],
    today: date,
    *,
    account_id: UUID | None,
    for_notice: UUID | None,
) -> Select[Any]:
    due = _due(practice.id, _step_table(steps, today), account_id)
    return (
        select(
            due.c.cycle_id,
            due.c.account_id,
            due.c.position,
            due.c.act,
            due.c.withheld,
            due.c.messages,
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
        )
        .join(
            Account, and_(Account.practice_id == due.c.practice_id, Account.id == due.c.account_id)
        )
        .where(~_slot_is_filled(due, for_notice))
    )


def _step_table(steps: list[Step], today: date) -> CTE:
    """The policy as rows, its offsets turned into the last days that are due."""
    rows = [
        select(
            literal(s.position, Integer).label("position"),
            literal(s.act, String).label("act"),
            literal(s.anchor, String).label("anchor"),
            literal(today - timedelta(days=s.offset_days), Date).label("anchor_cutoff"),
            literal(today - timedelta(days=s.gap_days), Date).label("step_cutoff"),
            literal(s.minimum_cents, Integer).label("minimum_cents"),
        )
        for s in steps
    ]
    return union_all(*rows).cte("step")


def _due(practice_id: int, step: CTE, account_id: UUID | None) -> CTE:
    """Open cycles whose next step's day has come.

    Found before anything else is looked at, because they are few among many: the facts that decide
    are then read for them alone.
    """
    cycle = LadderCycle
    askable = _askable_sums(practice_id, account_id)
    anchor = case(
        (step.c.anchor == "issue", askable.c.first_issued_on), else_=askable.c.oldest_due_on
    )
    query = (
        select(
            cycle.practice_id,
            cycle.account_id,
            cycle.id.label("cycle_id"),
            cycle.withheld,
            cycle.messages,
            step.c.position,
            step.c.act,
        )
        .join(step, step.c.position == cycle.position + 1)
        .join(askable, askable.c.account_id == cycle.account_id)
        .where(
            cycle.practice_id == practice_id,
            cycle.status == "open",
            askable.c.cents >= step.c.minimum_cents,
            anchor <= step.c.anchor_cutoff,
            or_(cycle.stepped_on.is_(None), cycle.stepped_on <= step.c.step_cutoff),
            cycle.asked_position < step.c.position,
        )
    )
    if account_id is not None:
        query = query.where(cycle.account_id == account_id)
    return query.cte("due").prefix_with("MATERIALIZED")


def _is_askable() -> ColumnElement[bool]:
    """Of an invoice: something is open on it, and nothing holds it back."""
    held = exists().where(
        Hold.practice_id == Invoice.practice_id,
        Hold.invoice_id == Invoice.id,
        Hold.status == "active",
    )
    return and_(Invoice.status == "issued", Invoice.open_cents > 0, ~held)


def _askable_sums(practice_id: int, account_id: UUID | None) -> Subquery:
    """By account: what may be asked for, and since when."""
    query = (
        select(
            Invoice.account_id,
            func.sum(Invoice.open_cents).label("cents"),
            func.min(Invoice.issued_on).label("first_issued_on"),
            func.min(Invoice.due_on).label("oldest_due_on"),
        )
        .where(Invoice.practice_id == practice_id, _is_askable())
        .group_by(Invoice.account_id)
    )
    if account_id is not None:
        query = query.where(Invoice.account_id == account_id)
    return query.subquery("askable")


def _oldest_source(due: CTE) -> ScalarSelect[datetime]:
    """How fresh the oldest of the sources is that the account's invoices came from."""
    return (
        select(func.min(Source.as_of, type_=UtcDateTime()))
        .join(
            Invoice,
            and_(Source.practice_id == Invoice.practice_id, Source.id == Invoice.source_id),
        )
        .where(
            Invoice.practice_id == due.c.practice_id,
            Invoice.account_id == due.c.account_id,
            _is_askable(),
        )
        .correlate(due)
        .scalar_subquery()
    )


def _first_contact(column: InstrumentedAttribute[T]) -> ScalarSelect[T]:
    """Of the first contact on which the account wants to be written to and can be: its ``column``.

    One look-up for each who is due: ranking everyone's contacts would take longer than all the rest.
    """
    wanted = or_(
        and_(ContactPoint.kind == "phone", Account.channel.in_(("any", "sms"))),
        and_(ContactPoint.kind == "email", Account.channel.in_(("any", "email"))),
    )
    return (
        select(column)
        .where(
            ContactPoint.practice_id == Account.practice_id,
            ContactPoint.account_id == Account.id,
            ContactPoint.status == "usable",
            wanted,
        )
        .order_by(ContactPoint.position, ContactPoint.id)
        .limit(1)
        .correlate(Account)
        .scalar_subquery()
    )


def _strongest_hold(due: CTE) -> ScalarSelect[str]:
    return (
        select(func.min(Hold.kind))
        .where(
            Hold.practice_id == due.c.practice_id,
            Hold.account_id == due.c.account_id,
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
            PaymentAttempt.practice_id == due.c.practice_id,
            PaymentAttempt.account_id == due.c.account_id,
            PaymentAttempt.status == "processing",
        )
        .correlate(due)
    )


def _last_message(due: CTE) -> ScalarSelect[datetime | None]:
    return (
        select(func.max(Notice.claimed_at, type_=UtcDateTime()))
        .where(
            Notice.practice_id == due.c.practice_id,
            Notice.account_id == due.c.account_id,
            Notice.purpose == LADDER,
            Notice.status.in_(WENT_OUT),
        )
        .correlate(due)
        .scalar_subquery()
    )


def _slot_is_filled(due: CTE, for_notice: UUID | None) -> ColumnElement[bool]:
    filled = exists().where(
        Notice.practice_id == due.c.practice_id,
        Notice.account_id == due.c.account_id,
        Notice.cause_id == due.c.cycle_id,
        Notice.step == due.c.position,
        Notice.status.in_(SLOT_FILLED),
    )
    return filled.where(Notice.id != for_notice) if for_notice is not None else filled
