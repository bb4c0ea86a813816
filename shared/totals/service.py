"""Counting for the desks: by the worker now and then, by a page where that is too old."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from shared.base.clock import at_local, local_date
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


@dataclass(frozen=True, slots=True)
class Source:
    """A concept's figures. ``at_once`` when a page may count them itself: one statement, by an index,
    over what waits for people."""

    query: Query
    at_once: bool


SOURCES: dict[str, Source] = {}


def offer_totals(name: str, query: Query, *, at_once: bool = False) -> None:
    """Register figures, known as ``name.key``; called once by the concept that counts them."""
    SOURCES[name] = Source(query, at_once)


Figure = Callable[[Moment], Select[int]]
FIGURES: dict[str, Figure] = {}


def offer_figure(name: str, figure: Figure) -> None:
    """Register one count that a page may ask for itself, by an index, over what waits for people; all such
    counts together cost one statement."""
    FIGURES[name] = figure


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures by name; what is not there is nothing. ``at`` is when they were counted: None for now."""

    by_name: Mapping[str, Total]
    at: datetime | None
    known: bool

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
    """The truth, by name; of all sources, or of those that a page may ask. Zeros are left out."""
    counted = {
        f"{name}.{key}": total
        for name, source in SOURCES.items()
        if source.at_once or not at_once
        for key, total in source.query(session, moment).items()
    }
    if FIGURES:
        asked = (figure(moment).scalar_subquery() for figure in FIGURES.values())
        numbers = session.execute(select(*asked)).one()
        counted |= {n: Total(number or 0) for n, number in zip(FIGURES, numbers, strict=True)}
    return {name: total for name, total in counted.items() if total != Total()}


def keep_totals(session: Session, moment: Moment) -> int:
    """Count anew and write what has changed. Returns how many figures had."""
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
    looks and did something at ``acted_at``."""
    rows = {row.name: row for row in session.scalars(_rows_of(moment.practice_id))}
    counted = rows.pop(COUNTED, None)
    kept = {name: Total(row.count, row.cents) for name, row in rows.items()}
    fresh = is_fresh(
        counted.at if counted else None,
        acted_at=acted_at,
        day_began=at_local(moment.today, 0, 0, moment.timezone),
        now=moment.at,
    )
    if fresh and counted is not None:
        return Totals(kept, counted.at, known=True)
    asked = {f"{name}." for name, source in SOURCES.items() if source.at_once}
    rest = {n: t for n, t in kept.items() if not n.startswith(tuple(asked)) and n not in FIGURES}
    return Totals(rest | count_now(session, moment, at_once=True), None, known=counted is not None)


def _rows_of(practice_id: int) -> Select[DeskTotal]:
    return select(DeskTotal).where(DeskTotal.practice_id == practice_id)


def _write(
    session: Session, row: DeskTotal | None, name: str, total: Total, moment: Moment
) -> None:
    if row is None:
        row = DeskTotal(practice_id=moment.practice_id, name=name)
        session.add(row)
    row.count, row.cents, row.at = total.count, total.cents, moment.at
