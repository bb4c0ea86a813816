"""The board: columns by the last step, as the worker counted them, and the coming night."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.desks.ladder_rows import NOT_BEGUN, Standing, read_standings
from backoffice.desks.words import CHANNELS, title
from shared.base.formats import day
from shared.base.money import Cents
from shared.base.vault import KeyRing
from shared.ladder import (
    BOARD,
    GOES,
    MESSAGE,
    PAUSED,
    STEP_TITLES,
    TONIGHT,
    WITHHELD_TITLES,
    Foreseen,
    LadderQuiet,
    LadderTotal,
    Step,
    foresee,
    foresee_these,
    night_ahead,
    totals_of,
    whole_policy,
)

ON_PAGE = 50
TABS = {"": "Tout", "goes": "Partent", "held": "Retenus"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``step`` is its name in addresses, ``more`` how many accounts are not shown."""

    step: str
    title: str
    accounts: int
    cents: Cents
    first: tuple[Standing, ...]

    @property
    def more(self) -> int:
        """How many accounts stand here beside those shown."""
        return max(0, self.accounts - len(self.first))


@dataclass(frozen=True, slots=True)
class Line:
    """One account of the coming night, as it would be decided."""

    account: Standing
    step: str
    by: str
    verdict: str
    tone: str
    reason: str


@dataclass(frozen=True, slots=True)
class Night:
    """A page of the coming night. ``counts`` and ``reasons`` are the worker's."""

    on: date
    lines: tuple[Line, ...]
    reached: UUID | None
    counts: dict[str, int]
    reasons: tuple[tuple[str, str, int], ...]
    quiet: LadderQuiet | None

    @property
    def held(self) -> bool:
        """Whether staff have this night decide nothing."""
        return self.quiet is not None and self.quiet.status == "held"


@dataclass(frozen=True, slots=True)
class Board:
    """All that the board shows; ``at`` is when it was counted, None before that."""

    columns: tuple[Column, ...]
    accounts: int
    cents: Cents
    most: Cents
    at: datetime | None
    night: Night


def read_board(
    session: Session, *, practice_id: int, timezone: str, keys: KeyRing | None, at: datetime
) -> Board:
    """The board with the first lines of the coming night; eight statements at most."""
    practice, on, quiet = night_ahead(session, practice_id=practice_id, timezone=timezone, at=at)
    steps = whole_policy(session, practice_id)
    totals = totals_of(session, practice_id=practice_id)
    # who comes first is the worker's to find, what is decided of them is read anew
    ahead = foresee_these(
        session,
        practice=practice,
        steps=steps,
        night=on,
        accounts=[UUID(first) for one in totals if one.about == TONIGHT for first in one.first],
    )
    on_board = [UUID(first) for one in totals if one.about == BOARD for first in one.first]
    known = read_standings(
        session,
        [*on_board, *(row.due.account_id for row in ahead)],
        practice_id=practice_id,
        steps=steps,
        night=on,
        keys=keys,
    )
    columns = _columns(totals, steps, known)
    return Board(
        columns=columns,
        accounts=sum(column.accounts for column in columns),
        cents=sum(column.cents for column in columns),
        most=max((column.cents for column in columns), default=0),
        at=totals[0].at if totals else None,
        night=_night(totals, on, quiet, _lines(ahead, known, steps), reached=None),
    )


def read_night(
    session: Session,
    *,
    practice_id: int,
    timezone: str,
    keys: KeyRing | None,
    tab: str,
    reason: str,
    after: UUID | None,
    at: datetime,
) -> tuple[Night, datetime | None]:
    """A page of the coming night, and when its figures were counted."""
    practice, on, quiet = night_ahead(session, practice_id=practice_id, timezone=timezone, at=at)
    steps = whole_policy(session, practice_id)
    totals = totals_of(session, practice_id=practice_id)
    ahead = foresee(
        session,
        practice=practice,
        steps=steps,
        night=on,
        goes={"goes": True, "held": False}.get(tab),
        reason=reason,
        after=after,
        most=ON_PAGE,
    )
    ids = [row.due.account_id for row in ahead.rows]
    known = read_standings(session, ids, practice_id=practice_id, steps=steps, night=on, keys=keys)
    lines = _lines(ahead.rows, known, steps)
    night = _night(totals, on, quiet, lines, ahead.reached)
    return night, totals[0].at if totals else None


def _columns(
    totals: Sequence[LadderTotal], steps: Sequence[Step], known: dict[UUID, Standing]
) -> tuple[Column, ...]:
    names = {0: ("none", NOT_BEGUN)} | {
        step.position: (step.name, STEP_TITLES[step.name])
        for step in sorted(steps, key=lambda step: step.position)
    }
    counts: Counter[int] = Counter()
    cents: Counter[int] = Counter()
    first: dict[int, list[Standing]] = {}
    for total in totals:
        if total.about != BOARD:
            continue
        key = -1 if total.name == PAUSED else total.position
        counts[key] += total.accounts
        cents[key] += total.cents
        shown = [known[UUID(i)] for i in total.first if UUID(i) in known]
        first.setdefault(key, []).extend(shown)
    # where a version of before stood that the one in force leaves out
    for position in counts:
        if position > 0 and position not in names:
            names[position] = next(
                (name, word)
                for place, (name, word) in enumerate(STEP_TITLES.items(), 1)
                if place == position
            )
    names[-1] = (PAUSED, "En pause")
    return tuple(
        Column(name, word, counts[key], cents[key], tuple(first.get(key, ())))
        for key, (name, word) in sorted(names.items(), key=lambda n: (n[0] < 0, n[0]))
    )


def _night(
    totals: Sequence[LadderTotal],
    on: date,
    quiet: LadderQuiet | None,
    lines: tuple[Line, ...],
    reached: UUID | None,
) -> Night:
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for total in totals:
        if total.about == TONIGHT:
            goes = total.name == GOES
            counts["goes" if goes else "held"] += total.accounts
            counts[""] += total.accounts
            if not goes:
                reasons[total.name] += total.accounts
    return Night(
        on=on,
        lines=lines,
        reached=reached,
        counts=dict(counts),
        reasons=tuple(
            (name, title(WITHHELD_TITLES, name), count) for name, count in reasons.most_common()
        ),
        quiet=quiet,
    )


def _lines(
    rows: Sequence[Foreseen], known: dict[UUID, Standing], steps: Sequence[Step]
) -> tuple[Line, ...]:
    names = {step.position: STEP_TITLES[step.name] for step in steps}
    return tuple(
        _line(row, known[row.due.account_id], names[row.due.position])
        for row in rows
        if row.due.account_id in known
    )


def _line(row: Foreseen, account: Standing, step: str) -> Line:
    facts = row.due.facts
    message = facts.act == MESSAGE
    kind = {"phone": "sms"}.get(row.due.contact_kind or "", row.due.contact_kind or "")
    by = title(CHANNELS, kind) if message and kind else ("–" if message else "tâche")
    if row.withheld is not None:
        reason = title(WITHHELD_TITLES, row.withheld)
        return Line(account, step, by, "Retenu", "warn", reason[:1].upper() + reason[1:])
    last = facts.last_message_on
    told = (
        f"Dernier message le {day(last)}, aucune pause"
        if last
        else "Aucun message avant, aucune pause"
    )
    verdict, tone = ("Part", "go") if message else ("Tâche", "ok")
    return Line(account, step, by, verdict, tone, told)
