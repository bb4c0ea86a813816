"""What browsers are asked to sign with a passkey: drawn anew for each use, for one purpose, for five minutes.

The challenge waits in the signed cookie of whoever asked, with what it is about (whose session, which
link), and is taken out with the first answer. A copy of the cookie revives none that was used: of a
passkey, only an answer to a later challenge counts.
"""

import secrets
from datetime import datetime

from flask import Response, current_app, session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from backoffice.office import office
from shared.staff import CHALLENGE_LIVES, Answer, Challenge, RelyingParty, relying_party

SIGN_IN, SECOND, CONFIRM, ENROL, FOLLOW = "sign-in", "second", "confirm", "enrol", "follow"
TOO_LATE = "La clé d’accès n’a pas répondu à temps : recommencez depuis le bouton."
_KEPT = "challenges"
_BYTES = 32


def party() -> RelyingParty | None:
    """The site that passkeys are bound to; None where the back-office's address is a bare number."""
    return relying_party(office().settings.backoffice_url)


def draw(purpose: str, *, about: str) -> Challenge:
    """A fresh challenge, in the place of an earlier one for the same purpose."""
    challenge = Challenge(secrets.token_bytes(_BYTES), office().now())
    session[_KEPT] = session.get(_KEPT, {}) | {
        purpose: [
            bytes_to_base64url(challenge.value),
            challenge.asked_at.isoformat(),
            about,
        ]
    }
    return challenge


def take_answer(purpose: str, *, about: str, credential: str, alone: bool = False) -> Answer | None:
    """What a browser answered; None when nothing was asked for this, or more than five minutes ago."""
    kept = dict(session.get(_KEPT, {}))
    value, asked_at, of = kept.pop(purpose, ("", "", ""))
    session[_KEPT] = kept
    site = party()
    if not value or of != about or site is None:
        return None
    at = datetime.fromisoformat(asked_at)
    if office().now() - at >= CHALLENGE_LIVES:
        return None
    return Answer(credential, Challenge(base64url_to_bytes(value), at), site, alone)


def as_json(options: str) -> Response:
    """The answer to a script of ours."""
    return current_app.response_class(options, mimetype="application/json")
