"""Sealing what happened, batch after batch, with a key that the database does not hold."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, type_coerce, update
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from shared.audit.model import AuditLink, TimelineEvent
from shared.audit.rules import (
    GENESIS,
    Head,
    batch_digest,
    elided_mac,
    event_digest,
    facts_text,
    id_text,
    instant_text,
    link_mac,
)
from shared.base.database import take_turns
from shared.base.vault import KeyRing

BATCH = 1000
PURPOSE = "audit-chain"

# As the database hands them out, so that a row that was tampered with is read and named, not stumbled over.
AS_IT_STANDS: tuple[Any, ...] = tuple(
    type_coerce(column, NullType())
    for column in (
        TimelineEvent.id,
        TimelineEvent.account_id,
        TimelineEvent.at,
        TimelineEvent.actor_kind,
        TimelineEvent.actor,
        TimelineEvent.kind,
        TimelineEvent.facts,
    )
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """How far a practice's record is sealed; ``at`` None before the first batch."""

    at: datetime | None
    batches: int


def seal_events(session: Session, *, practice_id: int, keys: KeyRing, at: datetime) -> int:
    """Seal the next batch of what is not sealed yet. Returns how many events; 0 when none waits.

    Ids don't come in order from several processes, and a transaction may end long after it wrote, so
    that a batch takes whatever waits, not what follows the last one. Two workers take turns here.
    """
    take_turns(session, f"audit|{practice_id}")
    last = head_of(session, practice_id=practice_id)
    seq = last.seq + 1
    waiting = (
        select(TimelineEvent.id)
        .where(TimelineEvent.practice_id == practice_id, TimelineEvent.link_seq.is_(None))
        .order_by(TimelineEvent.id)
        .limit(BATCH)
    )
    rows = session.execute(
        update(TimelineEvent)
        .where(TimelineEvent.practice_id == practice_id, TimelineEvent.id.in_(waiting))
        .values(link_seq=seq)
        .returning(*AS_IT_STANDS)
        .execution_options(synchronize_session=False)
    ).all()
    if not rows:
        return 0
    found = sorted(read_event(practice_id, row) for row in rows)
    entries = b"".join(bytes.fromhex(event_id) + digest for event_id, digest in found)
    digest = batch_digest(entries)
    ring = keys.subkey(PURPOSE)
    mac = link_mac(
        ring.keys[ring.current],
        practice_id=practice_id,
        seq=seq,
        at=at,
        count=len(found),
        digest=digest,
        prev_mac=last.mac,
        key_id=ring.current,
    )
    session.add(
        AuditLink(
            practice_id=practice_id,
            seq=seq,
            at=at,
            count=len(found),
            entries=entries,
            digest=digest,
            prev_mac=last.mac,
            mac=mac,
            key_id=ring.current,
        )
    )
    session.flush()
    return len(found)


def read_event(practice_id: int, row: Any) -> tuple[str, bytes]:
    """An event's id, and the digest of what ``AS_IT_STANDS`` read of it."""
    event_id, account_id, at, actor_kind, actor, kind, facts = row
    name = id_text(event_id)
    return name, event_digest(
        practice_id=practice_id,
        event_id=name,
        account_id=id_text(account_id),
        at=instant_text(at),
        actor_kind=str(actor_kind),
        actor=str(actor),
        kind=str(kind),
        facts=facts_text(facts),
    )


def head_of(session: Session, *, practice_id: int) -> Head:
    """Where the chain ends; batch 0 before the first one."""
    last = session.execute(
        select(AuditLink.seq, AuditLink.mac)
        .where(AuditLink.practice_id == practice_id)
        .order_by(AuditLink.seq.desc())
        .limit(1)
    ).first()
    return Head(practice_id, last.seq, last.mac) if last else Head(practice_id, 0, GENESIS)


def sealed_until(session: Session, *, practice_id: int) -> Sealed:
    """When the last batch was sealed, and which one it was."""
    last = session.execute(
        select(AuditLink.at, AuditLink.seq)
        .where(AuditLink.practice_id == practice_id)
        .order_by(AuditLink.seq.desc())
        .limit(1)
    ).first()
    return Sealed(last.at, last.seq) if last else Sealed(None, 0)


def elide_batches(
    session: Session, *, practice_id: int, before: datetime, most: int, keys: KeyRing, at: datetime
) -> int:
    """Remove the events of whole batches in which nothing is younger than ``before``; their seals stay,
    with one more that says so. At most ``most`` batches. Returns how many events went."""
    take_turns(session, f"audit|{practice_id}")
    ring = keys.subkey(PURPOSE)
    count = 0
    for link in session.scalars(_old_batches(practice_id, before).limit(most)).all():
        link.elided_at = at
        link.elided_key_id = ring.current
        link.elided_mac = elided_mac(
            ring.keys[ring.current],
            practice_id=practice_id,
            seq=link.seq,
            mac=link.mac,
            elided_at=at,
            key_id=ring.current,
        )
        link.entries = b""
        session.flush()
        session.execute(
            delete(TimelineEvent)
            .where(TimelineEvent.practice_id == practice_id, TimelineEvent.link_seq == link.seq)
            .execution_options(synchronize_session=False)
        )
        count += link.count
    return count


def _old_batches(practice_id: int, before: datetime) -> Select[AuditLink]:
    younger = (
        select(TimelineEvent.id)
        .where(
            TimelineEvent.practice_id == AuditLink.practice_id,
            TimelineEvent.link_seq == AuditLink.seq,
            TimelineEvent.at >= before,
        )
        .exists()
    )
    return (
        select(AuditLink)
        .where(
            AuditLink.practice_id == practice_id,
            AuditLink.at < before,
            AuditLink.elided_at.is_(None),
            ~younger,
        )
        .order_by(AuditLink.seq)
    )
