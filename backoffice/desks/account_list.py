"""The list of accounts: filtered by address, paged by key, each row with its step and its why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from backoffice.desks.account_rows import Row, rows_of
from shared.accounts import LISTED, Account, Hold
from shared.base.page_keys import cents_of, read_key, write_key
from shared.base.vault import KeyRing
from shared.ladder import DOOR, PAUSE, LadderCycle, Step, by_reason, by_step, has_pause
from shared.totals import Totals

PAGE = 50
NO_STEP = "none"
ANY = "any"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; empty for « all »."""

    state: str = ""
    step: str = ""
    held: str = ""
    language: str = ""

    def as_query(self, **changes: str) -> dict[str, str]:
        """The address of this view with some filters changed."""
        now = {"state": self.state, "step": self.step, "held": self.held, "language": self.language}
        return {name: value for name, value in (now | changes).items() if value}


@dataclass(frozen=True, slots=True)
class AccountList:
    """One page; ``next_key`` leads to the page after it."""

    rows: tuple[Row, ...]
    next_key: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open conversations stand at each step, and how many accounts each reason keeps back; ``at``
    is when the worker counted, None before it ever did."""

    by_step: dict[str, int]
    by_reason: dict[str, int]
    at: datetime | None


def read_list(
    session: Session,
    *,
    practice_id: int,
    filters: Filters,
    after: str,
    steps: Sequence[Step],
    keys: KeyRing | None,
) -> AccountList:
    """One page, the largest sum first. ``keys`` None leaves the names sealed.

    Raises NotFoundError for a page key that is none.
    """
    query = (
        select(Account, LadderCycle.position, LadderCycle.withheld)
        .outerjoin(LadderCycle, _open_cycle())
        .where(
            Account.practice_id == practice_id,
            Account.status.in_(LISTED),
            *_conditions(filters, steps),
        )
        .order_by(Account.balance_cents.desc(), Account.id.desc())
        .limit(PAGE + 1)
    )
    if after:
        balance, last_id = read_key(after, cents_of)
        query = query.where(
            tuple_(Account.balance_cents, Account.id)
            < tuple_(balance, literal(last_id, Account.id.type))
        )
    found = [(row[0], row[1], row[2]) for row in session.execute(query)]
    page = found[:PAGE]
    rows = rows_of(session, page, practice_id=practice_id, steps=steps, keys=keys)
    more = len(found) > PAGE
    return AccountList(rows, write_key(page[-1][0].balance_cents, page[-1][0].id) if more else "")


def counts_of(totals: Totals, *, steps: Sequence[Step]) -> Counts:
    """The figures beside the filters, as the worker counted them: of each, what the filter shows when
    chosen alone."""
    names = {step.position: step.name for step in steps} | {0: NO_STEP}
    steps_now = dict.fromkeys([NO_STEP, *(step.name for step in steps)], 0)
    for position, count in by_step(totals).items():
        if position in names:
            steps_now[names[position]] += count
    return Counts(steps_now, by_reason(totals), totals.kept_at)


def _open_cycle() -> ColumnElement[bool]:
    return and_(
        LadderCycle.practice_id == Account.practice_id,
        LadderCycle.account_id == Account.id,
        LadderCycle.status == "open",
    )


def _conditions(filters: Filters, steps: Sequence[Step]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.state == "owing":
        conditions.append(Account.balance_cents > 0)
    elif filters.state == "settled":
        conditions.append(Account.balance_cents <= 0)
    if filters.language:
        conditions.append(Account.language == filters.language)
    if filters.step == NO_STEP:
        conditions.append(LadderCycle.position == 0)
    elif filters.step:
        positions = [step.position for step in steps if step.name == filters.step]
        conditions.append(LadderCycle.position.in_(positions))
    if filters.held:
        conditions.append(_is_held(filters.held))
    return conditions


def _is_held(reason: str) -> ColumnElement[bool]:
    """Kept back for this reason: the last night said so, or the next one will."""
    closed = Account.door_closed_at.is_not(None)
    if reason == ANY:
        return or_(LadderCycle.withheld.is_not(None), has_pause(), closed)
    said = LadderCycle.withheld == reason
    if reason == DOOR:
        return or_(said, closed)
    kind = reason.removeprefix(PAUSE)
    return said if kind == reason else or_(said, has_pause(Hold.kind == kind))
