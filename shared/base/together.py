"""Reading the many small parts of one thing with one statement.

A page about one account shows a few rows each of a dozen tables. Asked one by one they cost a dozen
round trips; here the database first names the rows of all parts, then brings each with its own columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, defer

from shared.base.database import Model

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True, eq=False)
class Part(Generic[M]):
    """Rows of one practice-scoped table: which, in what order, and at most how many.

    ``without`` are columns that are left out, and read only when asked for: large ones.
    """

    entity: type[M]
    where: Sequence[ColumnElement[bool]]
    order: Sequence[Any]
    limit: int | None = None
    without: Sequence[InstrumentedAttribute[Any]] = ()

    def read(self, session: Session) -> list[M]:
        """These rows alone."""
        query = select(self.entity).where(*self.where).order_by(*self.order)
        left_out = (defer(column) for column in self.without)
        return list(session.scalars(query.limit(self.limit).options(*left_out)))


@dataclass(frozen=True, slots=True)
class Together:
    """What ``read_together`` brought."""

    _rows: dict[int, list[Any]] = field(default_factory=dict)

    def of(self, part: Part[M]) -> list[M]:
        """The rows of one of the parts, in its order."""
        return cast("list[M]", self._rows[id(part)])


def read_together(session: Session, *parts: Part[Any]) -> Together:
    """All rows of all parts; one statement."""
    slots = union_all(*(_slots(place, part) for place, part in enumerate(parts))).subquery()
    tables: list[Any] = [part.entity for part in parts]
    entities = [_under_a_name(table, place) for place, table in enumerate(tables)]
    query = select(slots.c.part, *entities).select_from(slots)
    for place, entity in enumerate(entities):
        # The id of another part's row is none here, so that no index is asked for it.
        mine = case((slots.c.part == place, slots.c.id))
        query = query.outerjoin(
            entity, and_(entity.practice_id == slots.c.practice_id, entity.id == mine)
        )
        query = query.options(*(defer(getattr(entity, c.key)) for c in parts[place].without))
    found: list[list[Any]] = [[] for _ in parts]
    for row in session.execute(query.order_by(slots.c.part, slots.c.place)):
        place = row[0]
        found[place].append(row[place + 1])
    return Together({id(part): rows for part, rows in zip(parts, found, strict=True)})


@cache
def _under_a_name(table: Any, _place: int) -> Any:
    """A table under a name of its own: two parts may be of one. Each is made once, and its columns with it:
    that takes longer than the database does for all of them."""
    return aliased(table)


def _slots(place: int, part: Part[Any]) -> Select[Any]:
    """Which rows a part has, and where each stands in it."""
    entity = part.entity
    named = (
        select(
            literal(place).label("part"),
            entity.practice_id,
            entity.id,
            func.row_number().over(order_by=part.order).label("place"),
        )
        .where(*part.where)
        .order_by(*part.order)
        .limit(part.limit)
        .subquery()
    )
    return select(named)
