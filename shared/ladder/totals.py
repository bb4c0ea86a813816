"""How many accounts stand where and what they owe, counted by the worker for the board.

A practice may have a million accounts: no page counts them. The worker does, with statements over the
whole practice, and says when.
"""

from bisect import insort
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, insert, literal, select
from sqlalchemy.orm import Session

from shared.accounts import Account, Hold, Practice
from shared.audit import TimelineEvent
from shared.base.database import UtcDateTime
from shared.base.ids import new_id
from shared.ladder.board_model import LadderBulk, LadderTotal
from shared.ladder.due import due_steps
from shared.ladder.model import LadderCycle, LadderDraft, LadderSegment
from shared.ladder.rules import GOES, ORDINARY, PAUSED, Step, decide, steps_of
from shared.ladder.service import whole_policy

BOARD, TONIGHT, DRAFT = "board", "tonight", "draft"
FIRST, AHEAD = 3, 8


def count_ladder(
    session: Session,
    *,
    practice: Practice,
    night: date,
    draft: Sequence[Step] = (),
    at: datetime,
) -> None:
    """Count anew: who stands where, what the coming ``night`` decides, and what it would by ``draft``."""
    steps = whole_policy(session, practice.id)
    rows = [
        *_board(session, practice.id),
        *_night(session, TONIGHT, practice, steps, night),
        *_night(session, DRAFT, practice, draft, night),
    ]
    session.execute(delete(LadderTotal).where(LadderTotal.practice_id == practice.id))
    if not rows:
        rows = [_row(BOARD, 0, ORDINARY, "", 0, 0)]
    session.execute(
        insert(LadderTotal),
        [{"practice_id": practice.id, "id": new_id(), "at": at} | row for row in rows],
    )


def totals_of(session: Session, *, practice_id: int) -> list[LadderTotal]:
    """What was counted last; a few dozen rows at most, none before the worker has counted at all."""
    query = select(LadderTotal).where(LadderTotal.practice_id == practice_id)
    return list(session.scalars(query.order_by(LadderTotal.position, LadderTotal.name)))


def is_count_due(session: Session, *, practice_id: int, at: datetime, often: timedelta) -> bool:
    """Whether the last count is old, or anything has happened since to an account, to the draft, or by an act
    on many accounts: the rows of the coming night are read anew, so that its figures must not stay behind."""
    last = session.scalar(
        select(func.max(LadderTotal.at, type_=UtcDateTime())).where(
            LadderTotal.practice_id == practice_id
        )
    )
    if last is None or at - last >= often:
        return True
    happened = session.scalar(
        select(TimelineEvent.id)
        .where(
            TimelineEvent.practice_id == practice_id,
            TimelineEvent.at > last,
            TimelineEvent.account_id.is_not(None),
        )
        .limit(1)
    )
    if happened is not None:
        return True
    saved = session.scalar(
        select(LadderDraft.saved_at).where(LadderDraft.practice_id == practice_id)
    )
    acted = session.scalar(
        select(func.max(LadderBulk.ended_at, type_=UtcDateTime())).where(
            LadderBulk.practice_id == practice_id
        )
    )
    return any(moment is not None and moment > last for moment in (saved, acted))


def is_paused() -> ColumnElement[bool]:
    """Of an account in an outer statement: a pause keeps the whole of it back."""
    return (
        exists()
        .where(
            Hold.practice_id == Account.practice_id,
            Hold.account_id == Account.id,
            Hold.status == "active",
            Hold.invoice_id.is_(None),
        )
        .correlate(Account)
    )


def open_cycle() -> ColumnElement[bool]:
    """How a running conversation belongs to its account."""
    return and_(
        LadderCycle.practice_id == Account.practice_id,
        LadderCycle.account_id == Account.id,
        LadderCycle.status == "open",
    )


def _row(
    about: str, position: int, segment: str, name: str, count: int, cents: int
) -> dict[str, Any]:
    return {
        "about": about,
        "position": position,
        "segment": segment,
        "name": name,
        "accounts": count,
        "cents": cents,
        "first": [],
    }


def _board(session: Session, practice_id: int) -> list[dict[str, Any]]:
    where = case((is_paused(), literal(PAUSED)), else_=literal(""))
    segment = func.coalesce(LadderSegment.segment, ORDINARY)
    stands = (
        select(
            LadderCycle.position.label("position"),
            segment.label("segment"),
            where.label("name"),
            Account.balance_cents.label("cents"),
        )
        .join(LadderCycle, open_cycle())
        .outerjoin(
            LadderSegment,
            and_(
                LadderSegment.practice_id == Account.practice_id,
                LadderSegment.account_id == Account.id,
            ),
        )
        .where(Account.practice_id == practice_id)
        .subquery()
    )
    keys = (stands.c.position, stands.c.segment, stands.c.name)
    query = select(*keys, func.count(), func.sum(stands.c.cents)).group_by(*keys)
    rows = [
        _row(BOARD, position, of, name, count, int(cents))
        for position, of, name, count, cents in session.execute(query)
    ]
    _with_first(session, practice_id, rows)
    return rows


def _with_first(session: Session, practice_id: int, rows: list[dict[str, Any]]) -> None:
    """Of each column of the board, its largest sums; kept on the first of the column's rows."""
    seen: set[tuple[int, str]] = set()
    for row in rows:
        column = (-1, PAUSED) if row["name"] == PAUSED else (row["position"], "")
        if column in seen:
            continue
        seen.add(column)
        here = is_paused() if column[1] else and_(LadderCycle.position == column[0], ~is_paused())
        found = session.scalars(
            select(Account.id)
            .join(LadderCycle, open_cycle())
            .where(Account.practice_id == practice_id, here)
            .order_by(Account.balance_cents.desc(), Account.id.desc())
            .limit(FIRST)
        )
        row["first"] = [str(account_id) for account_id in found]


def _night(
    session: Session, about: str, practice: Practice, steps: Sequence[Step], night: date
) -> Iterator[dict[str, Any]]:
    """What a night would decide, by step and reason: the night's own statement and its own rules; with the
    first few accounts of all, in the order in which the night is shown."""
    if not steps:
        return
    counts: dict[tuple[int, str], tuple[int, int]] = {}
    ahead: list[tuple[UUID, tuple[int, str]]] = []
    for due in due_steps(session, practice=practice, steps=steps, today=night):
        decision = decide(due.facts, today=night, fresh_days=practice.source_fresh_days)
        key = (due.position, decision.withheld or GOES)
        count, cents = counts.get(key, (0, 0))
        counts[key] = (count + 1, cents + due.balance_cents)
        insort(ahead, (due.account_id, key))
        del ahead[AHEAD:]
    for key, (count, cents) in counts.items():
        row = _row(about, key[0], ORDINARY, key[1], count, cents)
        row["first"] = [str(account_id) for account_id, its_key in ahead if its_key == key]
        yield row


def by_next_step(totals: Sequence[LadderTotal], steps: Sequence[Step]) -> dict[int, int]:
    """How many running conversations have which step before them, by these steps; 0 for none."""
    found: dict[int, int] = {}
    for total in totals:
        if total.about == BOARD and total.accounts:
            own = steps_of(steps, total.segment)
            coming = next((s.position for s in own if s.position > total.position), 0)
            found[coming] = found.get(coming, 0) + total.accounts
    return found
