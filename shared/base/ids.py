"""Identifiers: time-ordered for rows, short and unambiguous for people."""

import secrets
from uuid import UUID

from uuid6 import uuid7

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """A fresh row identifier; later ones sort after earlier ones."""
    return UUID(int=uuid7().int)


def new_account_number() -> str:
    """A fresh opaque account number, ``P`` and six Crockford characters; tells nothing of the person."""
    return "P" + "".join(secrets.choice(CROCKFORD) for _ in range(6))
