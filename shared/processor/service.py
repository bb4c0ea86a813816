"""A practice's own account with the processor, sealed by the gateway key."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.base.ids import new_id
from shared.base.vault import KeyRing, Vault
from shared.processor.model import ProcessorAccount
from shared.processor.stripe_gateway import StripeGateway


def set_processor_account(
    session: Session,
    *,
    practice_id: int,
    secret_key: str,
    webhook_secrets: list[str],
    gateway_keys: KeyRing,
) -> None:
    """Keep a practice's processor key and webhook secrets, sealed by the gateway key."""
    row = session.scalar(
        select(ProcessorAccount).where(ProcessorAccount.practice_id == practice_id)
    )
    if row is None:
        row = ProcessorAccount(practice_id=practice_id, id=new_id())
        session.add(row)
    vault = Vault(gateway_keys.keys[gateway_keys.current])
    row.livemode = not secret_key.startswith(("sk_test_", "rk_test_"))
    row.key_id = gateway_keys.current
    row.secret_key = vault.seal(
        secret_key, table="processor_account", row=row.id, column="secret_key"
    )
    row.webhook_secrets = vault.seal(
        list(webhook_secrets), table="processor_account", row=row.id, column="webhook_secrets"
    )


def gateway_of(
    session: Session, *, practice_id: int, gateway_keys: KeyRing, base_address: str
) -> StripeGateway | None:
    """The practice's door to the processor; None for a practice that takes no cards."""
    row = session.scalar(
        select(ProcessorAccount).where(ProcessorAccount.practice_id == practice_id)
    )
    if row is None:
        return None
    vault = Vault(gateway_keys.keys[row.key_id])
    key = vault.open(row.secret_key, table="processor_account", row=row.id, column="secret_key")
    secrets = vault.open(
        row.webhook_secrets, table="processor_account", row=row.id, column="webhook_secrets"
    )
    assert isinstance(secrets, list)  # noqa: S101 - sealed as a list above
    return StripeGateway(str(key), [str(s) for s in secrets], base_address)
