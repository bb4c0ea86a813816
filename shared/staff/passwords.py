"""Hashing passwords with argon2id, few at a time, and the same cost for an address nobody has."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.base.errors import ArdoiseError
from shared.staff.rules import LONGEST_PASSWORD, normal_password

# argon2-cffi's defaults (RFC 9106, second recommended option): each hash takes 64 MiB.
_HASHER = PasswordHasher()
_AT_ONCE = BoundedSemaphore(2)
_PATIENCE_SECONDS = 8.0

# The hash of a random text that was thrown away: what an unknown address is checked against.
NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$o+5TvAVPEW/Cf3JYMFS5GA"
    "$Bzgh0TxTcQYdLQH2uEMLNddjXbrkLfth273rWRKgXgo"
)


class TooBusyError(ArdoiseError):
    """Too many sign-ins at the same moment; the same try may be made again shortly."""


@contextmanager
def _turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_PATIENCE_SECONDS):
        raise TooBusyError("Beaucoup de connexions en même temps : réessayez dans une minute.")
    try:
        yield
    finally:
        _AT_ONCE.release()


def hash_password(password: str) -> str:
    """The argon2id hash that is kept of a password. Raises TooBusyError."""
    with _turn():
        return _HASHER.hash(normal_password(password))


def password_fits(kept_hash: str, password: str) -> bool:
    """Whether ``password`` is the one behind the hash; takes as long for yes as for no.

    Open no transaction around it. Raises TooBusyError.
    """
    with _turn():
        try:
            return _HASHER.verify(kept_hash, normal_password(password[: LONGEST_PASSWORD + 1]))
        except (VerificationError, InvalidHashError):
            return False
