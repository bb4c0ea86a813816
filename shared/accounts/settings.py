"""What a practice has set, changed under its lock and told: who, what, from what to what.

The row policies of the back-office want the event before the change: see deploy/postgresql/roles.sql.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from shared.accounts.model import Practice
from shared.accounts.practice_rules import PRACTICE_RULES
from shared.audit import Actor, Happening, TimelineEvent, facts_of, record_many
from shared.base.clock import local_date
from shared.base.errors import ChangedMeanwhileError, NotFoundError
from shared.base.formats import clock_time, day
from shared.base.money import Cents

WAYS = ("iban", "bic", "account_holder", "cheque_order", "desk_takes")
DETAILS = (
    "sender",
    "sms_sender",
    "phone",
    "opening_hours",
    "postal_address",
    "siren",
    "vat_mention",
    "timezone",
)
SETTINGS = (*DETAILS, *WAYS, *(rule.column for rule in PRACTICE_RULES))
_IS_CHANGE = TimelineEvent.kind == literal_column(
    "'practice.settings'"
)  # a literal, for its own index
RAISED_AFTER = timedelta(hours=24)

Changes = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """One change as the timeline tells it: (before, after) by column."""

    at: datetime
    by: str
    changes: Changes


def settings_of(practice: Practice) -> dict[str, Any]:
    """All that is set, by column."""
    return {column: getattr(practice, column) for column in SETTINGS}


def lock_practice(session: Session, practice_id: int) -> Practice:
    """The practice as it is now; who else changes it waits, who only refers to it does not.

    Raises NotFoundError.
    """
    query = select(Practice).where(Practice.id == practice_id).with_for_update(key_share=True)
    practice = session.scalar(query.execution_options(populate_existing=True))
    if practice is None:
        raise NotFoundError("Ce cabinet n’existe pas.")
    return practice


@contextmanager
def changing_settings(
    session: Session, practice: Practice, *, actor: Actor, at: datetime
) -> Iterator[Changes]:
    """Within it columns are set; after it, what differs is told and written, and stands in what it gave."""
    changed: Changes = {}
    with session.no_autoflush:
        before = settings_of(practice)
        yield changed
        after = settings_of(practice)
        changed |= {
            column: (before[column], after[column])
            for column in SETTINGS
            if before[column] != after[column]
        }
        if changed:
            told = {"changes": {column: list(pair) for column, pair in changed.items()}}
            record_many(
                session,
                [Happening(practice.id, None, "practice.settings", told)],
                actor=actor,
                at=at,
            )
    session.flush()


def change_details(practice: Practice, details: Mapping[str, Any]) -> None:
    """Write down what a practice says of itself, by column; checked already (see ``delivery.details``)."""
    for column in DETAILS:
        if column in details:
            setattr(practice, column, details[column])


def mark_of(practice: Practice, columns: Collection[str]) -> str:
    """A short mark of what is set, to see later whether it is still so."""
    values = {column: getattr(practice, column) for column in sorted(columns)}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def refuse_changed(
    session: Session, practice: Practice, *, columns: Collection[str], seen: str
) -> None:
    """Raises ChangedMeanwhileError where what was ``seen`` (see `mark_of`) is not so any more."""
    if seen == mark_of(practice, columns):
        return
    last = next(iter(changes_of(session, practice_id=practice.id, columns=columns, limit=1)), None)
    if last is None:
        raise ChangedMeanwhileError("Cette page a vieilli : relisez-la, puis recommencez.")
    on = day(local_date(last.at, practice.timezone))
    raise ChangedMeanwhileError(
        f"{last.by} a changé ces réglages le {on} à {clock_time(last.at, practice.timezone)} : "
        "rien n’a été écrit. Comparez avec ce qui est en place, puis enregistrez de nouveau."
    )


def changes_of(
    session: Session, *, practice_id: int, columns: Collection[str], limit: int
) -> list[SettingsChange]:
    """The latest changes of some settings, newest first."""
    query = (
        select(TimelineEvent)
        .where(
            TimelineEvent.practice_id == practice_id,
            TimelineEvent.account_id.is_(None),
            _IS_CHANGE,
        )
        .order_by(TimelineEvent.at.desc(), TimelineEvent.id.desc())
    )
    found: list[SettingsChange] = []
    for event in session.scalars(query.execution_options(yield_per=100)):
        changes = {c: p for c, p in _told(event).items() if c in columns}
        if changes:
            found.append(SettingsChange(event.at, event.actor, changes))
        if len(found) == limit:
            break
    return found


def four_eyes_of(session: Session, practice: Practice, *, at: datetime) -> Cents:
    """Most that one person alone gives back now, in cents. A limit that was raised counts a day later, so
    that whoever raises it can't use it unseen; one that was lowered counts at once."""
    query = select(TimelineEvent).where(
        TimelineEvent.practice_id == practice.id,
        TimelineEvent.account_id.is_(None),
        TimelineEvent.at > at - RAISED_AFTER,
        _IS_CHANGE,
    )
    told = (_told(event).get("four_eyes_cents") for event in session.scalars(query))
    return min([practice.four_eyes_cents, *(int(pair[0]) for pair in told if pair)])


def _told(event: TimelineEvent) -> Changes:
    changes = facts_of(event).get("changes", {})
    return {column: (pair[0], pair[1]) for column, pair in changes.items()}
