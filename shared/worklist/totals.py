"""What the desks count of the worklist."""

from sqlalchemy.orm import Session

from shared.totals import Moment, Total, offer_totals
from shared.worklist.listing import count_tasks, promises_kept

TASKS, PROMISES = "tasks", "promises"
NOBODYS, LATER = ":nobody", ":later"


def _tasks(session: Session, moment: Moment) -> dict[str, Total]:
    """By kind: what waits; with NOBODYS what of it is of no account; with LATER what is put off."""
    counts = count_tasks(session, practice_id=moment.practice_id, today=moment.today)
    return {
        f"{kind}{which}": Total(number)
        for kind, count in counts.items()
        for which, number in (
            ("", count.waiting),
            (NOBODYS, count.homeless),
            (LATER, count.later),
        )
    }


def _promises(session: Session, moment: Moment) -> dict[str, Total]:
    """Of what patients were promised: all that was due, how much was answered in time, what is overdue."""
    found = promises_kept(session, practice_id=moment.practice_id, today=moment.today, at=moment.at)
    return {
        "all": Total(found.answered + found.overdue),
        "kept": Total(found.in_time),
        "overdue": Total(found.overdue),
    }


offer_totals(TASKS, _tasks, at_once=True)
offer_totals(PROMISES, _promises)
