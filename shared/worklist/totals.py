"""What the desks count of the worklist."""

from sqlalchemy import Select, and_, func, select, union_all

from shared.totals import Moment, offer_counts
from shared.worklist.listing import IS_OPEN, stands_later
from shared.worklist.model import Task

TASKS = "tasks"
NOBODYS, LATER = ":nobody", ":later"


def _tasks(moment: Moment) -> Select[str, int]:
    """By kind: what waits; with NOBODYS what of it is of no account; with LATER what is put off."""
    later, homeless = stands_later(moment.today), Task.account_id.is_(None)
    counted = (
        select(
            Task.kind,
            func.count().filter(~later).label("waiting"),
            func.count().filter(and_(~later, homeless)).label("nobodys"),
            func.count().filter(later).label("later"),
        )
        .where(Task.practice_id == moment.practice_id, IS_OPEN)
        .group_by(Task.kind)
        .cte()
    )
    keyed = union_all(
        select(counted.c.kind.label("key"), counted.c.waiting),
        select(counted.c.kind.concat(NOBODYS), counted.c.nobodys),
        select(counted.c.kind.concat(LATER), counted.c.later),
    ).subquery()
    return select(keyed.c.key, keyed.c.waiting)


offer_counts(TASKS, _tasks)
