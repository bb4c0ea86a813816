"""What every part of one import needs, and what it counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.audit import Actor
from shared.base.money import Cents
from shared.base.vault import BlindIndex, KeyRing
from shared.billing import RowProblem, Source
from shared.imports import Fate

# Rows are read, locked and written by this many, so that memory stays flat.
CHUNK = 400

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RemainderChange:
    """An invoice whose remainder the practice's software states anew, in cents."""

    number: str
    row: int
    before_cents: Cents
    after_cents: Cents


@dataclass(slots=True)
class Tally:
    """What an import did, in counts, and the invoices that staff may want to look at; ``fates`` tells of
    each that is new, changed, back or missing."""

    counts: Counter[str] = field(default_factory=Counter)
    changes: list[RemainderChange] = field(default_factory=list)
    absent: list[tuple[str, Cents]] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)


@dataclass(slots=True)
class Problems:
    """What is wrong in the rows: what the reader found, then what is already known speaks against.

    ``titles`` gives the file's own title of each field.
    """

    titles: Mapping[str, str]
    found: list[RowProblem]

    def refuse(self, row: int, field: str, reason: str) -> None:
        """Nothing can be imported before this is mended."""
        self.found.append(RowProblem(row, self.titles.get(field, ""), reason))

    def note(self, row: int, reason: str) -> None:
        """Worth a look, and no obstacle."""
        self.found.append(RowProblem(row, "", reason, blocking=False))

    @property
    def are_blocking(self) -> bool:
        """Whether anything speaks against the import."""
        return any(problem.blocking for problem in self.found)

    @property
    def refused_rows(self) -> frozenset[int]:
        """The numbers of the rows that something speaks against."""
        return frozenset(problem.row for problem in self.found if problem.blocking)


@dataclass(frozen=True, slots=True)
class Run:
    """One import under way, inside its one transaction.

    ``tells_disputes`` says that the file has a column for them.
    """

    id: UUID
    session: Session
    practice: Practice
    source: Source
    keys: KeyRing
    index: BlindIndex
    at: datetime
    today: date
    tells_disputes: bool
    problems: Problems
    tally: Tally = field(default_factory=Tally)

    @property
    def actor(self) -> Actor:
        """Who acts: the import of one source."""
        return Actor("import", self.source.name)


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """The items, CHUNK at a time."""
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
