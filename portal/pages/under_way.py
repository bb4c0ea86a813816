"""What may be paid already by another way: what a patient told us of, and links for someone else.

It stands where one pays, so that nobody pays the same sum twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from shared.base.money import Cents
from shared.messages import Thread
from shared.payments import open_links

ANNOUNCED, LINK = "(announced)", "(link)"
PAID = "paid"


@dataclass(frozen=True, slots=True)
class OpenLinks:
    """Links for someone else who pays that are open, together; ``until`` the last of them ends."""

    count: int
    cents: Cents
    until: datetime


@dataclass(frozen=True, slots=True)
class UnderWay:
    """When the patient last told us of a payment that we are still looking for, and open links."""

    announced_at: datetime | None
    links: OpenLinks | None


def rows_under_way() -> tuple[Select[*tuple[Any, ...]], ...]:
    """Selects of kind, at, until and cents, to be united with others of these columns.

    The first gives the columns their types. Parameters: practice_id, account_id, now.
    """
    home = aliased(Thread)
    elsewhere = exists().where(
        home.practice_id == Thread.practice_id, home.id == Thread.merged_into, _looked_for(home)
    )
    announced = select(literal(ANNOUNCED), Thread.opened_at, null(), null()).where(
        Thread.practice_id == bindparam("practice_id"),
        Thread.account_id == bindparam("account_id"),
        Thread.subject == PAID,
        or_(_looked_for(Thread), and_(Thread.status == "merged", elsewhere)),
    )
    return open_links(literal(LINK)), announced


def _looked_for(thread: type[Thread]) -> ColumnElement[bool]:
    """Whether staff still look for what a thread tells of."""
    return or_(thread.status == "waiting", and_(thread.status == "answered", thread.keeps_hold))


_UNDER_WAY = union_all(*rows_under_way())


def under_way(
    session: Session, *, practice_id: int, account_id: UUID, now: datetime, payable: Cents
) -> UnderWay:
    """What may be paid already of an account of which ``payable`` can be, read with one statement."""
    whose = {"practice_id": practice_id, "account_id": account_id, "now": now}
    return under_way_from(session.execute(_UNDER_WAY, whose).all(), payable)


def under_way_from(rows: Iterable[Row[Any]], payable: Cents) -> UnderWay:
    """The same from rows that were read among others. A link of more than can be paid leads to nothing."""
    announced: datetime | None = None
    links: list[tuple[Cents, datetime]] = []
    for row in rows:
        if row.kind == ANNOUNCED:
            announced = max(announced or row.at, row.at)
        elif row.kind == LINK and row.cents <= payable:
            links.append((row.cents, row.until))
    until = max((ends for _, ends in links), default=None)
    cents = sum(cents for cents, _ in links)
    return UnderWay(announced, OpenLinks(len(links), cents, until) if until else None)
