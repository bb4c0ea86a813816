"""Money that is to leave and waits for people: for their word, or their hands; and what they decided."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.base.page_keys import instant_of, read_key, write_key
from shared.orders.model import MoneyOrder
from shared.orders.rules import LEAVES
from shared.totals import Moment, offer_counts

PAGE = 30


@dataclass(frozen=True, slots=True)
class OrderPage:
    """A page of orders; ``next_key`` leads to the page after it."""

    orders: tuple[MoneyOrder, ...]
    next_key: str


def orders_to_agree(
    session: Session, *, practice_id: int, now: datetime, after: str = ""
) -> OrderPage:
    """Money that leaves when somebody agrees, or after a day unless somebody stops it; a page, the oldest
    first. Raises NotFoundError for a page key that is none."""
    return _page(session, practice_id, _to_agree(now), MoneyOrder.asked_at, after)


def orders_to_hand(session: Session, *, practice_id: int, after: str = "") -> OrderPage:
    """Money that the team is to hand over, now or once its day has passed; a page, what may go first first.
    Raises NotFoundError for a page key that is none."""
    return _page(session, practice_id, MoneyOrder.status == "agreed", MoneyOrder.not_before, after)


def _page(
    session: Session,
    practice_id: int,
    waits: ColumnElement[bool],
    by: InstrumentedAttribute[datetime],
    after: str,
) -> OrderPage:
    query = (
        select(MoneyOrder)
        .where(_with_staff(practice_id), waits)
        .order_by(by, MoneyOrder.id)
        .limit(PAGE + 1)
    )
    if after:
        instant, last_id = read_key(after, instant_of)
        last = (literal(instant, by.type), literal(last_id, MoneyOrder.id.type))
        query = query.where(tuple_(by, MoneyOrder.id) > tuple_(*last))
    found = list(session.scalars(query))
    page = found[:PAGE]
    more = write_key(getattr(page[-1], by.key), page[-1].id) if len(found) > PAGE else ""
    return OrderPage(tuple(page), more)


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
