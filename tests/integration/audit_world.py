"""A record of what happened, sealed; and what somebody does to it who owns the tables."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from ardoise.sealing import seal_record
from shared.audit import PATIENT, AuditLink, Head, TimelineEvent, Verified, record, verify_chain
from shared.audit import head_of as end_of
from shared.base.ids import new_id
from shared.base.vault import KeyRing
from tests.world import World

BATCH = 4
BATCHES = 5
GUARDS = {
    "postgresql": tuple(
        f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in ("timeline_event", "audit_link")
    ),
    "sqlite": (
        *(f"DROP TRIGGER timeline_event_refuses_{act}" for act in ("insert", "update", "delete")),
        *(f"DROP TRIGGER audit_link_refuses_{act}" for act in ("update", "delete")),
    ),
}


def happen(world: World, count: int, *, practice_id: int | None = None) -> None:
    """Things happen."""
    number = practice_id or world.practice_id
    with world.database.unit_of_work(number) as work:
        for place in range(count):
            record(
                work.session,
                practice_id=number,
                account_id=None,
                kind="practice.rules",
                actor=PATIENT,
                at=world.clock.now() + timedelta(milliseconds=place),
                place=place,
                word="déjà vu",
            )
        work.commit()


def sealed_world(url: str) -> World:
    """Five batches of four events; the caller has set that a batch holds four."""
    world = World(url)
    happen(world, BATCH * BATCHES - verified(world).waiting)
    seal_record(world.house, world.practice_id)
    return world


def verified(world: World, *, kept: Head | None = None, keys: KeyRing | None = None) -> Verified:
    """What `ardoise audit verify` finds."""
    with world.database.at_one_moment(world.practice_id) as session:
        return verify_chain(
            session,
            practice_id=world.practice_id,
            keys=keys or world.settings.audits(),
            kept=kept,
        )


def head_of(world: World) -> Head:
    """Where the chain ends."""
    with world.database.reading(world.practice_id) as session:
        return end_of(session, practice_id=world.practice_id)


def events(world: World) -> list[TimelineEvent]:
    """Everything that happened, in the order in which it was sealed."""
    query = select(TimelineEvent).where(TimelineEvent.practice_id == world.practice_id)
    with world.database.reading(world.practice_id) as session:
        return list(session.scalars(query.order_by(TimelineEvent.link_seq, TimelineEvent.id)))


@contextmanager
def in_wrong_hands(world: World) -> Iterator[Session]:
    """A transaction in which the guards are gone. Nothing of it stays."""
    with world.database.unit_of_work() as work:
        for guard in GUARDS[world.database.engine.dialect.name]:
            work.session.execute(text(guard))
        yield work.session


def flaw_of(session: Session, world: World, kept: Head | None = None) -> str | None:
    """What is found out in the same transaction."""
    return verify_chain(
        session, practice_id=world.practice_id, keys=world.settings.audits(), kept=kept
    ).flaw


Tampering = Callable[[Session, TimelineEvent, int], str]


def deletes(session: Session, event: TimelineEvent, _other: int) -> str:
    session.execute(delete(TimelineEvent).where(TimelineEvent.id == event.id))
    return f"event {event.id.hex} of batch {event.link_seq} was deleted"


def inserts(session: Session, event: TimelineEvent, _other: int) -> str:
    made = new_id()
    row = {column.name: getattr(event, column.name) for column in TimelineEvent.__table__.columns}
    session.execute(insert(TimelineEvent).values(**(row | {"id": made})))
    return f"event {made.hex} was put into batch {event.link_seq} afterwards"


def changes(session: Session, event: TimelineEvent, _other: int) -> str:
    session.execute(
        update(TimelineEvent).where(TimelineEvent.id == event.id).values(actor="somebody else")
    )
    return f"event {event.id.hex} of batch {event.link_seq} was changed"


def moves(session: Session, event: TimelineEvent, other: int) -> str:
    """An event goes into another batch."""
    session.execute(
        update(TimelineEvent).where(TimelineEvent.id == event.id).values(link_seq=other)
    )
    if other < (event.link_seq or 0):
        return f"event {event.id.hex} was put into batch {other} afterwards"
    return f"event {event.id.hex} of batch {event.link_seq} was deleted"


def swaps(session: Session, event: TimelineEvent, other: int) -> str:
    """Two batches change places, their events with them."""
    away = BATCHES + 1000
    for table, column in ((AuditLink, AuditLink.seq), (TimelineEvent, TimelineEvent.link_seq)):
        for before, after in ((event.link_seq, away), (other, event.link_seq), (away, other)):
            session.execute(update(table).where(column == before).values({column.key: after}))
    return f"batch {min(event.link_seq or 0, other)} does not follow the one before it"


def drops(session: Session, event: TimelineEvent, _other: int) -> str:
    """A whole batch goes, its seal with it."""
    session.execute(delete(TimelineEvent).where(TimelineEvent.link_seq == event.link_seq))
    session.execute(delete(AuditLink).where(AuditLink.seq == event.link_seq))
    if event.link_seq == BATCHES:
        return (
            f"the head that was kept names batch {BATCHES}, but the chain ends with "
            f"{BATCHES - 1}: its end was cut off"
        )
    return f"batch {event.link_seq} is missing"


def forgets(session: Session, event: TimelineEvent, _other: int) -> str:
    """A batch goes as if it had been removed for its age."""
    session.execute(
        update(AuditLink)
        .where(AuditLink.seq == event.link_seq)
        .values(
            elided_at=AuditLink.at,
            elided_mac=AuditLink.mac,
            elided_key_id=AuditLink.key_id,
            entries=b"",
        )
    )
    session.execute(delete(TimelineEvent).where(TimelineEvent.link_seq == event.link_seq))
    return f"batch {event.link_seq} is marked as removed for its age, but not by whom holds the key"


def relists(session: Session, event: TimelineEvent, _other: int) -> str:
    """An event goes, and is taken off the list of its batch."""
    session.execute(delete(TimelineEvent).where(TimelineEvent.id == event.id))
    link = session.get_one(AuditLink, (event.practice_id, event.link_seq))
    place = link.entries.index(event.id.bytes)
    link.entries = link.entries[:place] + link.entries[place + 48 :]
    session.flush()
    return f"the list of events of batch {event.link_seq} was changed"


KINDS: tuple[Tampering, ...] = (
    deletes,
    inserts,
    changes,
    moves,
    swaps,
    drops,
    forgets,
    relists,
)
