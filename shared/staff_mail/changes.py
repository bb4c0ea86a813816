"""A person is told by mail what was done with what lets them in.

Nobody asks for these mails: the worker reads them off the timeline. The database lets credentials be changed
beside such an event alone (`deploy/postgresql/roles.sql`), so whoever changes them can't keep the mail back.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from shared.audit import SYSTEM, TimelineEvent
from shared.staff import StaffUser
from shared.staff_mail.model import StaffMail
from shared.staff_mail.rules import (
    DAY,
    KEPT,
    LOOKED_AT,
    MOST_TOLD_A_DAY,
    TOLD,
    TOLD_WITHIN,
    told_by,
)


@dataclass(frozen=True, slots=True)
class Change:
    """What was done with one person's access at one instant: ``kind`` of the mail, and the event."""

    user_id: UUID
    at: datetime
    kind: str
    event_id: UUID


def untold_changes(session: Session, *, practice_id: int, at: datetime) -> list[Change]:
    """What nobody was told of yet; nothing in the usual look."""
    rows = session.execute(
        select(TimelineEvent.id, TimelineEvent.kind, TimelineEvent.at, TimelineEvent.facts)
        .where(
            TimelineEvent.practice_id == practice_id,
            TimelineEvent.account_id.is_(None),
            TimelineEvent.at > at - TOLD_WITHIN,
            TimelineEvent.kind.in_(sorted(LOOKED_AT)),
        )
        .order_by(TimelineEvent.at, TimelineEvent.id)
    )
    deeds: dict[tuple[UUID, datetime], dict[str, UUID]] = defaultdict(dict)
    for event_id, kind, when, facts in rows:
        user_id = _user_of(facts)
        if user_id is not None:
            deeds[user_id, when].setdefault(kind, event_id)
    changes = []
    for (user_id, when), events in deeds.items():
        mail, kind = told_by(events)
        changes.append(Change(user_id, when, mail, events[kind]))
    return _not_known(session, practice_id, changes) if changes else []


def plan_changes(session: Session, changes: list[Change], *, practice_id: int, at: datetime) -> int:
    """Plan a mail for each, to people who are there; who has just begun knows what they enrolled.
    Returns how many."""
    users = {one.user_id for one in changes}
    people = {
        row.id: row
        for row in session.execute(
            select(StaffUser.id, StaffUser.name, StaffUser.created_at).where(
                StaffUser.id.in_(users)
            )
        )
    }
    counted = select(StaffMail.user_id, func.count()).where(
        StaffMail.user_id.in_(users), StaffMail.kind.in_(TOLD), StaffMail.made_at > at - DAY
    )
    rows = session.execute(counted.group_by(StaffMail.user_id))
    told = Counter(dict(rows.all()))
    planned = 0
    for one in changes:
        person = people.get(one.user_id)
        if person is None or person.created_at == one.at or told[one.user_id] >= MOST_TOLD_A_DAY:
            continue
        told[one.user_id] += 1
        planned += 1
        session.add(
            StaffMail(
                practice_id=practice_id,
                kind=one.kind,
                status="planned",
                user_id=one.user_id,
                cause_id=one.event_id,
                name=person.name,
                made_name=SYSTEM.name,
                made_at=one.at,
                not_before=at,
                tries=0,
                times=0,
            )
        )
    session.flush()
    return planned


def forget_mails(session: Session, *, practice_id: int, at: datetime) -> int:
    """What went out a month ago is no longer listed; the timeline keeps that it did."""
    gone = delete(StaffMail).where(
        StaffMail.practice_id == practice_id,
        StaffMail.made_at <= at - KEPT,
        StaffMail.status.not_in(("planned", "claimed")),
    )
    return len(session.execute(gone.returning(StaffMail.id)).all())


def _user_of(facts: object) -> UUID | None:
    """Whose access an event is about; None where that stands there in no way that we write it."""
    try:
        return UUID(str(facts["user"])) if isinstance(facts, dict) else None
    except (KeyError, ValueError):
        return None


def _not_known(session: Session, practice_id: int, changes: list[Change]) -> list[Change]:
    known = set(
        session.scalars(
            select(StaffMail.cause_id).where(
                StaffMail.practice_id == practice_id,
                StaffMail.cause_id.in_([one.event_id for one in changes]),
            )
        )
    )
    return [one for one in changes if one.event_id not in known]
