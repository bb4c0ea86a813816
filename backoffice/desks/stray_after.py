"""Payments of nobody known that wait no more: what is still asked of them, and what was done lately."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import Session

from backoffice.desks.account_orders import OrderShown, order_shown
from backoffice.desks.order_words import END_REASONS, OUTCOMES
from backoffice.desks.stray_fate import accounts_of_strays, fate_of, way_it_went
from shared.audit import PROCESSOR, TimelineEvent, events_of_nobody, facts_of
from shared.base.money import Cents
from shared.orders import ASSIGN, OPEN, REFUND, MoneyOrder
from shared.payments import StrayPayment
from shared.reconciliation import is_found
from shared.staff import SignedIn

SHOWN_FOR = timedelta(days=60)
MOST = 20


@dataclass(frozen=True, slots=True)
class GoneShown:
    """A refund that is still asked of a payment that went; ``cancel`` names how this person may end it:
    withdraw, decline or not at all."""

    order: OrderShown
    became: str
    number: str
    processor_ref: str
    cancel: str


@dataclass(frozen=True, slots=True)
class DoneShown:
    """What was done with one, or could not be: by whom, who agreed, and the account that has it."""

    at: datetime
    cents: Cents
    what: str
    tone: str
    by: str
    agreed: str
    number: str
    processor_ref: str


def read_gone(session: Session, *, who: SignedIn, at: datetime) -> list[GoneShown]:
    """Refunds that wait or are under way of payments that are not on the list any more."""
    rows = session.execute(
        _with_strays(
            MoneyOrder.kind == REFUND, MoneyOrder.status.in_(OPEN), MoneyOrder.ended_at.is_(None)
        ).where(MoneyOrder.practice_id == who.practice_id, ~is_found(who.practice_id))
    )
    found = [(order, stray) for order, stray in rows]
    numbers = accounts_of_strays(session, [s for _, s in found], practice_id=who.practice_id)
    return [
        GoneShown(
            order=order_shown(order, who=who, vault=None, at=at),
            became=fate_of(session, stray, numbers.get(stray.id, "")),
            number=numbers.get(stray.id, ""),
            processor_ref=stray.processor_ref,
            cancel=_cancel(order, who),
        )
        for order, stray in found
    ]


def _with_strays(*wanted: ColumnElement[bool]) -> Select[MoneyOrder, StrayPayment]:
    return (
        select(MoneyOrder, StrayPayment)
        .join(
            StrayPayment,
            and_(
                StrayPayment.practice_id == MoneyOrder.practice_id,
                StrayPayment.id == MoneyOrder.stray_id,
            ),
        )
        .where(*wanted)
        .order_by(MoneyOrder.ended_at.desc(), MoneyOrder.asked_at.desc(), MoneyOrder.id.desc())
    )


def _cancel(order: MoneyOrder, who: SignedIn) -> str:
    if order.asked_by == who.user_id and order.status in ("waiting", "approved"):
        return "withdraw" if who.may("refunds.write") else ""
    return "decline" if order.status == "waiting" and who.may("refunds.approve") else ""


def read_done(session: Session, *, practice_id: int, at: datetime) -> list[DoneShown]:
    """What was given back and assigned lately, and what could not be; the latest first. What a bank has
    while it decides is on the list still."""
    since = at - SHOWN_FOR
    rows = [
        (order, stray)
        for order, stray in session.execute(
            _with_strays(MoneyOrder.kind.in_((ASSIGN, REFUND)), MoneyOrder.ended_at >= since)
            .where(MoneyOrder.practice_id == practice_id)
            .limit(MOST)
        )
    ]
    numbers = accounts_of_strays(session, [s for _, s in rows], practice_id=practice_id)
    done = [_done(order, stray, numbers.get(stray.id, "")) for order, stray in rows]
    done += _gone_there(session, practice_id=practice_id, since=since)
    return sorted(done, key=lambda one: one.at, reverse=True)[:MOST]


def _done(order: MoneyOrder, stray: StrayPayment, number: str) -> DoneShown:
    what, tone = _words(order, stray, number)
    return DoneShown(
        at=order.ended_at or order.asked_at,
        cents=order.amount_cents,
        what=what,
        tone=tone,
        by=order.asked_name,
        agreed=order.decided_name or "" if order.status in ("done", "refused") else "",
        number=number if order.kind == ASSIGN and order.status == "done" else "",
        processor_ref=stray.processor_ref,
    )


def _words(order: MoneyOrder, stray: StrayPayment, number: str) -> tuple[str, str]:
    given = order.kind == REFUND
    if order.status == "refused":
        why = OUTCOMES.get(order.outcome or "", "le prestataire l’a refusé")
        return f"{'Non rendu' if given else 'Non attribué'} : {why}", "err"
    if order.status == "declined":
        why = END_REASONS.get(order.why or "", "")
        return f"Remboursement refusé par {order.decided_name}{why and f' : {why}'}", "warn"
    if order.status == "withdrawn":
        return f"{'Remboursement' if given else 'Attribution'} : demande retirée", ""
    if not given:
        return f"Attribué au compte {number}", "ok"
    if stray.status == "found":
        return "Rendu, puis revenu : il est de nouveau à attribuer", "warn"
    return "Rendu à qui l’avait payé", "ok"


def _gone_there(session: Session, *, practice_id: int, since: datetime) -> list[DoneShown]:
    """What went without anybody having asked for it here."""
    told = events_of_nobody(
        session,
        practice_id=practice_id,
        kinds=("stray_payment.give_back",),
        by=PROCESSOR,
        since=since,
    )
    events = [(event, stray_id) for event in told if (stray_id := _about(event)) is not None]
    ids = {stray_id for _, stray_id in events}
    asked = exists().where(
        MoneyOrder.practice_id == practice_id,
        MoneyOrder.stray_id == StrayPayment.id,
        MoneyOrder.kind == REFUND,
        MoneyOrder.status.in_(("sent", "done")),
    )
    query = select(StrayPayment).where(
        StrayPayment.practice_id == practice_id,
        StrayPayment.id.in_(ids),
        ~asked,
        ~is_found(practice_id),
    )
    gone = {stray.id: stray for stray in session.scalars(query)} if ids else {}
    shown = []
    for event, stray_id in events:
        stray = gone.get(stray_id)
        if stray is None:
            continue
        shown.append(
            DoneShown(
                at=event.at,
                cents=stray.amount_cents,
                what=way_it_went(session, stray),
                tone="",
                by="",
                agreed="",
                number="",
                processor_ref=stray.processor_ref,
            )
        )
    return shown


def _about(event: TimelineEvent) -> UUID | None:
    with suppress(ValueError):
        return UUID(str(facts_of(event).get("id")))
    return None
