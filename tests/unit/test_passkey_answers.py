"""Whatever a browser sends for a passkey, it is taken or refused with a sentence: it breaks nothing."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest

from shared.base.errors import NotAllowedError
from shared.staff.passkeys import Answer, Challenge, NewPasskey, read_new, relying_party
from tests.authenticator import Authenticator, b64

PARTY = relying_party("http://localhost:8001")
CHALLENGE = Challenge(b"c" * 32, datetime(2026, 11, 24, tzinfo=UTC))
OPTIONS = {"challenge": b64(CHALLENGE.value), "rp": {"id": "localhost"}, "user": {"id": "AAAA"}}


def taken(credential: str) -> NewPasskey:
    assert PARTY is not None
    return read_new(Answer(credential, CHALLENGE, PARTY))


def with_attestation(attestation: bytes) -> str:
    answer = json.loads(Authenticator().make(OPTIONS))
    answer["response"]["attestationObject"] = b64(attestation)
    return json.dumps(answer)


PUBLIC = {1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32}


def said(kind: object, *, public: object = PUBLIC, **statement: Any) -> bytes:
    """What a device says of its make and of its key, with the rest in order."""
    site = hashlib.sha256(b"localhost").digest()
    data = site + b"\x45" + bytes(4) + bytes(16) + b"\0\1i" + cbor2.dumps(public)
    return cbor2.dumps({"fmt": kind, "attStmt": statement, "authData": data})


@pytest.mark.parametrize(
    "attestation",
    [
        said("android-key", alg=-7, sig=b"x", x5c=[]),
        said("android-safetynet", ver="1", response=b"a.b.c"),
        said("apple", x5c=[b"z"]),
        said("fido-u2f", sig=b"x", x5c=[b"z"]),
        said("packed", alg=-7, sig=b"x", x5c=[b"z"]),
        said("tpm", ver="2.0", alg=-7, x5c=[b"z"], sig=b"x", certInfo=b"x", pubArea=b"x"),
        said(5),
        said("none", public="x"),
        said("none", public=[1]),
        said("none", public={1: 2}),
        b"\x81" * 9000,
        b"\xbf" * 3000,
        b"\x9b" + b"\xff" * 8,
        b"",
    ],
    ids=range(14),
)
def test_a_device_that_tells_nonsense_enrols_no_passkey(attestation: bytes):
    with pytest.raises(NotAllowedError, match="recommencez"):
        taken(with_attestation(attestation))


def test_an_answer_that_is_nested_too_deep_enrols_no_passkey():
    with pytest.raises(NotAllowedError, match="recommencez"):
        taken("[" * 15_990)


def test_a_passkey_with_a_name_longer_than_any_enrols_not():
    assert taken(Authenticator(credential_id=b"i" * 1023).make(OPTIONS))
    with pytest.raises(NotAllowedError, match="recommencez"):
        taken(Authenticator(credential_id=b"i" * 1024).make(OPTIONS))
