"""Which keys an installation holds: their names and since when, never a value."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import get_practice
from shared.audit import TimelineEvent
from shared.base.config import BackofficeSettings
from shared.processor import ProcessorAccount

_SINCE = ("practice.opened", "keys.rotated", "processor.connected")


@dataclass(frozen=True, slots=True)
class RingShown:
    """A ring of keys: the first is in use, the others only open what they closed."""

    title: str
    what: str
    current: str
    older: tuple[str, ...]
    hint: str
    command: str


@dataclass(frozen=True, slots=True)
class KeysShown:
    """What rows and this process know of keys. ``wrapped_since`` is when the practice's own key was last
    wrapped anew; ``connected_at`` when the processor's keys were last checked and written."""

    rings: tuple[RingShown, ...]
    wraps: str
    is_wrapped_by_current: bool
    wrapped_since: datetime | None
    processor: str
    livemode: bool | None
    of_portal: str
    of_worker: str
    connected_at: datetime | None


def keys_shown(session: Session, settings: BackofficeSettings, *, practice_id: int) -> KeysShown:
    """The state of the keys, for whoever may read settings."""
    practice = get_practice(session, practice_id)
    account = session.execute(
        select(
            ProcessorAccount.livemode, ProcessorAccount.key_id, ProcessorAccount.worker_key_id
        ).where(ProcessorAccount.practice_id == practice_id)
    ).first()
    since = _last(session, practice_id=practice_id)
    masters, links = settings.masters(), settings.links()
    return KeysShown(
        rings=(
            RingShown(
                "Clés maîtresses",
                "Elles enveloppent la clé de chaque compte : sans elles, tout ce qui est chiffré est perdu.",
                masters.current,
                tuple(name for name in masters.keys if name != masters.current),
                "Mettez la nouvelle en tête de ARDOISE_MASTER_KEYS, redémarrez, lancez cette commande, puis "
                "retirez l’ancienne.",
                "ardoise keys rotate",
            ),
            RingShown(
                "Clés des liens",
                "Elles signent les liens des patients.",
                links.current,
                tuple(name for name in links.keys if name != links.current),
                "Mettez la nouvelle en tête de ARDOISE_LINK_KEYS et redémarrez ; l’ancienne peut partir "
                f"quand ses liens sont passés, après {practice.link_days} jours.",
                "ardoise keys new",
            ),
        ),
        wraps=practice.key_id,
        is_wrapped_by_current=practice.key_id == masters.current,
        wrapped_since=since.get("keys.rotated", since.get("practice.opened")),
        processor="" if account is None else "présent",
        livemode=None if account is None else account.livemode,
        of_portal="" if account is None else account.key_id,
        of_worker="" if account is None else account.worker_key_id or "",
        connected_at=since.get("processor.connected"),
    )


def _last(session: Session, *, practice_id: int) -> dict[str, datetime]:
    """When each of these last happened."""
    query = (
        select(TimelineEvent.kind, TimelineEvent.at)
        .where(
            TimelineEvent.practice_id == practice_id,
            TimelineEvent.account_id.is_(None),
            TimelineEvent.kind.in_(_SINCE),
        )
        .order_by(TimelineEvent.at)
    )
    return {row.kind: row.at for row in session.execute(query)}
