"""Sealing: AES-256-GCM under a key per account, that key wrapped for each who may use it.

A sealed value is bound to its table, row and column, so that it opens nowhere else.
Layout of a sealed value: version byte, 12-byte nonce, ciphertext with its 16-byte tag.
"""

import base64
import hashlib
import hmac
import json
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.base.errors import ConfigurationError, SealError

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


def new_key() -> bytes:
    """A fresh 256-bit key."""
    return os.urandom(KEY_BYTES)


def derive(secret: bytes, purpose: str, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA-256 of ``secret`` for one ``purpose``; different purposes tell nothing of each other."""
    return HKDF(hashes.SHA256(), length, salt=None, info=purpose.encode()).derive(secret)


def encrypt(key: bytes, plain: bytes, context: str) -> bytes:
    """Seal ``plain``; the same ``context`` is needed to open it."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def decrypt(key: bytes, sealed: bytes, context: str) -> bytes:
    """Open what ``encrypt`` made. Raises SealError for another key, another context or altered bytes."""
    if sealed[:1] != _VERSION:
        raise SealError("unknown version of a sealed value")
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, context.encode())
    except (InvalidTag, ValueError):  # the latter for what is cut too short to hold a nonce
        raise SealError("a sealed value does not open with this key and place") from None


@dataclass(frozen=True, slots=True, repr=False)
class Vault:
    """One data key at work: what it seals is bound to table, row and column."""

    key: bytes

    def seal(self, value: Json, *, table: str, row: UUID | int, column: str) -> bytes:
        """Seal any JSON value for its place."""
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return encrypt(self.key, plain, f"{table}|{row}|{column}")

    def open(self, sealed: bytes, *, table: str, row: UUID | int, column: str) -> Json:
        """Open a value sealed for this place. Raises SealError otherwise."""
        value: Json = json.loads(decrypt(self.key, sealed, f"{table}|{row}|{column}"))
        return value

    def seal_bytes(self, plain: bytes, *, table: str, row: UUID | int, column: str) -> bytes:
        """Seal a file's bytes as they are, for its place."""
        return encrypt(self.key, plain, f"{table}|{row}|{column}")

    def open_bytes(self, sealed: bytes, *, table: str, row: UUID | int, column: str) -> bytes:
        """Open bytes sealed for this place. Raises SealError otherwise."""
        return decrypt(self.key, sealed, f"{table}|{row}|{column}")

    def wrapped(self, wrapping_key: bytes, owner: str) -> bytes:
        """This data key, wrapped for one owner (``link|<id>``, ``session|<id>``…)."""
        return encrypt(wrapping_key, self.key, f"wrap|{owner}")

    @classmethod
    def unwrapped(cls, wrapping_key: bytes, wrapped: bytes, owner: str) -> "Vault":
        """The vault whose key was wrapped for ``owner``. Raises SealError otherwise."""
        return cls(decrypt(wrapping_key, wrapped, f"wrap|{owner}"))


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """Named keys of one kind; the first is used for what is new, all open what is old."""

    keys: Mapping[str, bytes]

    @property
    def current(self) -> str:
        """Name of the key used for what is new."""
        return next(iter(self.keys))

    def wrap(self, vault: Vault, owner: str) -> tuple[str, bytes]:
        """(key name, wrapped data key) under the current key."""
        return self.current, vault.wrapped(self.keys[self.current], owner)

    def unwrap(self, key_id: str, wrapped: bytes, owner: str) -> Vault:
        """The vault behind a wrapped key. Raises SealError when its master key is not here."""
        if key_id not in self.keys:
            raise SealError(f"the key {key_id} is not in this process's settings")
        return Vault.unwrapped(self.keys[key_id], wrapped, owner)

    def subkey(self, purpose: str) -> "KeyRing":
        """The same ring for another purpose, each key derived; names stay."""
        return KeyRing({name: derive(key, purpose) for name, key in self.keys.items()})

    @classmethod
    def parse(cls, text: str, setting: str) -> "KeyRing":
        """Read ``name:base64,name:base64``, each name once. Raises ConfigurationError naming ``setting``."""
        keys: dict[str, bytes] = {}
        for part in filter(None, (p.strip() for p in text.split(","))):
            name, _, encoded = part.partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError:  # binascii's own error is one, and so is a letter beyond ASCII
                key = b""
            if not name or len(key) != KEY_BYTES:
                raise ConfigurationError(
                    f"{setting} must be name:base64-of-32-bytes, comma between keys; see `ardoise keys new`."
                )
            if name in keys:
                raise ConfigurationError(
                    f"{setting} names the key {name} twice: give each key a name of its own."
                )
            keys[name] = key
        if not keys:
            raise ConfigurationError(f"{setting} is missing; make one with `ardoise keys new`.")
        return cls(keys)


def format_key(name: str, key: bytes) -> str:
    """A key as settings write it."""
    return f"{name}:{base64.b64encode(key).decode()}"


# Letters that are written in two ways and that Unicode does not take apart.
_SPELT_OUT = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})


def folded(text: str) -> str:
    """Lower case, no accents, letters and digits only (Lebœuf is Leboeuf): how names are compared."""
    decomposed = unicodedata.normalize("NFKD", text).casefold().translate(_SPELT_OUT)
    return "".join(c for c in decomposed if c.isalnum())


@dataclass(frozen=True, slots=True, repr=False)
class BlindIndex:
    """Keyed fingerprints by which sealed values are found; equal values show as equal, nothing more."""

    key: bytes

    def of(self, practice_id: int, field: str, text: str) -> bytes:
        """Fingerprint (16 bytes) of the folded ``text`` in one practice and field."""
        return self.exact(practice_id, field, folded(text))

    def exact(self, practice_id: int, field: str, text: str) -> bytes:
        """Fingerprint of ``text`` as it is, but for case: where every sign counts."""
        message = f"{practice_id}|{field}|{text.casefold()}".encode()
        return hmac.new(self.key, message, hashlib.sha256).digest()[:16]
