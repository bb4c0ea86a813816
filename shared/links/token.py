"""The link's token: 16 secret bytes, expiry, practice number, signed; 47 characters.

Layout before signing: secret (16), expiry as Unix seconds (4), practice number (4), big-endian,
base64url. The signature is HMAC-SHA-256 cut to 80 bits: the secret protects the account, the
signature only keeps forged links away from the database.
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.exc import BadData
from itsdangerous.signer import SigningAlgorithm

from shared.base.vault import KeyRing, derive

TOKEN_LENGTH = 47
OF_ACCOUNTS = b"ardoise.link"
OF_PAYERS = b"ardoise.pay-link"
LARGEST_PRACTICE = 2**31 - 1  # what the column holds; a larger number is no practice's
_LAYOUT = struct.Struct(">16sII")
_SIGNATURE_BYTES = 10


class _ShortHmac(SigningAlgorithm):
    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.new(key, value, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """What a well-signed token holds."""

    secret: bytes
    expires_at: datetime
    practice_id: int

    @property
    def link_id(self) -> UUID:
        """Identifier of the link's row."""
        return UUID(bytes=derive(self.secret, "id", 16))

    @property
    def link_key(self) -> bytes:
        """The key that unwraps the account's data key."""
        return derive(self.secret, "key")


class LinkSigner:
    """Signs and reads tokens of one purpose; the ring's first key signs, all of them verify.

    ``purpose`` is OF_ACCOUNTS or OF_PAYERS: a token of one is nothing to the other.
    """

    def __init__(self, keys: KeyRing, purpose: bytes = OF_ACCOUNTS) -> None:
        newest_last = list(reversed(list(keys.keys.values())))
        self._signer = Signer(
            newest_last,
            salt=purpose,
            sep=".",
            key_derivation="hmac",
            digest_method=hashlib.sha256,
            algorithm=_ShortHmac(),
        )

    def mint(
        self, *, practice_id: int, expires_at: datetime, secrets: Iterator[bytes] | None = None
    ) -> tuple[Token, str]:
        """A fresh token and its text; drawn again until phones can't cut its last character off.

        ``secrets`` gives what is drawn, 16 bytes each, where the same token must come twice.
        """
        expiry = int(expires_at.timestamp())
        while True:
            secret = os.urandom(16) if secrets is None else next(secrets)
            body = base64_encode(_LAYOUT.pack(secret, expiry, practice_id))
            text = self._signer.sign(body).decode()
            if text[-1].isalnum():
                break
        return Token(secret, datetime.fromtimestamp(expiry, UTC), practice_id), text

    def read(self, text: str) -> Token | None:
        """The token behind ``text``, expired or not; None for anything not signed by us."""
        if len(text) != TOKEN_LENGTH or not text.isascii():
            return None
        try:
            body = base64_decode(self._signer.unsign(text.encode()))
            signature = text.rpartition(".")[2]
            canonical = base64_encode(base64_decode(signature)).decode() == signature
        except (BadSignature, BadData):
            return None
        if not canonical:  # base64's spare bits would let a changed last character pass
            return None
        secret, expiry, practice_id = _LAYOUT.unpack(body)
        if practice_id > LARGEST_PRACTICE:
            return None
        return Token(secret, datetime.fromtimestamp(expiry, UTC), practice_id)
