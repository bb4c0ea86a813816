"""Whether what happened still stands as it was sealed; read as a stream, however much there is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.audit.model import AuditLink, TimelineEvent
from shared.audit.rules import (
    DIGEST_BYTES,
    ENTRY_BYTES,
    GENESIS,
    ID_BYTES,
    Head,
    batch_digest,
    elided_mac,
    link_mac,
    same,
)
from shared.audit.sealing import AS_IT_STANDS, PURPOSE, read_event
from shared.base.vault import KeyRing

EVENTS_AT_ONCE = 2000
LINKS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found; ``flaw`` is the first thing that differs, in one sentence, None when nothing does."""

    practice_id: int
    events: int
    batches: int
    removed: int
    waiting: int
    sealed_at: datetime | None
    head: Head
    flaw: str | None


class _FlawError(Exception):
    """What differs; caught where the whole chain is read."""


Batch = tuple[int, Iterator[tuple[str, bytes]]]


def verify_chain(
    session: Session, *, practice_id: int, keys: KeyRing, kept: Head | None = None
) -> Verified:
    """Read the whole chain of a practice against its events; ``kept`` is a head from outside.

    The session must see one moment of the database (see ``Database.at_one_moment``).
    """
    reader = _Reader(session, practice_id, keys.subkey(PURPOSE).keys, kept)
    flaw = None
    try:
        reader.read()
    except _FlawError as found:
        flaw = str(found)
    waiting = select(func.count()).where(
        TimelineEvent.practice_id == practice_id, TimelineEvent.link_seq.is_(None)
    )
    return Verified(
        practice_id=practice_id,
        events=reader.events,
        batches=reader.batches,
        removed=reader.removed,
        waiting=session.scalar(waiting) or 0,
        sealed_at=reader.sealed_at,
        head=Head(practice_id, reader.batches, reader.mac),
        flaw=flaw,
    )


class _Reader:
    """One walk along a chain, which stops at the first thing that differs."""

    def __init__(
        self, session: Session, practice_id: int, keys: Mapping[str, bytes], kept: Head | None
    ) -> None:
        self._session, self._practice_id, self._keys, self._kept = session, practice_id, keys, kept
        self.events = self.batches = self.removed = 0
        self.sealed_at: datetime | None = None
        self.mac = GENESIS

    def read(self) -> None:
        """Walk. Raises _FlawError with a sentence."""
        batches = self._batches()
        ahead = next(batches, None)
        for link in self._links():
            if link.seq != self.batches + 1:
                raise _FlawError(f"batch {self.batches + 1} is missing")
            if ahead is not None and ahead[0] < link.seq:
                raise _FlawError(f"an event stands in batch {ahead[0]}, which was never sealed")
            self._check_seal(link)
            if ahead is not None and ahead[0] == link.seq:
                self._check_events(link, ahead[1])
                ahead = next(batches, None)
            else:
                self._check_events(link, iter(()))
            self.batches, self.mac, self.sealed_at = link.seq, link.mac, link.at
            self._compare_kept()
        if ahead is not None:
            raise _FlawError(
                f"an event stands in batch {ahead[0]}, but the chain ends with {self.batches}: "
                "its end was cut off"
            )
        if self._kept is not None and self._kept.seq > self.batches:
            raise _FlawError(
                f"the head that was kept names batch {self._kept.seq}, but the chain ends with "
                f"{self.batches}: its end was cut off"
            )

    def _compare_kept(self) -> None:
        kept = self._kept
        if kept is not None and kept.seq == self.batches and not same(self.mac, kept.mac):
            raise _FlawError(f"batch {kept.seq} is not the one of the head that was kept")

    def _links(self) -> Iterator[Any]:
        query = (
            select(*AuditLink.__table__.columns)
            .where(AuditLink.practice_id == self._practice_id)
            .order_by(AuditLink.seq)
        )
        return iter(self._session.execute(query.execution_options(yield_per=LINKS_AT_ONCE)))

    def _batches(self) -> Iterator[Batch]:
        query = (
            select(TimelineEvent.link_seq, *AS_IT_STANDS)
            .where(
                TimelineEvent.practice_id == self._practice_id,
                TimelineEvent.link_seq.is_not(None),
            )
            .order_by(TimelineEvent.link_seq, TimelineEvent.id)
            .execution_options(yield_per=EVENTS_AT_ONCE)
        )
        for seq, rows in groupby(self._session.execute(query), key=lambda row: int(row[0])):
            yield seq, (read_event(self._practice_id, row[1:]) for row in rows)

    def _check_seal(self, link: Any) -> None:
        if not same(link.prev_mac, self.mac):
            raise _FlawError(f"batch {link.seq} does not follow the one before it")
        mac = link_mac(
            self._key(link.key_id, link.seq),
            practice_id=self._practice_id,
            seq=link.seq,
            at=link.at,
            count=link.count,
            digest=link.digest,
            prev_mac=link.prev_mac,
            key_id=link.key_id,
        )
        if not same(link.mac, mac):
            raise _FlawError(f"the seal of batch {link.seq} does not fit what it says")

    def _key(self, key_id: str, seq: int) -> bytes:
        if key_id not in self._keys:
            raise _FlawError(
                f"batch {seq} was sealed with the key {key_id}, which ARDOISE_AUDIT_KEYS does not hold"
            )
        return self._keys[key_id]

    def _check_events(self, link: Any, found: Iterator[tuple[str, bytes]]) -> None:
        if link.elided_at is not None:
            self._check_removed(link, found)
            return
        if len(link.entries) != link.count * ENTRY_BYTES or not same(
            link.digest, batch_digest(link.entries)
        ):
            raise _FlawError(f"the list of events of batch {link.seq} was changed")
        for sealed_id, sealed in _entries(link.entries):
            event_id, digest = next(found, ("", b""))
            if event_id != sealed_id:
                if not event_id or event_id > sealed_id:
                    raise _FlawError(f"event {sealed_id} of batch {link.seq} was deleted")
                raise _FlawError(f"event {event_id} was put into batch {link.seq} afterwards")
            if not same(digest, sealed):
                raise _FlawError(f"event {event_id} of batch {link.seq} was changed")
            self.events += 1
        more = next(found, None)
        if more is not None:
            raise _FlawError(f"event {more[0]} was put into batch {link.seq} afterwards")

    def _check_removed(self, link: Any, found: Iterator[tuple[str, bytes]]) -> None:
        """A batch that was removed for its age; that it was is sealed too."""
        mac = elided_mac(
            self._key(link.elided_key_id or "", link.seq),
            practice_id=self._practice_id,
            seq=link.seq,
            mac=link.mac,
            elided_at=link.elided_at,
            key_id=link.elided_key_id or "",
        )
        if not same(link.elided_mac, mac):
            raise _FlawError(
                f"batch {link.seq} is marked as removed for its age, but not by whom holds the key"
            )
        left = next(found, None)
        if left is not None:
            raise _FlawError(f"event {left[0]} was put into batch {link.seq} afterwards")
        self.removed += link.count


def _entries(entries: bytes) -> Iterator[tuple[str, bytes]]:
    for start in range(0, len(entries), ENTRY_BYTES):
        entry = entries[start : start + ENTRY_BYTES]
        yield entry[:ID_BYTES].hex(), entry[-DIGEST_BYTES:]
