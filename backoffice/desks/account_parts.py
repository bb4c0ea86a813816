"""The parts of an account's page, as they are said to staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from backoffice.desks.timeline_words import sentence
from backoffice.desks.words import (
    ACTORS,
    CHANNELS,
    DONE_ELSEWHERE,
    METHODS,
    NOTICE_OUTCOMES,
    NOTICE_TITLES,
    RELEASE_TITLES,
    title,
)
from shared.accounts import HOLD_TITLES, Hold, open_text
from shared.audit import TimelineEvent
from shared.base.money import Cents
from shared.base.vault import Vault
from shared.billing import Invoice
from shared.delivery import Notice
from shared.ladder import CALL_TASK
from shared.payments import Payment
from shared.worklist import KINDS, Task

_MACHINES = frozenset({"ardoise", "portal", "processor"})


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of the ladder; ``state`` is done, now, asked (it waits for the team
    since ``day``), next or below (too little is owed for it).
    """

    title: str
    state: str
    day: date | None
    minimum_cents: Cents


@dataclass(frozen=True, slots=True)
class HoldShown:
    """A pause. ``ended`` tells since when and why it is over."""

    id: UUID
    title: str
    invoice: str
    since: datetime
    by: str
    review_on: date
    note: str
    ended_at: datetime | None
    ended_why: str


@dataclass(frozen=True, slots=True)
class InvoiceShown:
    """An invoice without its lines; the sums are cents."""

    number: str
    issued_on: date
    due_on: date
    total_cents: Cents
    amo_cents: Cents
    amc_cents: Cents
    paid_cents: Cents
    open_cents: Cents
    settled: bool
    absent: bool


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """A message and what became of it."""

    id: UUID
    title: str
    channel: str
    at: datetime
    outcome: str
    tone: str
    in_doubt: bool


@dataclass(frozen=True, slots=True)
class TaskShown:
    """Work that waits. ``done_here`` when pressing « Fait » is all there is to it."""

    id: UUID
    title: str
    due_on: date
    done_here: bool
    is_call: bool


@dataclass(frozen=True, slots=True)
class PaymentShown:
    """Money received."""

    number: str
    method: str
    amount_cents: Cents
    at: datetime


@dataclass(frozen=True, slots=True)
class EventShown:
    """One line of the story."""

    at: datetime
    text: str
    by: str


def hold_shown(hold: Hold, invoices: Sequence[Invoice], vault: Vault | None) -> HoldShown:
    """A pause; its note only with the vault, for roles that may read it."""
    note = ""
    if vault is not None and hold.note is not None:
        note = open_text(vault, hold.note, table="hold", row=hold.id, column="note")
    return HoldShown(
        id=hold.id,
        title=title(HOLD_TITLES, hold.kind),
        invoice=next((i.number for i in invoices if i.id == hold.invoice_id), ""),
        since=hold.placed_at,
        by="" if hold.placed_by in _MACHINES else hold.placed_by,
        review_on=hold.review_on,
        note=note,
        ended_at=hold.released_at,
        ended_why=RELEASE_TITLES.get(hold.release_reason or "", hold.release_reason or ""),
    )


def invoice_shown(invoice: Invoice, *, absent: bool) -> InvoiceShown:
    """An invoice; what is paid is the patient's share less what is open."""
    return InvoiceShown(
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        total_cents=invoice.total_cents,
        amo_cents=invoice.amo_cents,
        amc_cents=invoice.amc_cents,
        paid_cents=invoice.patient_cents - invoice.open_cents,
        open_cents=invoice.open_cents,
        settled=invoice.status == "settled",
        absent=absent,
    )


def notice_shown(notice: Notice) -> NoticeShown:
    """A message and what became of it."""
    outcome, tone = NOTICE_OUTCOMES[notice.status]
    return NoticeShown(
        id=notice.id,
        title=title(NOTICE_TITLES, notice.template),
        channel=title(CHANNELS, notice.channel),
        at=notice.outcome_at or notice.planned_at,
        outcome=outcome,
        tone=tone,
        in_doubt=notice.status == "in_doubt",
    )


def task_shown(task: Task) -> TaskShown:
    """Work that waits."""
    kind = KINDS.get(task.kind)
    return TaskShown(
        id=task.id,
        title=kind.title if kind else title({}, task.kind),
        due_on=task.due_on,
        done_here=task.kind not in DONE_ELSEWHERE,
        is_call=task.kind == CALL_TASK.name,
    )


def payment_shown(payment: Payment) -> PaymentShown:
    """Money received."""
    return PaymentShown(
        payment.number, title(METHODS, payment.method), payment.amount_cents, payment.received_at
    )


def event_shown(event: TimelineEvent) -> EventShown:
    """One line of the story; staff are named, machines by what they are."""
    by = event.actor if event.actor_kind == "staff" else title(ACTORS, event.actor_kind)
    return EventShown(event.at, sentence(event.kind, event.facts), by)
