"""Work of no account that is over: what it was about, how it ended, by whom; and what banks still ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from backoffice.desks.check_words import ELSEWHERE, GONE, MACHINES, NOT_DONE
from backoffice.desks.checks import CheckShown, checks_of
from backoffice.desks.words import ACTORS, title
from shared.audit import TimelineEvent, events_of_nobody, facts_of
from shared.base.clock import local_date
from shared.base.money import Cents
from shared.reversals import CONTESTED, nobodys_disputes_under_way
from shared.worklist import REASONS, Task, homeless_ended, last_ended

ENDED_FOR = timedelta(days=30)
MOST_ENDED = 20


@dataclass(frozen=True, slots=True)
class CheckEnded:
    """What was about so much, and how it ended: ``state`` with its ``tone``, by whom and ``why``."""

    about: CheckShown
    at: datetime
    by: str
    state: str
    tone: str
    why: str


@dataclass(frozen=True, slots=True)
class BankAsks:
    """A dispute of a payment of nobody known that somebody has looked at while the bank still waits;
    ``until`` is None where the bank named no day, ``taken_cents`` what it has already."""

    cents: Cents
    taken_cents: Cents
    until: date | None
    reference: str
    looked_by: str
    looked_at: datetime


def read_ended(session: Session, *, practice_id: int, at: datetime) -> list[CheckEnded]:
    """What was done lately, the latest first."""
    tasks = homeless_ended(
        session, practice_id=practice_id, since=at - ENDED_FOR, most=MOST_ENDED, but=ELSEWHERE
    )
    if not tasks:
        return []
    events = events_of_nobody(
        session,
        practice_id=practice_id,
        kinds=("task.done", "task.vanished"),
        by=None,
        since=min(task.closed_at or at for task in tasks),
    )
    told = checks_of(session, tasks, practice_id=practice_id)
    return [
        _ended(task, about, event)
        for task, about in zip(tasks, told, strict=True)
        if (event := _event_of(events, task)) is not None
    ]


def read_banks(session: Session, *, practice_id: int, timezone: str) -> list[BankAsks]:
    """What banks still wait for although nobody is reminded of it, the first day first."""
    asked = nobodys_disputes_under_way(session, practice_id=practice_id)
    looked_at = last_ended(
        session, CONTESTED, practice_id=practice_id, keys=[str(one.id) for one in asked]
    )
    found = [
        BankAsks(
            cents=one.amount_cents,
            taken_cents=one.taken_cents,
            until=local_date(one.respond_by, timezone) if one.respond_by else None,
            reference=one.processor_ref,
            looked_by=title(MACHINES, task.closed_by or ""),
            looked_at=task.closed_at,
        )
        for one in asked
        if (task := looked_at.get(str(one.id))) is not None and task.closed_at is not None
    ]
    return sorted(found, key=lambda one: (one.until or date.max, one.looked_at))


def _event_of(events: Sequence[TimelineEvent], task: Task) -> TimelineEvent | None:
    return next((e for e in events if facts_of(e).get("id") == str(task.id)), None)


def _ended(task: Task, about: CheckShown, event: TimelineEvent) -> CheckEnded:
    gone = event.kind == "task.vanished"
    state, tone = ("Fait", "ok")
    if gone:
        state, tone = "N’est plus à faire", ""
    elif task.kind in NOT_DONE:
        state, tone = NOT_DONE[task.kind], "err"
    reason = REASONS.get(str(facts_of(event).get("reason")), "")
    return CheckEnded(
        about=about,
        at=event.at,
        by=event.actor if event.actor_kind == "staff" else title(ACTORS, event.actor_kind),
        state=state,
        tone=tone,
        why=GONE.get(task.kind, "") if gone else reason,
    )
