"""Passkeys (WebAuthn): what a browser is asked, and whether its answer holds.

The library checks challenge, origin, site, signature and the authenticator's own count; here an answer is
bound to one person, and used once: as with codes, the instant at which its challenge was drawn only moves
forward on the passkey's row.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from shared.base.errors import NotAllowedError
from shared.staff.factor_rules import CHALLENGE_LIVES
from shared.staff.model import StaffPasskey

T = TypeVar("T")
MILLISECONDS = int(CHALLENGE_LIVES.total_seconds() * 1000)
LONGEST_ANSWER = 16_000
LONGEST_ID = 1023  # bytes, by the standard


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The site that passkeys are bound to: its name, and where its pages are."""

    id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a browser was asked to sign, and when."""

    value: bytes
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser sent for a challenge; ``alone`` where it stands for both factors, so that the
    person must have shown the device who they are."""

    credential: str
    challenge: Challenge
    party: RelyingParty
    alone: bool = False


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A credential that a browser made and that was checked."""

    credential_id: str
    public_key: str
    sign_count: int


def relying_party(url: str) -> RelyingParty | None:
    """The site of an address; None for one that browsers bind no passkey to, a bare number."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return RelyingParty(host, f"{parts.scheme}://{parts.netloc}".lower())
    return None


def options_to_enrol(
    party: RelyingParty,
    challenge: Challenge,
    *,
    user_id: UUID,
    email: str,
    name: str,
    known: list[str],
) -> str:
    """What the browser is asked in order to make a passkey, as JSON; none on a device that has one."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name="Ardoise",
        user_id=user_id.bytes,
        user_name=email,
        user_display_name=name,
        challenge=challenge.value,
        timeout=MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known
        ],
    )
    return webauthn.options_to_json(options)


def options_to_show(
    party: RelyingParty, challenge: Challenge, *, known: list[str], alone: bool
) -> str:
    """What the browser is asked in order to use a passkey, as JSON; of anybody's where none is ``known``."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge.value,
        timeout=MILLISECONDS,
        allow_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known
        ],
        user_verification=UserVerificationRequirement.REQUIRED
        if alone
        else UserVerificationRequirement.PREFERRED,
    )
    return webauthn.options_to_json(options)


def read_new(answer: Answer) -> NewPasskey:
    """The passkey that a browser made. Raises NotAllowedError for an answer that does not hold."""
    made = _by_library(
        webauthn.verify_registration_response,
        credential=answer.credential[:LONGEST_ANSWER],
        expected_challenge=answer.challenge.value,
        expected_rp_id=answer.party.id,
        expected_origin=answer.party.origin,
    )
    if made is None or len(made.credential_id) > LONGEST_ID:
        raise NotAllowedError(
            "La clé d’accès n’a pas été enregistrée : recommencez depuis le bouton."
        )
    return NewPasskey(
        bytes_to_base64url(made.credential_id),
        bytes_to_base64url(made.credential_public_key),
        made.sign_count,
    )


def owner_of(session: Session, credential: str) -> UUID | None:
    """Whose passkey answers; nobody's, unless it is one of ours."""
    shown = _by_library(parse_authentication_credential_json, credential[:LONGEST_ANSWER])
    if shown is None:
        return None
    query = select(StaffPasskey.user_id).where(StaffPasskey.credential_id == _id_of(shown))
    return session.scalar(query)


def use_passkey(session: Session, *, user_id: UUID, answer: Answer, at: datetime) -> bool:
    """Whether the answer is right, of a passkey of this person, and the first to its challenge."""
    shown = _by_library(parse_authentication_credential_json, answer.credential[:LONGEST_ANSWER])
    if shown is None:
        return False
    passkey = session.scalar(
        select(StaffPasskey)
        .where(StaffPasskey.credential_id == _id_of(shown), StaffPasskey.user_id == user_id)
        .with_for_update()
    )
    if passkey is None:
        return False
    handle = shown.response.user_handle
    if handle is not None and handle != user_id.bytes:
        return False
    checked = _by_library(
        webauthn.verify_authentication_response,
        credential=shown,
        expected_challenge=answer.challenge.value,
        expected_rp_id=answer.party.id,
        expected_origin=answer.party.origin,
        credential_public_key=base64url_to_bytes(passkey.public_key),
        credential_current_sign_count=passkey.sign_count,
        require_user_verification=answer.alone,
    )
    if checked is None:
        return False
    taken = session.execute(
        update(StaffPasskey)
        .where(
            StaffPasskey.id == passkey.id,
            or_(StaffPasskey.asked_at.is_(None), StaffPasskey.asked_at < answer.challenge.asked_at),
        )
        .values(sign_count=checked.new_sign_count, used_at=at, asked_at=answer.challenge.asked_at)
        .returning(StaffPasskey.id)
    )
    return taken.first() is not None


def passkeys_of(session: Session, *, user_id: UUID) -> list[StaffPasskey]:
    """A person's passkeys, the oldest first."""
    query = select(StaffPasskey).where(StaffPasskey.user_id == user_id)
    return list(session.scalars(query.order_by(StaffPasskey.added_at, StaffPasskey.id)))


def _id_of(shown: AuthenticationCredential) -> str:
    return bytes_to_base64url(shown.raw_id)


def _by_library(read: Callable[..., T], *what: Any, **how: Any) -> T | None:
    """What the library makes of a browser's answer; None for one that it refuses or stumbles over.

    The bytes are anybody's, and what the parsers below it raise over them has no common kind: too deep, out
    of range, no such key, not on the curve. Each means that this is no answer. Nothing of ours runs in here.
    """
    try:
        return read(*what, **how)
    except Exception:
        return None
