"""« Accords et aides »: what waits for a decision, the oldest promise first, paged by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, String, Subquery, cast, func, literal, select, tuple_
from sqlalchemy import union_all as union
from sqlalchemy.orm import Session

from backoffice.desks.decision_words import WHAT
from backoffice.desks.people import names_of
from shared.accounts import Account
from shared.aid import AidRequest
from shared.base.formats import money
from shared.base.page_keys import read_key, write_key
from shared.base.vault import KeyRing
from shared.messages import Thread
from shared.plans import Instalment, Plan
from shared.worklist import Task

PAGE = 50
AID = "aid_decide"
DOCUMENTS = "aid_documents"
BEHIND = "plan_behind"
OF_PLANS = frozenset(kind for kind in WHAT if kind.startswith("plan_"))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; empty for « all ». ``late`` for promises whose day is over."""

    what: str = ""
    late: str = ""

    def as_query(self, **changes: str) -> dict[str, str]:
        """The address of this view with some filters changed."""
        now = {"what": self.what, "late": self.late} | changes
        return {name: value for name, value in now.items() if value}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line: what waits (its title), on which account, and by when we promised; ``plan_id`` or
    ``request_id`` is where it is decided."""

    title: str
    sums: str
    number: str
    name: str
    promised_on: date
    plan_id: UUID | None
    request_id: UUID | None


@dataclass(frozen=True, slots=True)
class DecisionList:
    """One page; ``next_key`` leads to the page after it, ``counts`` are by filter."""

    rows: tuple[Waiting, ...]
    next_key: str
    counts: dict[str, int]


def read_decisions(
    session: Session,
    *,
    practice_id: int,
    filters: Filters,
    after: str,
    today: date,
    keys: KeyRing | None,
) -> DecisionList:
    """One page, the oldest promise first. ``keys`` None leaves the names sealed.

    Raises NotFoundError for a page key that is none.
    """
    all_of_it = _all(practice_id).subquery()
    query = select(all_of_it).order_by(all_of_it.c.due_on, all_of_it.c.id).limit(PAGE + 1)
    kinds = [kind for kind, (what, _) in WHAT.items() if what == filters.what]
    if filters.what:
        query = query.where(all_of_it.c.kind.in_(kinds))
    if filters.late:
        query = query.where(all_of_it.c.due_on < today)
    if after:
        due_on, last_id = read_key(after, date.fromisoformat)
        query = query.where(
            tuple_(all_of_it.c.due_on, all_of_it.c.id)
            > tuple_(literal(due_on), literal(last_id, Task.id.type))
        )
    found = session.execute(query).all()
    page = found[:PAGE]
    rows = _rows(session, page, practice_id=practice_id, keys=keys)
    next_key = write_key(page[-1].due_on, page[-1].id) if len(found) > PAGE else ""
    return DecisionList(rows, next_key, _counts(session, all_of_it))


def _all(practice_id: int) -> CompoundSelect[Any]:
    """What waits for us, and documents that wait for the patient."""
    ours = select(Task.id, Task.kind, Task.key, Task.account_id, Task.due_on).where(
        Task.practice_id == practice_id, Task.status == "open", Task.kind.in_(WHAT)
    )
    theirs = (
        select(
            AidRequest.id,
            literal(DOCUMENTS),
            cast(AidRequest.id, String),
            AidRequest.account_id,
            Thread.answer_by,
        )
        .join(
            Thread,
            (Thread.practice_id == AidRequest.practice_id) & (Thread.id == AidRequest.thread_id),
        )
        .where(AidRequest.practice_id == practice_id, AidRequest.status == "documents")
    )
    return union(ours, theirs)


def _counts(session: Session, all_of_it: Subquery) -> dict[str, int]:
    rows = session.execute(select(all_of_it.c.kind, func.count()).group_by(all_of_it.c.kind))
    return {WHAT[kind][0]: count for kind, count in rows}


def _rows(
    session: Session, page: Sequence[Any], *, practice_id: int, keys: KeyRing | None
) -> tuple[Waiting, ...]:
    """Five statements at most."""
    if not page:
        return ()
    ids = {row.account_id for row in page}
    accounts = {
        account.id: account
        for account in session.scalars(
            select(Account).where(Account.practice_id == practice_id, Account.id.in_(ids))
        )
    }
    names = (
        names_of(session, list(accounts.values()), practice_id=practice_id, keys=keys)
        if keys
        else {}
    )
    plan_of = _plans_of(session, page, practice_id)
    sums = _sums(session, set(plan_of.values()), practice_id)
    lines = []
    for row in page:
        plan_id = plan_of.get(row.id)
        account, name = accounts[row.account_id], names.get(row.account_id)
        lines.append(
            Waiting(
                title=WHAT[row.kind][1],
                sums=sums.get(plan_id, "") if plan_id else money(account.balance_cents),
                number=account.number,
                name=name.full if name else "",
                promised_on=row.due_on,
                plan_id=plan_id,
                request_id=UUID(row.key) if row.kind in (AID, DOCUMENTS) else None,
            )
        )
    return tuple(lines)


def _plans_of(session: Session, page: Sequence[Any], practice_id: int) -> dict[UUID, UUID]:
    """The plan that each line is about: its key names it, or one of its dates."""
    named = {row.id: UUID(row.key) for row in page if row.kind in OF_PLANS - {BEHIND}}
    dates = {UUID(row.key): row.id for row in page if row.kind == BEHIND}
    if dates:
        rows = session.execute(
            select(Instalment.id, Instalment.plan_id).where(
                Instalment.practice_id == practice_id, Instalment.id.in_(dates)
            )
        )
        named |= {dates[row.id]: row.plan_id for row in rows}
    return named


def _sums(session: Session, plans: set[UUID], practice_id: int) -> dict[UUID, str]:
    if not plans:
        return {}
    rows = session.execute(
        select(Plan.id, Plan.total_cents, func.count())
        .join(
            Instalment,
            (Instalment.practice_id == Plan.practice_id) & (Instalment.plan_id == Plan.id),
        )
        .where(Plan.practice_id == practice_id, Plan.id.in_(plans))
        .group_by(Plan.id, Plan.total_cents)
    )
    return {
        plan_id: f"{money(cents)} en {count} {'date' if count == 1 else 'dates'}"
        for plan_id, cents, count in rows
    }
