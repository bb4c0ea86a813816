"""Restricted keys: what one may do with an account's objects, named as in the processor's own pages."""

from collections.abc import Iterable

from sandbox import expansion
from sandbox.errors import ProcessorError
from sandbox.store import Account

# Refunds go with charges and balance transactions with the balance, as the processor has it.
_OF_KIND = {
    "account": "accounts_kyc_basic",
    "balance": "balance",
    "balance_transaction": "balance",
    "charge": "charge",
    "checkout.session": "checkout_session",
    "customer": "customer",
    "dispute": "dispute",
    "event": "event",
    "item": "checkout_session",
    "mandate": "payment_method",
    "payment_intent": "payment_intent",
    "payment_method": "payment_method",
    "payout": "payout",
    "refund": "charge",
    "setup_intent": "setup_intent",
    "webhook_endpoint": "webhook",
}
RIGHTS = frozenset(f"{one}_{how}" for one in _OF_KIND.values() for how in ("read", "write"))


def needed(method: str, kind: str, paths: Iterable[str], *, listed: bool) -> list[str]:
    """The rights that a call needs: for what it does, and for what it wants to see with it."""
    first = f"{_OF_KIND[kind]}_{'read' if method == 'GET' else 'write'}"
    seen = expansion.kinds(paths, kind, listed=listed)
    return [first, *(f"{_OF_KIND[one]}_read" for one in seen)]


def check(account: Account, held: frozenset[str] | None, wanted: Iterable[str]) -> None:
    """Raises ProcessorError for a right that a restricted key lacks; ``held`` is None for a whole one."""
    for right in wanted:
        if held is None or right in held or right.replace("_read", "_write") in held:
            continue
        raise ProcessorError(
            "The provided key does not have the required permissions for this endpoint on account "
            f"'{account.id}'. Having the 'rak_{right}' permission would allow this request to continue.",
            status=403,
        )
