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
    step = _step_table(steps, today)
    askable = _askable(practice.id, account_id)
    cycle, account = LadderCycle, Account
    anchor = case(
        (step.c.anchor == "issue", askable.c.first_issued_on), else_=askable.c.oldest_due_on
    )
    query = (
        select(
            cycle.id.label("cycle_id"),
            cycle.withheld,
            cycle.messages,
            account.id.label("account_id"),
            account.channel,
            account.language,
            account.checkable,
            account.door_closed_at,
            askable.c.as_of,
            step.c.position,
            step.c.act,
            _first_contact(ContactPoint.id).label("contact_id"),
            _first_contact(ContactPoint.kind).label("contact_kind"),
            _strongest_hold().label("hold"),
            _is_paying().label("paying"),
            _last_message().label("last_message_at"),
        )
        .join(
            account, and_(account.practice_id == cycle.practice_id, account.id == cycle.account_id)
        )
        .join(step, step.c.position == cycle.position + 1)
        .join(askable, askable.c.account_id == cycle.account_id)
        .where(
            cycle.practice_id == practice.id,
            cycle.status == "open",
            askable.c.cents >= step.c.minimum_cents,
            anchor <= step.c.anchor_cutoff,
            or_(cycle.stepped_on.is_(None), cycle.stepped_on <= step.c.step_cutoff),
            cycle.asked_position < step.c.position,
            ~_slot_is_filled(step.c.position, for_notice),
        )
    )
    if account_id is not None:
        query = query.where(cycle.account_id == account_id)
    return query


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


def _askable(practice_id: int, account_id: UUID | None) -> Subquery:
    """By account: what may be asked for, since when, and how fresh its oldest source is."""
    query = (
        select(
            Invoice.account_id,
            func.sum(Invoice.open_cents).label("cents"),
            func.min(Invoice.issued_on).label("first_issued_on"),
            func.min(Invoice.due_on).label("oldest_due_on"),
            func.min(Source.as_of, type_=UtcDateTime()).label("as_of"),
        )
        .join(
            Source,
            and_(Source.practice_id == Invoice.practice_id, Source.id == Invoice.source_id),
        )
        .where(
            Invoice.practice_id == practice_id,
            Invoice.status == "issued",
            Invoice.open_cents > 0,
            ~exists().where(
                Hold.practice_id == Invoice.practice_id,
                Hold.invoice_id == Invoice.id,
                Hold.status == "active",
            ),
        )
        .group_by(Invoice.account_id)
    )
    if account_id is not None:
        query = query.where(Invoice.account_id == account_id)
    return query.subquery("askable")


def _first_contact(column: InstrumentedAttribute[T]) -> ScalarSelect[T]:
    """Of the first contact on which the account wants to be written to and can be: its ``column``.

    Looked up for those who are due only; ranking everyone's contacts would take longer than the rest.
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


def _strongest_hold() -> ScalarSelect[str]:
    return (
        select(func.min(Hold.kind))
        .where(
            Hold.practice_id == LadderCycle.practice_id,
            Hold.account_id == LadderCycle.account_id,
            Hold.invoice_id.is_(None),
            Hold.status == "active",
        )
        .correlate(LadderCycle)
        .scalar_subquery()
    )


def _is_paying() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            PaymentAttempt.practice_id == LadderCycle.practice_id,
            PaymentAttempt.account_id == LadderCycle.account_id,
            PaymentAttempt.status == "processing",
        )
        .correlate(LadderCycle)
    )


def _last_message() -> ScalarSelect[datetime | None]:
    return (
        select(func.max(Notice.claimed_at, type_=UtcDateTime()))
        .where(
            Notice.practice_id == LadderCycle.practice_id,
            Notice.account_id == LadderCycle.account_id,
            Notice.purpose == LADDER,
            Notice.status.in_(WENT_OUT),
        )
        .correlate(LadderCycle)
        .scalar_subquery()
    )


def _slot_is_filled(position: ColumnElement[int], for_notice: UUID | None) -> ColumnElement[bool]:
    filled = exists().where(
        Notice.practice_id == LadderCycle.practice_id,
        Notice.account_id == LadderCycle.account_id,
        Notice.cause_id == LadderCycle.id,
        Notice.step == position,
        Notice.status.in_(SLOT_FILLED),
    )
    return filled.where(Notice.id != for_notice) if for_notice is not None else filled
