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
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from shared.accounts import Account, ContactPoint, Hold, Practice, can_be_written_to
from shared.base.database import UtcDateTime
from shared.billing import Invoice, Source, is_held_back
from shared.delivery import LADDER, Notice
from shared.ladder.model import LadderCycle
from shared.ladder.rules import Step
from shared.payments import PaymentAttempt, free_credit

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
        .where(
            # what is in hand is going to settle it: nobody is asked for that
            _askable_cents(due) - free_credit(due.c.practice_id, due.c.account_id)
            >= due.c.minimum_cents,
            ~_slot_is_filled(due, for_notice),
        )
    )


def _step_table(steps: list[Step], today: date) -> CTE:
    """The policy as rows, its offsets turned into the last days that are due.

    The date that a step does not count from may be any: two plain comparisons let an index answer.
    """
    rows = [
        select(
            literal(s.position, Integer).label("position"),
            literal(s.act, String).label("act"),
            literal(_cutoff(s, "issue", today), Date).label("issue_cutoff"),
            literal(_cutoff(s, "due", today), Date).label("due_cutoff"),
            literal(today - timedelta(days=s.gap_days), Date).label("step_cutoff"),
            literal(s.minimum_cents, Integer).label("minimum_cents"),
        )
        for s in steps
    ]
    return union_all(*rows).cte("step")


def _cutoff(step: Step, anchor: str, today: date) -> date:
    return today - timedelta(days=step.offset_days) if step.anchor == anchor else date.max


def _due(practice_id: int, step: CTE, account_id: UUID | None) -> CTE:
    """Open cycles whose next step's day has come.

    Found before anything else is looked at, because they are few among many: what decides is then
    read for them alone.
    """
    cycle = LadderCycle
    day_has_come = exists().where(
        Invoice.practice_id == cycle.practice_id,
        Invoice.account_id == cycle.account_id,
        Invoice.due_on <= step.c.due_cutoff,
        Invoice.issued_on <= step.c.issue_cutoff,
        _is_askable(),
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
            step.c.minimum_cents,
        )
        .join(step, cycle.position == step.c.position - 1)
        .where(
            cycle.practice_id == practice_id,
            cycle.status == "open",
            or_(cycle.stepped_on.is_(None), cycle.stepped_on <= step.c.step_cutoff),
            cycle.asked_position < step.c.position,
            day_has_come,
        )
    )
    if account_id is not None:
        query = query.where(cycle.account_id == account_id)
    return query.cte("due").prefix_with("MATERIALIZED")


def _is_askable() -> ColumnElement[bool]:
    """Of an invoice: something is open on it, and nothing holds it back."""
    return and_(Invoice.status == "issued", Invoice.open_cents > 0, ~is_held_back())


def _of(model: Any, due: CTE) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The model's rows of the account that is due."""
    return model.practice_id == due.c.practice_id, model.account_id == due.c.account_id


def _askable_cents(due: CTE) -> ScalarSelect[int]:
    return (
        select(func.sum(Invoice.open_cents))
        .where(
            *_of(Invoice, due),
            _is_askable(),
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
            _is_askable(),
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
