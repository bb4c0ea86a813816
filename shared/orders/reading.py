"""Reading orders about money."""

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import and_, func, or_, select, true
from sqlalchemy.orm import Session

from shared.base.errors import NotFoundError
from shared.base.money import Cents
from shared.base.together import Part
from shared.orders.model import MoneyOrder
from shared.orders.rules import A_DAY, CANCEL, OPEN, REFUND, may_try


def get_order(
    session: Session, *, practice_id: int, order_id: UUID, lock: bool = False
) -> MoneyOrder:
    """An order of this practice, as it is now; ``lock`` where it is moved on, after the locks of the
    account and of the payment, since a captured front door may hold neither. A front door can lock
    only what it may still decide on, so that what moved on is read as it is. Raises NotFoundError."""
    key = (practice_id, order_id)
    order = session.get(
        MoneyOrder, key, populate_existing=True, with_for_update=lock or None
    ) or session.get(MoneyOrder, key, populate_existing=True)
    if order is None:
        raise NotFoundError("Cette opération n’existe pas.")
    return order


def orders_of(session: Session, *, practice_id: int, account_id: UUID) -> list[MoneyOrder]:
    """An account's orders, the latest first."""
    return orders_part(practice_id=practice_id, account_id=account_id).read(session)


def orders_part(*, practice_id: int, account_id: UUID) -> Part[MoneyOrder]:
    """An account's orders, the latest first."""
    return Part(
        MoneyOrder,
        [MoneyOrder.practice_id == practice_id, MoneyOrder.account_id == account_id],
        [MoneyOrder.asked_at.desc(), MoneyOrder.id.desc()],
    )


def lately_part(*, practice_id: int, payment_id: UUID, at: datetime) -> Part[MoneyOrder]:
    """What staff asked to be done with a payment, to give of it back or to book it back, that is not over or
    was done within a day; the latest first."""
    return Part(
        MoneyOrder,
        [
            MoneyOrder.practice_id == practice_id,
            MoneyOrder.payment_id == payment_id,
            MoneyOrder.kind.in_((CANCEL, REFUND)),
            or_(
                MoneyOrder.status.in_(OPEN),
                and_(MoneyOrder.status == "done", MoneyOrder.ended_at > at - A_DAY),
            ),
        ],
        [MoneyOrder.asked_at.desc(), MoneyOrder.id.desc()],
    )


def same_refund(lately: Iterable[MoneyOrder], cents: Cents) -> MoneyOrder | None:
    """Among what was lately asked of a payment, the latest first, a refund of the same sum: whoever asks
    again may not know of it."""
    return next((one for one in lately if one.kind == REFUND and one.amount_cents == cents), None)


def order_of_form(session: Session, *, practice_id: int, once: str) -> MoneyOrder | None:
    """What a form asked for when it was sent before."""
    return session.scalar(
        select(MoneyOrder).where(MoneyOrder.practice_id == practice_id, MoneyOrder.once == once)
    )


def orders_to_do(
    session: Session, *, practice_id: int, now: datetime, most: int = 100
) -> list[MoneyOrder]:
    """What the worker may try now, the oldest first."""
    query = (
        select(MoneyOrder)
        .where(
            MoneyOrder.practice_id == practice_id,
            MoneyOrder.status.in_(("approved", "sent")),
            MoneyOrder.not_before <= now,
        )
        .order_by(MoneyOrder.not_before, MoneyOrder.id)
    )
    due = (o for o in session.scalars(query) if may_try(o.tries, o.tried_at, now=now))
    return list(islice(due, most))


def orders_done_since(
    session: Session, *, practice_id: int, kind: str, since: datetime
) -> list[MoneyOrder]:
    """Orders of a kind that were carried out since then, the oldest first."""
    query = (
        select(MoneyOrder)
        .where(
            MoneyOrder.practice_id == practice_id,
            MoneyOrder.kind == kind,
            MoneyOrder.status == "done",
            MoneyOrder.ended_at > since,
        )
        .order_by(MoneyOrder.ended_at, MoneyOrder.id)
    )
    return list(session.scalars(query))


def orders_over(session: Session, *, practice_id: int, orders: Collection[UUID]) -> int:
    """How many of these orders are over."""
    query = select(func.count()).where(
        MoneyOrder.practice_id == practice_id,
        MoneyOrder.id.in_(orders),
        MoneyOrder.status.not_in(OPEN),
    )
    return session.scalar(query) or 0


def asked_of_payment(session: Session, *, practice_id: int, payment_id: UUID, kind: str) -> Cents:
    """What orders of a kind that are not over ask of a payment, in cents."""
    query = select(func.coalesce(func.sum(MoneyOrder.amount_cents), 0)).where(
        MoneyOrder.practice_id == practice_id,
        MoneyOrder.payment_id == payment_id,
        MoneyOrder.kind == kind,
        MoneyOrder.status.in_(OPEN),
    )
    return int(session.scalar(query) or 0)


def refunds_asked(session: Session, *, practice_id: int, account_id: UUID) -> dict[UUID, Cents]:
    """By payment of an account, what orders that are not over want to give back."""
    query = (
        select(MoneyOrder.payment_id, func.sum(MoneyOrder.amount_cents))
        .where(
            MoneyOrder.practice_id == practice_id,
            MoneyOrder.account_id == account_id,
            MoneyOrder.payment_id.is_not(None),
            MoneyOrder.kind == REFUND,
            MoneyOrder.status.in_(OPEN),
        )
        .group_by(MoneyOrder.payment_id)
    )
    rows = session.execute(query)
    return {payment_id: int(cents) for payment_id, cents in rows if payment_id is not None}


def orders_of_strays(
    session: Session, strays: Collection[UUID], *, practice_id: int, kind: str
) -> list[MoneyOrder]:
    """Orders of a kind about these payments of nobody known, the latest first."""
    query = (
        select(MoneyOrder)
        .where(
            MoneyOrder.practice_id == practice_id,
            MoneyOrder.stray_id.in_(strays),
            MoneyOrder.kind == kind,
        )
        .order_by(MoneyOrder.asked_at.desc(), MoneyOrder.id.desc())
    )
    return list(session.scalars(query))


def asked_of_stray(
    session: Session, *, practice_id: int, stray_id: UUID, kind: str, but: UUID | None = None
) -> bool:
    """Whether an order of a kind that is not over names a payment of nobody known."""
    query = select(MoneyOrder.id).where(
        MoneyOrder.practice_id == practice_id,
        MoneyOrder.stray_id == stray_id,
        MoneyOrder.kind == kind,
        MoneyOrder.status.in_(OPEN),
        MoneyOrder.id != but if but is not None else true(),
    )
    return session.scalar(query.limit(1)) is not None


def open_order_of_stray(session: Session, *, practice_id: int, stray_id: UUID) -> MoneyOrder | None:
    """What is asked of a payment of nobody known and is not over: the first of it."""
    query = (
        select(MoneyOrder)
        .where(
            MoneyOrder.practice_id == practice_id,
            MoneyOrder.stray_id == stray_id,
            MoneyOrder.status.in_(OPEN),
        )
        .order_by(MoneyOrder.asked_at, MoneyOrder.id)
    )
    return session.scalar(query.limit(1))


def is_going_back(
    session: Session,
    *,
    practice_id: int,
    stray_id: UUID | None = None,
    payment_id: UUID | None = None,
) -> bool:
    """Whether the processor was asked to give back a payment, of nobody known or of an account, and may
    do it yet."""
    of_account = MoneyOrder.payment_id == payment_id
    query = select(MoneyOrder.id).where(
        MoneyOrder.practice_id == practice_id,
        MoneyOrder.stray_id == stray_id if payment_id is None else of_account,
        MoneyOrder.kind == REFUND,
        MoneyOrder.status == "sent",
    )
    return session.scalar(query.limit(1)) is not None
