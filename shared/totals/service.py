"""Counting for the desks: by the worker now and then, by a page where that is too old."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, delete, literal, select, union_all
from sqlalchemy.orm import Session

from shared.base.clock import at_local, local_date
from shared.base.database import has_turn
from shared.totals.model import DeskTotal
from shared.totals.rules import Total, is_fresh

COUNTED = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """Of which practice, and when; ``timezone`` is the practice's."""

    practice_id: int
    at: datetime
    timezone: str

    @property
    def today(self) -> date:
        """The practice's own day."""
        return local_date(self.at, self.timezone)


Query = Callable[[Session, Moment], Mapping[str, Total]]
Counts = Callable[[Moment], Select[str, int]]

SOURCES: dict[str, Query] = {}
COUNTS: dict[str, Counts] = {}


def offer_totals(name: str, query: Query) -> None:
    """Register figures that only the worker counts, known as ``name.key``; called once by the concept
    whose they are."""
    SOURCES[name] = query


def offer_counts(name: str, counts: Counts) -> None:
    """Register numbers, rows of (key, number) known as ``name.key``, that a page may count itself: by an
    index, over what waits for people. All of them together cost one statement."""
    COUNTS[name] = counts


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures by name; what is not there is nothing. ``at`` is when they were counted: None for now, though
    what only the worker counts is then from ``kept_at``, which is None before it ever did."""

    by_name: Mapping[str, Total]
    at: datetime | None
    kept_at: datetime | None

    @property
    def known(self) -> bool:
        """Whether the worker ever counted."""
        return self.kept_at is not None

    def __getitem__(self, name: str) -> Total:
        return self.by_name.get(name, Total())

    def of(self, source: str) -> dict[str, Total]:
        """What one source counted, by key."""
        start = f"{source}."
        return {
            name.removeprefix(start): total
            for name, total in self.by_name.items()
            if name.startswith(start)
        }


def count_now(session: Session, moment: Moment, *, at_once: bool = False) -> dict[str, Total]:
    """The truth, by name; of all figures, or of those that a page may count. Zeros are left out."""
    parts = [
        select(literal(name).label("name"), *counts(moment).subquery().c)
        for name, counts in COUNTS.items()
    ]
    counted = {
        f"{name}.{key}": Total(number)
        for name, key, number in (session.execute(union_all(*parts)) if parts else ())
    }
    if not at_once:
        for name, query in SOURCES.items():
            counted |= {f"{name}.{key}": total for key, total in query(session, moment).items()}
    return {name: total for name, total in counted.items() if total != Total()}


def keep_totals(session: Session, moment: Moment) -> int:
    """Count anew and write what has changed. Returns how many figures had; 0 while another worker counts."""
    if not has_turn(session, f"desk totals|{moment.practice_id}"):
        return 0
    now = count_now(session, moment)
    rows = {row.name: row for row in session.scalars(_rows_of(moment.practice_id))}
    gone = [name for name in rows if name and name not in now]
    changed = 0
    for name, total in now.items():
        row = rows.get(name)
        if row is None or (row.count, row.cents) != (total.count, total.cents):
            changed += 1
            _write(session, row, name, total, moment)
    if gone:
        session.execute(
            delete(DeskTotal).where(
                DeskTotal.practice_id == moment.practice_id, DeskTotal.name.in_(gone)
            )
        )
    _write(session, rows.get(COUNTED), COUNTED, Total(len(now)), moment)
    session.flush()
    return changed + len(gone)


def totals_of(session: Session, moment: Moment, *, acted_at: datetime | None) -> Totals:
    """What the worker counted; what may be counted at once is, where that is too old for whoever
    looks and did something at ``acted_at``, and where there is not too much of it."""
    rows = {row.name: row for row in session.scalars(_rows_of(moment.practice_id))}
    counted = rows.pop(COUNTED, None)
    kept_at = counted.at if counted is not None else None
    kept = {name: Total(row.count, row.cents) for name, row in rows.items()}
    asked = tuple(f"{name}." for name in COUNTS)
    fresh = is_fresh(
        kept_at,
        waiting=sum(total.count for name, total in kept.items() if name.startswith(asked)),
        acted_at=acted_at,
        day_began=at_local(moment.today, 0, 0, moment.timezone),
        now=moment.at,
    )
    if fresh:
        return Totals(kept, kept_at, kept_at)
    rest = {name: total for name, total in kept.items() if not name.startswith(asked)}
    return Totals(rest | count_now(session, moment, at_once=True), None, kept_at)


def _rows_of(practice_id: int) -> Select[DeskTotal]:
    return select(DeskTotal).where(DeskTotal.practice_id == practice_id)


def _write(
    session: Session, row: DeskTotal | None, name: str, total: Total, moment: Moment
) -> None:
    if row is None:
        row = DeskTotal(practice_id=moment.practice_id, name=name)
        session.add(row)
    row.count, row.cents, row.at = total.count, total.cents, moment.at
