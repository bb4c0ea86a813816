"""Once a day, what has been kept long enough goes: in parts that can be stopped at any moment, counted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.audit import SYSTEM, Actor, AuditLink, elide_batches, record
from shared.base.database import take_turns
from shared.base.vault import KeyRing
from shared.privacy.fading import VICTIMS, count_of, remove
from shared.privacy.model import Retention, RetentionRun
from shared.privacy.periods import PERIODS, check_days, days_of

AT_ONCE = 1000
BATCHES_AT_ONCE = 20
FORESEEN_FOR = timedelta(days=1)
RECORD = "record"


@dataclass(frozen=True, slots=True)
class Fading:
    """A kind that a room above this one has go: how many would (``practice_id``, ``before``), and some of
    them (the same, and ``at``)."""

    count: Callable[..., int]
    remove: Callable[..., int]


Others = Mapping[str, Fading]


def retention_of(session: Session, practice_id: int) -> Retention:
    """A practice's periods; a row that is not kept yet where it has none."""
    known = session.get(Retention, practice_id)
    return known or Retention(practice_id=practice_id, on_since=None, days={})


def _in_turn(session: Session, practice_id: int) -> Retention:
    """The row, for whoever changes it: one at a time. Whoever does has what would go counted anew."""
    take_turns(session, f"retention|{practice_id}")
    known = session.get(Retention, practice_id, populate_existing=True)
    if known is None:
        known = Retention(practice_id=practice_id, on_since=None, days={})
        session.add(known)
    return known


def set_days(
    session: Session, *, practice_id: int, name: str, days: int, actor: Actor, at: datetime
) -> None:
    """Change one period. Raises NotAllowedError."""
    check_days(name, days)
    row = _in_turn(session, practice_id)
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind="privacy.period",
        actor=actor,
        at=at,
        period=name,
        days=days,
    )
    session.flush()  # PostgreSQL's rules want it told before it is so
    row.days = row.days | {name: days}
    row.foreseen_at = None
    session.flush()


def switch(session: Session, *, practice_id: int, on: bool, actor: Actor, at: datetime) -> bool:
    """Have what is due go each day, or no more. Returns whether that is new."""
    row = _in_turn(session, practice_id)
    if (row.on_since is not None) is on:
        return False
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind="privacy.on" if on else "privacy.off",
        actor=actor,
        at=at,
    )
    session.flush()
    row.on_since = at if on else None
    row.foreseen_at = None
    session.flush()
    return True


def preview(session: Session, *, practice_id: int, at: datetime, others: Others) -> dict[str, int]:
    """How many of each kind would go now; only those of which some would."""
    chosen = retention_of(session, practice_id).days
    found = {
        name: count_of(session, name, practice_id=practice_id, before=_before(name, chosen, at))
        for name in VICTIMS
    }
    for name, fading in others.items():
        before = _before(name, chosen, at)
        found[name] = fading.count(session, practice_id=practice_id, before=before)
    found[RECORD] = _old_events(session, practice_id, _before(RECORD, chosen, at))
    return {name: count for name, count in found.items() if count}


def foresee_sweep(session: Session, *, practice_id: int, at: datetime, others: Others) -> bool:
    """Count what would go and keep it for the page, once a day and after each change. Returns whether it was
    counted."""
    known = retention_of(session, practice_id)
    if known.foreseen_at is not None and at - known.foreseen_at < FORESEEN_FOR:
        return False
    row = _in_turn(session, practice_id)
    row.foreseen = preview(session, practice_id=practice_id, at=at, others=others)
    row.foreseen_at = at
    session.flush()
    return True


def last_runs(session: Session, *, practice_id: int, limit: int) -> Sequence[RetentionRun]:
    """The latest nights in which something went, newest first."""
    query = (
        select(RetentionRun)
        .where(RetentionRun.practice_id == practice_id)
        .order_by(RetentionRun.on.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def sweep_part(
    session: Session,
    *,
    practice_id: int,
    today: date,
    keys: KeyRing,
    at: datetime,
    others: Others,
) -> RetentionRun | None:
    """Have one part go of what is due on a day. Returns the day's run, ended when nothing is left; None
    when the practice has not switched it on, or the day's run had ended.

    What went and its count are one transaction: a kill loses neither, and whoever goes on adds to it.
    """
    take_turns(session, f"retention|{practice_id}")
    kept = session.get(Retention, practice_id)
    if kept is None or kept.on_since is None:
        return None
    run = session.get(RetentionRun, (practice_id, today))
    if run is None:
        run = RetentionRun(practice_id=practice_id, on=today, started_at=at, counts={})
        session.add(run)
    elif run.ended_at is not None:
        return None
    for name in PERIODS:
        before = _before(name, kept.days, at)
        if name == RECORD:
            gone = elide_batches(
                session,
                practice_id=practice_id,
                before=before,
                most=BATCHES_AT_ONCE,
                keys=keys,
                at=at,
            )
        elif name in others:
            gone = others[name].remove(session, practice_id=practice_id, before=before, at=at)
        else:
            gone = remove(session, name, practice_id=practice_id, before=before, most=AT_ONCE)
        if gone:
            run.counts = run.counts | {name: run.counts.get(name, 0) + gone}
            session.flush()
            return run
    run.ended_at = at
    if run.counts:
        record(
            session,
            practice_id=practice_id,
            account_id=None,
            kind="privacy.swept",
            actor=SYSTEM,
            at=at,
            counts=dict(run.counts),
        )
    session.flush()
    return run


def _before(name: str, chosen: dict[str, int], at: datetime) -> datetime:
    return at - timedelta(days=days_of(name, chosen))


def _old_events(session: Session, practice_id: int, before: datetime) -> int:
    query = select(func.sum(AuditLink.count)).where(
        AuditLink.practice_id == practice_id,
        AuditLink.at < before,
        AuditLink.elided_at.is_(None),
    )
    return session.scalar(query) or 0
