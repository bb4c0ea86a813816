"""Sentences that must always be true of the database, each with the query that finds who breaks it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session


@dataclass(frozen=True, slots=True, eq=False)
class Invariant:
    """``violations`` selects the identifiers of the rows for which ``sentence`` is not true."""

    name: str
    sentence: str
    violations: Select[Any]


@dataclass(frozen=True, slots=True)
class Breach:
    """An invariant that does not hold: how many rows break it, and a few of them."""

    invariant: Invariant
    count: int
    examples: tuple[str, ...]


def find_breaches(session: Session, invariants: Sequence[Invariant]) -> list[Breach]:
    """Run every invariant; the empty list is what one wants to see."""
    breaches = []
    for invariant in invariants:
        count = session.scalar(_counting(invariant)) or 0
        if count:
            rows = session.execute(invariant.violations.limit(3)).all()
            breaches.append(Breach(invariant, count, tuple(str(row[0]) for row in rows)))
    return breaches


@cache
def _counting(invariant: Invariant) -> Select[int]:
    return select(func.count()).select_from(invariant.violations.subquery())


def names_row(
    text: InstrumentedAttribute[str] | ColumnElement[str],
    row: InstrumentedAttribute[UUID] | ColumnElement[Any],
    *,
    begin: str = "",
) -> ColumnElement[bool]:
    """Whether a text is ``begin`` and this row's name, which databases write with or without hyphens."""
    return func.replace(text, "-", "") == begin + func.replace(cast(row, String), "-", "")
