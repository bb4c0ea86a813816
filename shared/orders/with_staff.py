"""Money that is to leave and waits for people: for their word, or their hands; and what they decided."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from shared.base.money import Cents
from shared.orders.model import MoneyOrder
from shared.orders.rules import A_DAY, LEAVES, OPEN, REFUND
from shared.totals import Moment, offer_counts


def orders_to_agree(session: Session, *, practice_id: int, now: datetime) -> list[MoneyOrder]:
    """Money that leaves when somebody agrees, or after a day unless somebody stops it; the oldest
    first."""
    query = (
        select(MoneyOrder)
        .where(_with_staff(practice_id), _to_agree(now))
        .order_by(MoneyOrder.asked_at, MoneyOrder.id)
    )
    return list(session.scalars(query))


def orders_to_hand(session: Session, *, practice_id: int) -> list[MoneyOrder]:
    """Money that the team is to hand over, now or once its day has passed; what may go first first."""
    query = (
        select(MoneyOrder)
        .where(_with_staff(practice_id), MoneyOrder.status == "agreed")
        .order_by(MoneyOrder.not_before, MoneyOrder.id)
    )
    return list(session.scalars(query))


def _counts(moment: Moment) -> Select[str, int]:
    """How many wait for somebody's word or hands."""
    waits = or_(MoneyOrder.status == "agreed", _to_agree(moment.at))
    return select(literal("with_staff"), func.count()).where(_with_staff(moment.practice_id), waits)


offer_counts("orders", _counts)


def orders_decided(
    session: Session, *, practice_id: int, since: datetime, most: int
) -> list[MoneyOrder]:
    """Money that was to leave and of which a colleague, or whoever asked, has decided since then, the
    latest first. What is still to be handed over is not among them."""
    last = func.coalesce(MoneyOrder.ended_at, MoneyOrder.handed_at, MoneyOrder.decided_at)
    query = (
        select(MoneyOrder)
        .where(
            MoneyOrder.practice_id == practice_id,
            MoneyOrder.kind.in_(LEAVES),
            or_(MoneyOrder.ended_at > since, MoneyOrder.ended_at.is_(None)),
            MoneyOrder.status.not_in(("waiting", "agreed")),
            or_(
                MoneyOrder.decided_by.is_not(None),
                MoneyOrder.dropped_by.is_not(None),
                MoneyOrder.handed_by.is_not(None),
            ),
        )
        .order_by(last.desc(), MoneyOrder.id.desc())
        .limit(most)
    )
    return list(session.scalars(query))


def same_refund(
    session: Session, *, practice_id: int, payment_id: UUID, cents: Cents, at: datetime
) -> MoneyOrder | None:
    """The latest request for the same sum of the same payment that is not over, or was done within a
    day: whoever asks again may not know of it."""
    query = (
        select(MoneyOrder)
        .where(
            MoneyOrder.practice_id == practice_id,
            MoneyOrder.payment_id == payment_id,
            MoneyOrder.kind == REFUND,
            MoneyOrder.amount_cents == cents,
            or_(
                MoneyOrder.status.in_(OPEN),
                (MoneyOrder.status == "done") & (MoneyOrder.ended_at > at - A_DAY),
            ),
        )
        .order_by(MoneyOrder.asked_at.desc(), MoneyOrder.id.desc())
    )
    return session.scalar(query.limit(1))


def _with_staff(practice_id: int) -> ColumnElement[bool]:
    return and_(
        MoneyOrder.practice_id == practice_id,
        MoneyOrder.kind.in_(LEAVES),
        MoneyOrder.ended_at.is_(None),  # the few that are not over are found by it
    )


def _to_agree(now: datetime) -> ColumnElement[bool]:
    return or_(
        MoneyOrder.status == "waiting",
        (MoneyOrder.status == "approved") & MoneyOrder.alone & (MoneyOrder.not_before > now),
    )
