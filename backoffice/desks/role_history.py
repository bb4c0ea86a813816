"""What became of a practice's roles: who made, changed or deleted which, and which rights came and went."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.role_words import SAID
from shared.audit import TimelineEvent, facts_of

SHOWN = 12
_WHAT = {
    "staff_role.made": "créé",
    "staff_role.changed": "changé",
    "staff_role.deleted": "supprimé",
}


@dataclass(frozen=True, slots=True)
class RoleChange:
    """One change of a role; ``added`` and ``removed`` are what it let one do."""

    at: datetime
    by: str
    title: str
    was: str
    what: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


def role_changes(session: Session, *, practice_id: int) -> list[RoleChange]:
    """The latest changes of roles, newest first."""
    query = (
        select(TimelineEvent)
        .where(
            TimelineEvent.practice_id == practice_id,
            TimelineEvent.account_id.is_(None),
            TimelineEvent.kind.in_(_WHAT),
        )
        .order_by(TimelineEvent.at.desc(), TimelineEvent.id.desc())
        .limit(SHOWN)
    )
    return [_change(event) for event in session.scalars(query)]


def _change(event: TimelineEvent) -> RoleChange:
    facts = facts_of(event)
    made = facts.get("permissions", []) if event.kind == "staff_role.made" else []
    title, was = str(facts.get("title", "")), str(facts.get("was", ""))
    return RoleChange(
        at=event.at,
        by=event.actor,
        title=title,
        was=was if was != title else "",
        what=_WHAT[event.kind],
        added=tuple(SAID.get(one, one) for one in (*made, *facts.get("added", []))),
        removed=tuple(SAID.get(one, one) for one in facts.get("removed", [])),
    )
