"""Booking payments of nobody known: money the processor holds, and nobody's until staff say whose.

Each entry's cause begins with the processor's name of the payment, so that the journal alone says how
much of it is still nobody's.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.audit import PROCESSOR as TELLS
from shared.audit import Actor, advance, record
from shared.base.clock import local_date
from shared.base.ids import new_id
from shared.base.log import get_logger
from shared.base.money import Cents
from shared.ledger import PROCESSOR, UNASSIGNED, Entry, Line, post
from shared.payments.model import Payment
from shared.payments.stray_model import StrayPayment
from shared.payments.stray_reading import booked_returns, seized_of, stray_named
from shared.payments.stray_rules import (
    ASSIGNED,
    CAME,
    RETURN,
    RETURN_BACK,
    STRAY_PAYMENT,
    our_reference,
)
from shared.processor import Checkout, Refunded
from shared.worklist import TO_ASSIGN, close_tasks, offer, open_task

log = get_logger(__name__)
STRAY = offer("stray_payment", "Paiement à attribuer : reçu, mais de personne de connu", TO_ASSIGN)


def fits_nobody(state: Checkout, *, livemode: bool) -> bool:
    """Whether money that the processor tells of can be booked at all: euros, of our mode, received."""
    return (
        state.paid
        and state.currency == "eur"
        and state.amount_cents > 0
        and state.intent_id is not None
        and state.livemode == livemode
    )


def take_stray(
    session: Session, *, practice: Practice, state: Checkout, at: datetime
) -> StrayPayment:
    """Book money of nobody known once, and what went back of it. Saying it twice does it once.

    The caller has seen that it ``fits_nobody`` and is no payment of ours.
    """
    intent_id = str(state.intent_id)
    stray = stray_named(session, intent_id, practice_id=practice.id, lock=True)
    if stray is None:
        # another worker may find it at this very moment
        with suppress(IntegrityError), session.begin_nested():
            _find(session, practice=practice, state=state, at=at)
        stray = stray_named(session, intent_id, practice_id=practice.id, lock=True)
    assert stray is not None  # noqa: S101 - found just now, by us or by another
    take_returns(session, stray, state.refunds, practice=practice, at=at)
    return stray


def _find(session: Session, *, practice: Practice, state: Checkout, at: datetime) -> None:
    received_at = state.received_at or at
    stray = StrayPayment(
        practice_id=practice.id,
        id=new_id(),
        status="found",
        processor_ref=str(state.intent_id),
        amount_cents=state.amount_cents,
        returned_cents=0,
        received_at=received_at,
        booked_on=local_date(received_at, practice.timezone),
        found_at=at,
        reference=our_reference(state.reference),
    )
    session.add(stray)
    session.flush()
    _post(session, stray, CAME + stray.processor_ref, stray.amount_cents, on=stray.booked_on, at=at)
    record(
        session,
        practice_id=practice.id,
        account_id=None,
        kind="stray_payment.found",
        actor=TELLS,
        at=at,
        cents=stray.amount_cents,
    )
    _ask(session, stray, practice=practice, at=at)


def take_returns(
    session: Session,
    stray: StrayPayment,
    told: Iterable[Refunded],
    *,
    practice: Practice,
    at: datetime,
) -> None:
    """Book what went back of money that is nobody's yet. The caller has locked its row."""
    if stray.status == "assigned":  # what goes back is then a refund of the payment that it became
        return
    known = booked_returns(session, stray)
    # a bank may take what had gone back already: it hinders no refund from being booked
    left = stray.amount_cents - stray.returned_cents + seized_of(session, stray)
    today = local_date(at, practice.timezone)
    for one in sorted(told, key=lambda one: (one.status != "failed", one.at, one.refund_id)):
        out, back = (
            f"{begin}{stray.processor_ref}:{one.refund_id}" for begin in (RETURN, RETURN_BACK)
        )
        if one.status == "succeeded" and out not in known:
            if one.currency != "eur" or not 0 < one.amount_cents <= left:
                log.error("stray.mismatch", refund=one.refund_id)
                continue
            on = local_date(one.at, practice.timezone)
            move_part(session, stray, out, -one.amount_cents, on=on, at=at)
            left -= one.amount_cents
        elif one.status == "failed" and out in known and back not in known:
            move_part(session, stray, back, one.amount_cents, on=today, at=at)
            left += one.amount_cents
    follow_stray(session, stray, practice=practice, at=at)


def move_part(
    session: Session, stray: StrayPayment, cause: str, cents: Cents, *, on: date, at: datetime
) -> None:
    """Book a part of it that came back, or went: below zero. The caller has locked its row."""
    _post(session, stray, cause, cents, on=on, at=at)
    stray.returned_cents -= cents


def follow_stray(
    session: Session, stray: StrayPayment, *, practice: Practice, at: datetime
) -> None:
    """Whether there is still something to assign."""
    left = max(stray.amount_cents - stray.returned_cents, 0)
    if stray.status == "found" and not left:
        _move(session, stray, "give_back", actor=TELLS, at=at)
        _close(session, stray, "vanished", actor=TELLS, at=at)
    elif stray.status == "returned" and left:
        _move(session, stray, "come_back", actor=TELLS, at=at)
        _ask(session, stray, practice=practice, at=at)


def take_out(session: Session, stray: StrayPayment, *, on: date, at: datetime) -> None:
    """It is somebody's now: what is still nobody's leaves, to be booked again as a payment at once; and
    so does what went beyond it."""
    left = stray.amount_cents - stray.returned_cents
    if left:
        _post(session, stray, ASSIGNED + stray.processor_ref, -left, on=on, at=at)


def note_assigned(
    session: Session, stray: StrayPayment, payment: Payment, *, actor: Actor, at: datetime
) -> None:
    """What it became; the work on the list is done."""
    stray.account_id = payment.account_id
    stray.payment_id = payment.id
    _move(session, stray, "assign", actor=actor, at=at)
    _close(session, stray, "done", actor=actor, at=at)


def _post(
    session: Session, stray: StrayPayment, cause: str, cents: Cents, *, on: date, at: datetime
) -> None:
    entry = Entry(
        kind=cause.partition(":")[0],
        cause=cause,
        booked_on=on,
        lines=(Line(PROCESSOR, cents), Line(UNASSIGNED, -cents)),
    )
    post(session, [entry], practice_id=stray.practice_id, actor=TELLS, at=at)


def _move(session: Session, stray: StrayPayment, event: str, *, actor: Actor, at: datetime) -> None:
    advance(
        session,
        stray,
        STRAY_PAYMENT,
        event,
        account_id=stray.account_id,
        actor=actor,
        at=at,
        cents=stray.amount_cents,
    )


def _ask(session: Session, stray: StrayPayment, *, practice: Practice, at: datetime) -> None:
    open_task(
        session,
        STRAY,
        practice_id=practice.id,
        account_id=None,
        key=str(stray.id),
        due_on=local_date(at, practice.timezone),
        actor=TELLS,
        at=at,
    )


def _close(
    session: Session, stray: StrayPayment, event: str, *, actor: Actor, at: datetime
) -> None:
    close_tasks(
        session,
        STRAY,
        practice_id=stray.practice_id,
        key=str(stray.id),
        event=event,
        actor=actor,
        at=at,
    )
