"""Asking for something to be done with money, and noting what came of it."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.audit import SYSTEM, Actor, advance, record
from shared.base.clock import local_date
from shared.base.database import wake_worker
from shared.base.errors import NotAllowedError
from shared.base.formats import day
from shared.base.ids import new_id
from shared.orders.model import MoneyOrder
from shared.orders.one_word import weigh
from shared.orders.reading import order_of_form
from shared.orders.rules import (
    KINDS,
    LEAVES,
    MONEY_ORDER,
    RECEIVE,
    first_instant,
    first_receivable,
    first_status,
    is_receivable,
)
from shared.orders.wishes import Colleague, Wish
from shared.staff import StaffUser
from shared.worklist import TO_AGREE, TO_CHECK, TO_HAND_OVER, TO_SETTLE, TaskKind, offer, open_task

AGREE = offer("order_to_agree", "Une seconde personne doit valider", TO_AGREE)
TO_HAND = offer("refund_to_hand", "Argent à remettre", TO_HAND_OVER)
NOT_AGREED = offer("refund_declined", "Demande d’argent refusée, ou arrêtée : à voir", TO_SETTLE)
# Asked for by the worker, and named here so that the back-office knows it too.
NOT_DONE = offer("refund_refused", "Remboursement impossible : à revoir", TO_CHECK)
NOT_FORGIVEN = offer(
    "forgive_refused", "Somme qui ne peut plus être abandonnée : à revoir", TO_CHECK
)


def ask_order(
    session: Session,
    wish: Wish,
    *,
    practice: Practice,
    account: Account | None,
    by: Colleague,
    others: Collection[UUID],
    at: datetime,
) -> MoneyOrder:
    """Ask for something to be done with money. The caller holds the account's lock and has checked the
    sum; ``others`` are who else of the practice may agree. The same form gives the same order again.

    Raises NotAllowedError when the mark of the form was used for something else.
    """
    if wish.kind not in KINDS:
        raise NotAllowedError("Cette opération n’existe pas.")
    if wish.kind == RECEIVE:
        _check_received(wish, practice=practice, at=at)
    known = order_of_form(session, practice_id=practice.id, once=wish.once)
    account_id = account.id if account is not None else None
    if known is not None:
        asked = (known.account_id, known.kind, known.stray_id, known.amount_cents)
        same = asked == (account_id, wish.kind, wish.stray_id, wish.amount_cents)
        if not same or wish.payment_id not in (None, known.payment_id):
            raise NotAllowedError("Cette page a déjà servi : rechargez-la, puis recommencez.")
        return known
    weighed = weigh(session, wish, practice, asker=by.user_id, at=at)
    alone = weighed.for_two and not set(others) - {by.user_id}
    order = MoneyOrder(
        practice_id=practice.id,
        id=wish.id or new_id(),
        account_id=account_id,
        payment_id=wish.payment_id,
        stray_id=wish.stray_id,
        kind=wish.kind,
        status=first_status(
            second=weighed.for_two,
            alone=alone,
            by_hand=wish.kind in LEAVES and wish.method is not None,
        ),
        amount_cents=wish.amount_cents,
        method=wish.method,
        received_on=wish.received_on,
        reference=wish.reference,
        reason=wish.reason,
        note=wish.note,
        once=wish.once,
        idempotency_key=f"order-{new_id()}",
        asked_by=by.user_id,
        asked_name=by.name,
        asked_at=at,
        limit_cents=weighed.limit_cents,
        alone=alone,
        not_before=first_instant(at, alone=alone),
    )
    session.add(order)
    session.flush()
    record(
        session,
        practice_id=practice.id,
        account_id=account_id,
        kind="money_order.asked",
        actor=by.actor,
        at=at,
        what=wish.kind,
        cents=wish.amount_cents,
        reason=wish.reason,
        id=str(order.id),
    )
    work = {"waiting": AGREE, "agreed": TO_HAND}.get(order.status)
    if work is not None:
        due = local_date(order.not_before, practice.timezone)
        open_work(session, work, order, due_on=due, actor=by.actor, at=at)
    wake_worker(session)
    return order


def open_work(
    session: Session, kind: TaskKind, order: MoneyOrder, *, due_on: date, actor: Actor, at: datetime
) -> None:
    """Somebody has to do something about an order; once, however often it is said."""
    open_task(
        session,
        kind,
        practice_id=order.practice_id,
        account_id=order.account_id,
        key=str(order.id),
        due_on=due_on,
        actor=actor,
        at=at,
    )


def _check_received(wish: Wish, *, practice: Practice, at: datetime) -> None:
    """Raises NotAllowedError for a sum or a day that can't be. What the form says is said there already."""
    today = local_date(at, practice.timezone)
    first = first_receivable(today, started_on=practice.started_on)
    if not is_receivable(wish.amount_cents):
        raise NotAllowedError("La somme est entre 0,01 € et 10 000 € : vérifiez-la.")
    if wish.received_on is None or not first <= wish.received_on <= today:
        raise NotAllowedError(
            f"Le jour où l’argent est arrivé est entre le {day(first)} et aujourd’hui : vérifiez-le."
        )


def hold_asker(session: Session, user_id: UUID) -> None:
    """Have whatever else this person asks for wait until this transaction ends, so that of two wishes
    at the same moment the second counts the first."""
    session.execute(
        select(StaffUser.id).where(StaffUser.id == user_id).with_for_update(key_share=True)
    )


def note_sent(session: Session, order: MoneyOrder, *, at: datetime) -> None:
    """The processor is about to be asked: from here on only its answer ends the order."""
    move(session, order, "send", actor=SYSTEM, at=at)
    order.sent_at = at


def note_try(order: MoneyOrder, *, at: datetime) -> None:
    """The worker is about to try, or tried and does not know: the next time is a little later."""
    order.tries += 1
    order.tried_at = at


def renew_key(order: MoneyOrder, *, sent_from: datetime) -> None:
    """What was asked with the old key is over and led to nothing; the new one is not used before then."""
    order.idempotency_key = f"order-{new_id()}"
    order.sent_at = sent_from


def end_order(
    session: Session, order: MoneyOrder, *, at: datetime, outcome: str | None = None
) -> None:
    """What was asked is done; with an ``outcome``, it can't be, and that is why."""
    event = "refuse" if outcome else "finish"
    move(session, order, event, actor=SYSTEM, at=at, **({"why": outcome} if outcome else {}))
    order.outcome = outcome
    order.ended_at = at


def move(
    session: Session, order: MoneyOrder, event: str, *, actor: Actor, at: datetime, **facts: str
) -> None:
    """An order's state moves on, and its history says so, with these facts beside."""
    advance(
        session,
        order,
        MONEY_ORDER,
        event,
        account_id=order.account_id,
        actor=actor,
        at=at,
        what=order.kind,
        cents=order.amount_cents,
        **facts,
    )
