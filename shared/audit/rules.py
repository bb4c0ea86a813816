"""How what happened is sealed: the digest of an event, of a batch, and the seal that ties batches.

Pure functions over plain values. Changing any of them makes every seal of before invalid.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from shared.base.errors import NotAllowedError

GENESIS = bytes(32)  # what the first batch of a practice follows
ID_BYTES = 16
DIGEST_BYTES = 32
ENTRY_BYTES = ID_BYTES + DIGEST_BYTES


@dataclass(frozen=True, slots=True)
class Head:
    """Where a practice's chain ends: kept outside the database, it shows whether an end was cut off."""

    practice_id: int
    seq: int
    mac: bytes

    def __str__(self) -> str:
        return f"{self.practice_id}:{self.seq}:{self.mac.hex()}"

    @classmethod
    def read(cls, text: str) -> "Head":
        """What ``str`` wrote. Raises NotAllowedError for anything else."""
        practice_id, _, rest = text.strip().partition(":")
        seq, _, mac = rest.partition(":")
        try:
            head = cls(int(practice_id), int(seq), bytes.fromhex(mac))
        except ValueError:
            head = cls(0, 0, b"")
        if head.seq < 0 or len(head.mac) != DIGEST_BYTES:
            raise NotAllowedError(
                "A head is written as `ardoise audit head` prints it: practice, batch and seal, "
                "with colons between."
            )
        return head


def instant_text(value: object) -> str:
    """An instant as it is sealed, whatever a database hands out for it; what is none, as it stands."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return f"not an instant: {value}"
    if not isinstance(value, datetime):
        return f"not an instant: {value!r}"
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")


def id_text(value: object) -> str:
    """An id in 32 letters, whatever a database hands out for it; empty for none."""
    if value is None:
        return ""
    return value.hex if isinstance(value, UUID) else str(value).replace("-", "").lower()


def facts_text(value: object) -> str:
    """Facts as they are sealed: by meaning, not by the spaces between; what is no JSON, as it stands."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return f"not JSON: {value}"
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def event_digest(
    *,
    practice_id: int,
    event_id: str,
    account_id: str,
    at: str,
    actor_kind: str,
    actor: str,
    kind: str,
    facts: str,
) -> bytes:
    """SHA-256 of everything that an event says."""
    said = [practice_id, event_id, account_id, at, actor_kind, actor, kind, facts]
    return hashlib.sha256(_canonical("ardoise event 1", said)).digest()


def batch_digest(entries: bytes) -> bytes:
    """SHA-256 of a batch's ids and digests."""
    return hashlib.sha256(entries).digest()


def link_mac(
    key: bytes,
    *,
    practice_id: int,
    seq: int,
    at: datetime,
    count: int,
    digest: bytes,
    prev_mac: bytes,
    key_id: str,
) -> bytes:
    """The seal of a batch, which names the one before it."""
    said = [practice_id, seq, instant_text(at), count, digest.hex(), prev_mac.hex(), key_id]
    return hmac.new(key, _canonical("ardoise audit link 1", said), hashlib.sha256).digest()


def elided_mac(
    key: bytes, *, practice_id: int, seq: int, mac: bytes, elided_at: datetime, key_id: str
) -> bytes:
    """The seal that says that a batch's events were removed for their age, and by whom it could be said."""
    said = [practice_id, seq, mac.hex(), instant_text(elided_at), key_id]
    return hmac.new(key, _canonical("ardoise audit elided 1", said), hashlib.sha256).digest()


def same(one: bytes | None, other: bytes) -> bool:
    """Whether two seals are equal."""
    return one is not None and hmac.compare_digest(one, other)


def _canonical(purpose: str, said: list[object]) -> bytes:
    return json.dumps([purpose, *said], ensure_ascii=True, separators=(",", ":")).encode()
