"""A practice's own account with the processor, its keys sealed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer_group

from shared.base.ids import new_id
from shared.base.vault import KeyRing, Vault
from shared.processor.errors import KeysDifferError
from shared.processor.model import OF_WORKER, ProcessorAccount
from shared.processor.stripe_gateway import StripeGateway, is_live

TABLE = "processor_account"


@dataclass(frozen=True, slots=True)
class ProcessorKeys:
    """A practice's keys at the processor: the ``portal``'s opens pages, the ``worker``'s takes and gives
    back, too. They may be the same key."""

    portal: str
    worker: str


@dataclass(frozen=True, slots=True)
class Seals:
    """What seals them. The portal holds no ``worker`` ring, hence never opens the worker's key."""

    gateway: KeyRing
    worker: KeyRing | None = None


def set_processor_account(
    session: Session,
    *,
    practice_id: int,
    keys: ProcessorKeys,
    webhook_secrets: Sequence[str],
    gateway_keys: KeyRing,
    worker_keys: KeyRing,
) -> None:
    """Keep a practice's processor keys and webhook secrets, sealed.

    Raises KeysDifferError when one key is for real money and the other for tests.
    """
    if is_live(keys.portal) != is_live(keys.worker):
        raise KeysDifferError("Give two live keys or two test keys, not one of each.")
    row = session.scalar(
        select(ProcessorAccount).where(ProcessorAccount.practice_id == practice_id)
    )
    if row is None:
        row = ProcessorAccount(practice_id=practice_id, id=new_id())
        session.add(row)
    vault = Vault(gateway_keys.keys[gateway_keys.current])
    row.livemode = is_live(keys.worker)
    row.key_id = gateway_keys.current
    row.secret_key = vault.seal(keys.portal, table=TABLE, row=row.id, column="secret_key")
    row.webhook_secrets = vault.seal(
        list(webhook_secrets), table=TABLE, row=row.id, column="webhook_secrets"
    )
    own = Vault(worker_keys.keys[worker_keys.current])
    row.worker_key_id = worker_keys.current
    row.worker_key = own.seal(keys.worker, table=TABLE, row=row.id, column="worker_key")
    row.receipts_by = row.receipts_name = row.receipts_at = None


def gateway_of(
    session: Session, *, practice_id: int, seals: Seals, base_address: str
) -> StripeGateway | None:
    """The practice's door to the processor; None for a practice that takes no cards."""
    query = select(ProcessorAccount).where(ProcessorAccount.practice_id == practice_id)
    if seals.worker is not None:
        query = query.options(undefer_group(OF_WORKER))
    row = session.scalar(query)
    if row is None:
        return None
    vault = Vault(seals.gateway.keys[row.key_id])
    secrets = vault.open(row.webhook_secrets, table=TABLE, row=row.id, column="webhook_secrets")
    assert isinstance(secrets, list)  # noqa: S101 - sealed as a list above
    if seals.worker is not None and row.worker_key is not None and row.worker_key_id is not None:
        own = Vault(seals.worker.keys[row.worker_key_id])
        key = own.open(row.worker_key, table=TABLE, row=row.id, column="worker_key")
    else:
        key = vault.open(row.secret_key, table=TABLE, row=row.id, column="secret_key")
    return StripeGateway(str(key), [str(s) for s in secrets], base_address)
