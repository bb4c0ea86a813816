"""What was promised to whoever wrote: an answer by a day. Kept or not, and told once where it was not."""

from datetime import date, datetime, timedelta

from sqlalchemy import case, func, or_, select, text, update
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.audit import SYSTEM, Happening, record_many
from shared.base.clock import local_date
from shared.messages.model import Thread, ThreadPromise
from shared.messages.rules import is_kept
from shared.totals import Moment, Total, offer_totals

AT_ONCE = 500
PROMISES = "promises"
OVER = timedelta(days=30)
IS_WAITING = Thread.status == text("'waiting'")


def end_promise(session: Session, thread: Thread, *, at: datetime) -> None:
    """An answer is given, or none is needed: the promise of a thread that waited has ended."""
    if thread.status != "waiting":
        return
    zone = session.get_one(Practice, thread.practice_id).timezone
    session.add(
        ThreadPromise(
            practice_id=thread.practice_id,
            account_id=thread.account_id,
            thread_id=thread.id,
            answer_by=thread.answer_by,
            kept=is_kept(thread.answer_by, ended_on=local_date(at, zone)),
            ended_at=at,
        )
    )


def note_broken(session: Session, *, practice_id: int, today: date, at: datetime) -> int:
    """Tell once, on each account's timeline, that a promised day has passed. Returns of how many."""
    late = (
        select(Thread.id)
        .where(
            Thread.practice_id == practice_id,
            IS_WAITING,
            Thread.answer_by < today,
            or_(Thread.broken_for.is_(None), Thread.broken_for != Thread.answer_by),
        )
        .limit(AT_ONCE)
    )
    noted = session.execute(
        update(Thread)
        .where(Thread.practice_id == practice_id, Thread.id.in_(late), IS_WAITING)
        .values(broken_for=Thread.answer_by)
        .returning(Thread.account_id, Thread.id, Thread.subject, Thread.answer_by)
        .execution_options(synchronize_session=False)
    ).all()
    record_many(
        session,
        [
            Happening(
                practice_id,
                row.account_id,
                "thread.promise_broken",
                {"id": str(row.id), "subject": row.subject, "answer_by": row.answer_by.isoformat()},
            )
            for row in noted
        ],
        actor=SYSTEM,
        at=at,
    )
    return len(noted)


def _kept(session: Session, moment: Moment) -> dict[str, Total]:
    """Of the promises of thirty days: all that ended or is late, how many were kept, how many are late and
    wait still. One statement, by indexes."""
    late = (
        select(func.count())
        .select_from(Thread)
        .where(
            Thread.practice_id == moment.practice_id, IS_WAITING, Thread.answer_by < moment.today
        )
        .scalar_subquery()
    )
    row = session.execute(
        select(func.count(), func.sum(case((ThreadPromise.kept, 1), else_=0)), late).where(
            ThreadPromise.practice_id == moment.practice_id,
            ThreadPromise.ended_at >= moment.at - OVER,
        )
    ).one()
    ended, kept, waiting = int(row[0]), int(row[1] or 0), int(row[2] or 0)
    return {"all": Total(ended + waiting), "kept": Total(kept), "overdue": Total(waiting)}


offer_totals(PROMISES, _kept)
