"""The list of threads: filtered by address, paged by key, the oldest promise first.

Open is what waits for our answer, and what was answered and has waited in vain for the patient until the
day that staff chose: that is derived here each time, no clock moves anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from backoffice.desks.inbox_rows import Row, read_rows
from backoffice.desks.inbox_words import FILTERS
from shared.base.clock import local_date
from shared.base.errors import NotFoundError
from shared.base.page_keys import instant_of, read_key, write_key
from shared.base.vault import KeyRing
from shared.messages import (
    IS_ANSWERED,
    MOST_COUNTED,
    Thread,
    back_with_us,
    open_thread_ids,
    waiting_for_us,
)
from shared.staff import SignedIn

PAGE = 40
IS_CLOSED = Thread.status == text("'closed'")


@dataclass(frozen=True, slots=True)
class ThreadList:
    """One page; ``next_key`` leads to the page after it."""

    view: str
    rows: tuple[Row, ...]
    next_key: str


def view_of(typed: str) -> str:
    """The list that an address asks for. Raises NotFoundError."""
    if typed not in FILTERS:
        raise NotFoundError("Cette liste n’existe pas : choisissez-en une au-dessus.")
    return typed


def read_list(
    session: Session, *, who: SignedIn, view: str, after: str, keys: KeyRing, at: datetime
) -> ThreadList:
    """One page of a list. Raises NotFoundError for a page key that is none."""
    today = local_date(at, who.timezone)
    is_open = view in ("", "mine", "nobody")
    picked = (_open if is_open else _by_move)(who, view, today, after).subquery()
    found = read_rows(session, Thread.id.in_(select(picked.c.id)), who, keys, at)
    if is_open:
        found.sort(key=lambda one: (_due(one.thread), one.thread.id))
    else:
        found.sort(key=lambda one: (one.thread.moved_at, one.thread.id), reverse=True)
    page = found[:PAGE]
    more = _key_of(page[-1].thread, is_open=is_open) if len(found) > PAGE else ""
    return ThreadList(view, tuple(one.row for one in page), more)


def _key_of(thread: Thread, *, is_open: bool) -> str:
    return write_key(_due(thread) if is_open else thread.moved_at, thread.id)


def _due(thread: Thread) -> date:
    """The day by which something is to be done with an open thread."""
    if thread.status == "waiting" or thread.awaits_until is None:
        return thread.answer_by
    return thread.awaits_until


def read_counts(session: Session, *, who: SignedIn, at: datetime) -> dict[str, str]:
    """How many stand in each list, one statement; none is counted further than a thousand."""
    today = local_date(at, who.timezone)
    views = {
        "": open_thread_ids(who.practice_id, today),
        "mine": open_thread_ids(who.practice_id, today, Thread.assigned_to == who.user_id),
        "nobody": open_thread_ids(who.practice_id, today, Thread.assigned_to.is_(None)),
        "patient": select(Thread.id).where(*_awaiting(who.practice_id, today)),
        "closed": select(Thread.id).where(Thread.practice_id == who.practice_id, IS_CLOSED),
    }
    counts = (
        select(func.count())
        .select_from(ids.limit(MOST_COUNTED).subquery())
        .scalar_subquery()
        .label(view or "all")
        for view, ids in views.items()
    )
    row = session.execute(select(*counts)).one()
    return {view: _said(count) for view, count in zip(views, row, strict=True)}


def _said(count: int) -> str:
    return str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


def _awaiting(practice_id: int, today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Thread.practice_id == practice_id,
        IS_ANSWERED,
        or_(Thread.awaits_until.is_(None), Thread.awaits_until > today),
    )


def _open(who: SignedIn, view: str, today: date, after: str) -> Select[Any]:
    """Of both kinds of what is open a page each, by their own index; of these the first."""
    more: list[ColumnElement[bool]] = []
    if view == "mine":
        more.append(Thread.assigned_to == who.user_id)
    elif view == "nobody":
        more.append(Thread.assigned_to.is_(None))
    key = read_key(after, date.fromisoformat) if after else None
    parts = []
    for due, conditions in (
        (Thread.answer_by, waiting_for_us(who.practice_id)),
        (Thread.awaits_until, back_with_us(who.practice_id, today)),
    ):
        part = select(Thread.id, due.label("due")).where(*conditions, *more)
        if key is not None:
            last = (literal(key[0], Thread.answer_by.type), literal(key[1], Thread.id.type))
            part = part.where(tuple_(due, Thread.id) > tuple_(*last))
        parts.append(part.order_by(due, Thread.id).limit(PAGE + 1).subquery().select())
    both = union_all(*parts).subquery()
    return select(both.c.id, both.c.due).order_by(both.c.due, both.c.id).limit(PAGE + 1)


def _by_move(who: SignedIn, view: str, today: date, after: str) -> Select[Any]:
    """What moved last first."""
    conditions: Sequence[ColumnElement[bool]] = (
        _awaiting(who.practice_id, today)
        if view == "patient"
        else (and_(Thread.practice_id == who.practice_id, IS_CLOSED),)
    )
    query: Any = select(Thread.id, Thread.moved_at).where(*conditions)
    if after:
        moved_at, last_id = read_key(after, instant_of)
        last = (literal(moved_at, Thread.moved_at.type), literal(last_id, Thread.id.type))
        query = query.where(tuple_(Thread.moved_at, Thread.id) < tuple_(*last))
    latest: Select[Any] = query.order_by(Thread.moved_at.desc(), Thread.id.desc()).limit(PAGE + 1)
    return latest
