"""« Aujourd’hui »: everything that waits for a person, the oldest promise first, in bands of days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.people import names_of
from backoffice.desks.promises import kept_share
from backoffice.desks.rail import by_kind_of, put_off_of
from backoffice.desks.today_briefs import briefs_of
from backoffice.desks.today_mine import KINDS_OF_TALK, MINE
from backoffice.desks.today_words import WHAT, WHAT_OF_KIND, band_of
from shared.accounts import Account
from shared.base.money import Cents
from shared.base.vault import KeyRing
from shared.totals import Totals
from shared.worklist import GROUPS, KINDS, PUT_OFF_REASONS, Task, is_put_off, list_tasks

LATER = "later"


@dataclass(frozen=True, slots=True)
class RowShown:
    """One piece of work. ``account`` is its number, ``name`` empty for roles that see none; ``put_off``
    says by whom and why, while it is."""

    id: UUID
    kind: str
    title: str
    group: str
    what: str
    tone: str
    due_on: date
    comes_on: date
    account: str
    name: str
    brief: str
    owed_cents: Cents | None
    act: str
    permission: str
    put_off: str


@dataclass(frozen=True, slots=True)
class FilterShown:
    """A filter with what it would show; ``key`` stands in the address, empty for all."""

    key: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class TodayPage:
    """One page; ``whole`` when it shows all that there is, so that its bands can be counted."""

    bands: tuple[tuple[str, tuple[RowShown, ...]], ...]
    next_key: str
    whole: bool


def filters_of(totals: Totals, mine: int) -> list[FilterShown]:
    """The filters that lead somewhere: all, each group in which something waits, what is assigned to
    whoever looks (``mine``), what is put off."""
    by_group = dict.fromkeys(GROUPS, 0)
    for kind, count in by_kind_of(totals).items():
        by_group[KINDS[kind].way.group] += count
    shown = [FilterShown("", "Tout", sum(by_group.values()))]
    shown += [FilterShown(key, GROUPS[key], count) for key, count in by_group.items() if count]
    return [
        *shown,
        FilterShown(MINE, "À moi", mine),
        FilterShown(LATER, "Reportées", put_off_of(totals)),
    ]


def read_today(
    session: Session,
    *,
    practice_id: int,
    show: str,
    mine: Collection[str],
    after: str,
    today: date,
    keys: KeyRing | None,
) -> TodayPage:
    """One page of what a filter shows; ``mine`` is what one's own tasks are known by. ``keys`` None leaves
    the names sealed.

    Raises NotFoundError for a page key that is none.
    """
    kinds = None
    if show in GROUPS:
        kinds = [k.name for k in KINDS.values() if k.way.group == show]
    elif show == MINE:
        kinds = list(KINDS_OF_TALK)
    page = list_tasks(
        session,
        practice_id=practice_id,
        today=today,
        kinds=kinds,
        keys=mine if show == MINE else None,
        put_off=show == LATER,
        after=after,
    )
    rows = rows_of(session, page.tasks, practice_id=practice_id, today=today, keys=keys)
    bands = groupby(rows, key=lambda row: band_of(row.comes_on, today=today))
    return TodayPage(
        tuple((band, tuple(its_rows)) for band, its_rows in bands),
        page.next_key,
        whole=not after and not page.next_key,
    )


def rows_of(
    session: Session,
    tasks: Sequence[Task],
    *,
    practice_id: int,
    today: date,
    keys: KeyRing | None,
) -> list[RowShown]:
    """Rows for tasks, in their order; five statements at most, however many there are."""
    wanted = {task.account_id for task in tasks if task.account_id is not None}
    query = select(Account).where(Account.practice_id == practice_id, Account.id.in_(wanted))
    accounts = {account.id: account for account in session.scalars(query)} if wanted else {}
    names = {}
    if keys is not None:
        names = names_of(session, list(accounts.values()), practice_id=practice_id, keys=keys)
    briefs = briefs_of(session, tasks, practice_id=practice_id, accounts=accounts, keys=keys)
    rows = []
    for task in tasks:
        kind = KINDS.get(task.kind)
        if kind is None:
            continue  # of a newer version, while an older one still answers
        account = accounts.get(task.account_id) if task.account_id is not None else None
        what, tone = WHAT_OF_KIND.get(kind.name, WHAT[kind.way.group])
        rows.append(
            RowShown(
                id=task.id,
                kind=kind.name,
                title=kind.title,
                group=kind.way.group,
                what=what,
                tone=tone,
                due_on=task.due_on,
                comes_on=task.comes_on,
                account=account.number if account else "",
                name=names[account.id].full if account and account.id in names else "",
                brief=briefs.get(task.id, kind.title),
                owed_cents=account.balance_cents if account else None,
                act=kind.way.act,
                permission=kind.way.permission,
                put_off=_put_off(task, today),
            )
        )
    return rows


def _put_off(task: Task, today: date) -> str:
    if task.later_by is None:
        return ""
    why = PUT_OFF_REASONS.get(task.later_reason or "", "")
    state = "Reporté" if is_put_off(task, today=today) else "Revenu, reporté"
    return f"{state} par {task.later_by} : {why}"


@dataclass(frozen=True, slots=True)
class DayReceived:
    """What came on one day."""

    day: date
    count: int
    cents: Cents


@dataclass(frozen=True, slots=True)
class Beside:
    """The figures beside the list; None where nothing was counted that could be said."""

    night: tuple[int, int, int] | None
    week: tuple[DayReceived, ...]
    promises: tuple[int, int, int] | None
    kept: int | None
    counted_at: datetime | None

    @property
    def most_cents(self) -> Cents:
        """The largest day."""
        return max((one.cents for one in self.week), default=0)


def read_beside(totals: Totals, *, days: Sequence[date]) -> Beside:
    """From the totals that the worker keeps, and nothing else."""
    night = None
    if totals["night.ran"].count:
        night = (
            totals["night.planned"].count,
            totals["night.asked"].count,
            totals["night.withheld"].count,
        )
    every = totals["promises.all"].count
    received = {day: totals[f"received.{day.isoformat()}"] for day in days}
    week = tuple(DayReceived(day, one.count, one.cents) for day, one in received.items())
    return Beside(
        night=night,
        week=week if totals.known else (),
        promises=(every, totals["promises.kept"].count, totals["promises.overdue"].count)
        if every
        else None,
        kept=kept_share(totals),
        counted_at=totals.at,
    )
