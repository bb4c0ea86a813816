"""Recording what happens, and the only way to change a status."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from shared.audit.model import TimelineEvent
from shared.base.ids import new_id
from shared.base.states import StateMachine


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: ``kind`` is patient, staff, system, import or processor; ``name`` says which one."""

    kind: str
    name: str


SYSTEM = Actor("system", "ardoise")
PATIENT = Actor("patient", "portal")
PROCESSOR = Actor("processor", "processor")


class HasStatus(Protocol):
    """A row whose status is ruled by a state machine."""

    practice_id: Any
    id: Any
    status: Any


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a bulk recording."""

    practice_id: int
    account_id: UUID | None
    kind: str
    facts: dict[str, Any]


def record(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID | None,
    kind: str,
    actor: Actor,
    at: datetime,
    **facts: Any,
) -> None:
    """Write one timeline event. ``facts`` are plain values and never sealed content."""
    session.add(
        TimelineEvent(
            practice_id=practice_id,
            account_id=account_id,
            at=at,
            actor_kind=actor.kind,
            actor=actor.name,
            kind=kind,
            facts=facts,
        )
    )


def record_many(
    session: Session, happenings: Iterable[Happening], *, actor: Actor, at: datetime
) -> None:
    """Write many timeline events with one statement."""
    rows = [
        {
            "practice_id": h.practice_id,
            "id": new_id(),
            "account_id": h.account_id,
            "at": at,
            "actor_kind": actor.kind,
            "actor": actor.name,
            "kind": h.kind,
            "facts": h.facts,
        }
        for h in happenings
    ]
    if rows:
        session.execute(insert(TimelineEvent), rows)


def advance(
    session: Session,
    row: HasStatus,
    machine: StateMachine,
    event: str,
    *,
    account_id: UUID | None,
    actor: Actor,
    at: datetime,
    **facts: Any,
) -> None:
    """Move ``row`` along its machine's edge for ``event`` and write who and when beside it.

    Raises NotAllowedError when the machine has no such edge. There is no way around it.
    """
    before = row.status
    row.status = machine.after(before, event)
    record(
        session,
        practice_id=row.practice_id,
        account_id=account_id,
        kind=f"{machine.name}.{event}",
        actor=actor,
        at=at,
        id=str(row.id),
        **facts,
    )


def advance_many(
    session: Session,
    table: type[Any],
    machine: StateMachine,
    event: str,
    *,
    practice_id: int,
    before: str,
    rows: Sequence[tuple[UUID, UUID]],
    actor: Actor,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    **values: Any,
) -> None:
    """Move many rows of ``table`` along one edge: (row id, account id) each, all now ``before``.

    ``values`` are written with the status, ``facts`` with each event. Raises NotAllowedError when
    there is no such edge.
    """
    after = machine.after(before, event)
    session.execute(
        update(table)
        .where(
            table.practice_id == practice_id,
            table.status == before,
            table.id.in_([row_id for row_id, _ in rows]),
        )
        .values(status=after, **values)
    )
    record_many(
        session,
        [
            Happening(
                practice_id,
                account_id,
                f"{machine.name}.{event}",
                {"id": str(row_id), **(facts or {})},
            )
            for row_id, account_id in rows
        ],
        actor=actor,
        at=at,
    )


def timeline_of(
    session: Session, *, practice_id: int, account_id: UUID, limit: int = 200
) -> list[TimelineEvent]:
    """The latest events of an account, newest first."""
    query = (
        select(TimelineEvent)
        .where(TimelineEvent.practice_id == practice_id, TimelineEvent.account_id == account_id)
        .order_by(TimelineEvent.at.desc(), TimelineEvent.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def events_of_nobody(
    session: Session, *, practice_id: int, kinds: Collection[str], by: Actor | None, since: datetime
) -> list[TimelineEvent]:
    """Events of some kinds that are about no account, newest first; those that one actor told, or by
    anybody."""
    query = (
        select(TimelineEvent)
        .where(
            TimelineEvent.practice_id == practice_id,
            TimelineEvent.account_id.is_(None),
            TimelineEvent.at >= since,
            TimelineEvent.kind.in_(kinds),
        )
        .order_by(TimelineEvent.at.desc(), TimelineEvent.id.desc())
    )
    if by is not None:
        query = query.where(TimelineEvent.actor_kind == by.kind, TimelineEvent.actor == by.name)
    return list(session.scalars(query))


def facts_of(event: TimelineEvent) -> dict[str, Any]:
    """The facts of an event; none where what stands there is no list of named values."""
    facts: object = event.facts
    return facts if isinstance(facts, dict) else {}
