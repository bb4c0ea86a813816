"""The facts of « Aujourd’hui »: of all rows of a page, whatever they are about, in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    String,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from shared.accounts import ContactPoint
from shared.base.money import Cents
from shared.billing import Invoice
from shared.delivery import Notice
from shared.messages import Thread
from shared.orders import MoneyOrder
from shared.payments import Payment, Refund, StrayPayment
from shared.plans import Instalment, Plan
from shared.preferences import Proposal
from shared.reversals import Dispute
from shared.worklist import Task


@dataclass(frozen=True, slots=True)
class Facts:
    """What one row says, as its table has it: two words, a sum, a number."""

    word: str
    more: str
    cents: Cents
    number: int


def _facts(
    source: str,
    table: Any,
    *,
    word: Any = None,
    more: Any = None,
    cents: Any = None,
    number: Any = None,
) -> Select[*tuple[Any, ...]]:
    def column(value: Any, kind: Any) -> Any:
        return cast(null() if value is None else value, kind)

    return select(
        literal(source).label("source"),
        table.id.label("id"),
        table.practice_id.label("practice_id"),
        column(word, String).label("word"),
        column(more, String).label("more"),
        column(cents, BigInteger).label("cents"),
        column(number, Integer).label("number"),
    )


_DATES = (
    select(func.count())
    .where(Instalment.practice_id == Plan.practice_id, Instalment.plan_id == Plan.id)
    .correlate(Plan)
    .scalar_subquery()
)
SOURCES: Mapping[str, Select[*tuple[Any, ...]]] = {
    "thread": _facts("thread", Thread, word=Thread.subject),
    "plan": _facts("plan", Plan, word=Plan.status, cents=Plan.total_cents, number=_DATES),
    "notice": _facts("notice", Notice, word=Notice.template, more=Notice.channel),
    "contact": _facts("contact", ContactPoint, word=ContactPoint.kind),
    "proposal": _facts("proposal", Proposal, word=Proposal.kind),
    "order": _facts(
        "order",
        MoneyOrder,
        word=MoneyOrder.kind,
        more=func.coalesce(MoneyOrder.outcome, MoneyOrder.asked_name),
        cents=MoneyOrder.amount_cents,
    ),
    "payment": _facts("payment", Payment, word=Payment.number, cents=Payment.amount_cents),
    "refund": _facts("refund", Refund, cents=Refund.amount_cents),
    "dispute": _facts("dispute", Dispute, word=Dispute.reason, cents=Dispute.amount_cents),
    "stray": _facts("stray", StrayPayment, cents=StrayPayment.amount_cents),
    "invoice": _facts("invoice", Invoice, word=Invoice.number, cents=Invoice.open_cents),
}


def id_of(task: Task) -> UUID | None:
    """The row that a task's key names, if it names one."""
    try:
        return UUID(task.key.partition(":")[0])
    except ValueError:
        return None


def facts_of_tasks(
    session: Session, tasks: Sequence[tuple[str, Task]], *, practice_id: int
) -> dict[tuple[str, UUID | None], Facts]:
    """By source and row, what these tasks (each with the source of its facts) are about; one statement."""
    wanted: dict[str, set[UUID]] = {}
    for source, task in tasks:
        its_id = id_of(task)
        if its_id is not None:
            wanted.setdefault(source, set()).add(its_id)
    if not wanted:
        return {}
    parts = []
    for source, ids in wanted.items():
        part = SOURCES[source]
        column = part.selected_columns
        parts.append(part.where(column["practice_id"] == practice_id, column["id"].in_(ids)))
    query = parts[0] if len(parts) == 1 else union_all(*parts)
    return {
        (row.source, row.id): Facts(row.word or "", row.more or "", row.cents or 0, row.number or 0)
        for row in session.execute(query)
    }
