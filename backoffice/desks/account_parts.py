"""The parts of an account's page, as they are said to staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from backoffice.desks.order_words import HANDED
from backoffice.desks.timeline_words import sentence
from backoffice.desks.words import (
    ACTORS,
    BACK_TO,
    CHANNELS,
    METHODS,
    NOTICE_OUTCOMES,
    NOTICE_TITLES,
    REFUND_STATES,
    RELEASE_TITLES,
    TAKEN_STATES,
    title,
)
from shared.accounts import HOLD_TITLES, Hold, open_text
from shared.audit import TimelineEvent
from shared.base.money import Cents
from shared.base.vault import Vault
from shared.billing import Invoice
from shared.delivery import Notice
from shared.desk import HELD_BY
from shared.payments import OF_DISPUTE, Received, Refund
from shared.texts import key_of

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
    forgiven_cents: Cents
    open_cents: Cents
    settled: bool
    absent: bool


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """A message and what became of it. ``words`` is the version of the practice's own words that it went
    with (0 for Ardoise's), ``text_key`` where these are shown."""

    id: UUID
    title: str
    channel: str
    at: datetime
    outcome: str
    tone: str
    in_doubt: bool
    words: int
    text_key: str


@dataclass(frozen=True, slots=True)
class RefundShown:
    """Money that went back: ``state`` how it stands, ``way`` how it went."""

    at: datetime
    state: str
    way: str
    cents: Cents


@dataclass(frozen=True, slots=True)
class PaymentShown:
    """Money received, and what was given back of it.

    Of what came at the desk only the day is known; ``reference`` is what its paper says. ``left_cents``
    may still be given back.
    """

    id: UUID
    left_cents: Cents
    number: str
    method: str
    at_desk: bool
    reference: str
    amount_cents: Cents
    at: datetime
    cancelled_on: date | None
    refunds: tuple[RefundShown, ...]


@dataclass(frozen=True, slots=True)
class EventShown:
    """One line of the story."""

    at: datetime
    text: str
    by: str


def note_of(hold: Hold, vault: Vault) -> str:
    """What was noted beside a pause, empty for nothing."""
    if hold.note is None:
        return ""
    return open_text(vault, hold.note, table="hold", row=hold.id, column="note")


def hold_shown(hold: Hold, invoices: Sequence[Invoice], vault: Vault | None) -> HoldShown:
    """A pause; its note only with the vault, for roles that may read it."""
    return HoldShown(
        id=hold.id,
        title=title(HOLD_TITLES, hold.kind),
        invoice=next((i.number for i in invoices if i.id == hold.invoice_id), ""),
        since=hold.placed_at,
        by="" if hold.placed_by in _MACHINES else hold.placed_by,
        review_on=hold.review_on,
        note=note_of(hold, vault) if vault is not None else "",
        ended_at=hold.released_at,
        ended_why=RELEASE_TITLES.get(hold.release_reason or "", hold.release_reason or ""),
    )


def invoice_shown(invoice: Invoice, *, absent: bool, forgiven: Cents = 0) -> InvoiceShown:
    """An invoice; what is paid is the patient's share less what is open and what was given up."""
    return InvoiceShown(
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        total_cents=invoice.total_cents,
        amo_cents=invoice.amo_cents,
        amc_cents=invoice.amc_cents,
        paid_cents=invoice.patient_cents - invoice.open_cents - forgiven,
        forgiven_cents=forgiven,
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
        words=notice.words_version or 0,
        text_key=key_of(notice.template, notice.channel, notice.language),
    )


def payment_shown(received: Received, *, asked: Cents, with_names: bool) -> PaymentShown:
    """Money received, of which so much is ``asked`` to be given back already; what a transfer is worded
    may name somebody, so it is for roles with names."""
    payment = received.payment
    going = sum(refund.amount_cents for refund in received.refunds if refund.status == "pending")
    left = 0 if payment.cancelled_on is not None else received.kept_cents - going - asked
    return PaymentShown(
        id=payment.id,
        left_cents=max(left, 0),
        number=payment.number,
        method=title(METHODS, payment.method),
        at_desk=payment.method in HELD_BY,
        reference=(payment.reference or "") if with_names else "",
        amount_cents=payment.amount_cents,
        at=payment.received_at,
        cancelled_on=payment.cancelled_on,
        refunds=tuple(refund_shown(refund, paid_by=payment.method) for refund in received.refunds),
    )


def refund_shown(refund: Refund, *, paid_by: str) -> RefundShown:
    """Money that went back; where staff did not hand it over, it went the way it had come. What a bank
    took is said to have gone no other way."""
    if refund.kind == OF_DISPUTE:
        state, way = title(TAKEN_STATES, refund.status), ""
    else:
        way = HANDED[refund.method] if refund.method else title(BACK_TO, paid_by)
        state = title(REFUND_STATES, refund.status)
    return RefundShown(
        at=refund.refunded_at,
        state=state,
        way=way,
        cents=refund.amount_cents,
    )


def event_shown(event: TimelineEvent) -> EventShown:
    """One line of the story; staff are named, machines by what they are."""
    by = event.actor if event.actor_kind == "staff" else title(ACTORS, event.actor_kind)
    return EventShown(event.at, sentence(event.kind, event.facts), by)
