"""Decisions about trials: how they live, how many may be asked for, what names on the net say."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from shared.base.errors import NotAllowedError
from shared.base.states import StateMachine

EMAIL, SMS, NAMES, ACCOUNT = "email", "sms", "names", "account"
KINDS = frozenset({EMAIL, SMS, NAMES, ACCOUNT})
TRIAL = StateMachine(
    "setup_trial",
    initial=frozenset({"asked"}),
    edges={
        ("asked", "begin"): "begun",
        ("begun", "pass"): "passed",
        ("begun", "fail"): "failed",
    },
)
MOST_AN_HOUR = 5
HOUR = timedelta(hours=1)
# A trial that was begun is done within seconds; after this it was lost with its worker.
LOST_AFTER = timedelta(minutes=2)

_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """What one record on the net says: ``good``, ``weak``, ``missing`` or ``unknown``, and its gist."""

    state: str
    gist: str = ""


def checked_selector(text: str) -> str:
    """The selector of a DKIM key, or nothing. Raises NotAllowedError."""
    bare = text.strip().lower()
    if bare and not _SELECTOR.fullmatch(bare):
        raise NotAllowedError(
            "Écrivez le sélecteur DKIM tel que le fournisseur de messagerie le donne, par exemple s1."
        )
    return bare


def read_spf(texts: Sequence[str]) -> Found:
    """The one SPF record of a domain (RFC 7208): whom it allows to send, and what becomes of others."""
    records = [one for one in texts if one.lower().split(" ")[0] == "v=spf1"]
    if not records:
        return Found("missing")
    if len(records) > 1:
        return Found("weak", "several")
    terms = records[0].split()[1:]
    last = next((term.lower() for term in terms if term.lower().endswith("all")), "")
    allowed = [term.partition(":")[2] for term in terms if term.lower().startswith("include:")]
    gist = ", ".join(allowed)
    if last in {"+all", "all"}:
        return Found("weak", "everybody")
    return Found("good" if last in {"-all", "~all"} else "weak", gist or "own")


def read_dmarc(texts: Sequence[str]) -> Found:
    """The policy of a domain for mail that pretends to come from it (RFC 7489)."""
    records = [one for one in texts if one.replace(" ", "").lower().startswith("v=dmarc1;")]
    if len(records) != 1:
        return Found("missing")
    tags = {
        name.strip().lower(): value.strip().lower()
        for name, _, value in (part.partition("=") for part in records[0].split(";"))
    }
    policy = tags.get("p", "")
    return Found("good" if policy in {"quarantine", "reject"} else "weak", policy or "none")


def read_dkim(texts: Sequence[str]) -> Found:
    """Whether a key stands under the selector (RFC 6376); an empty one was revoked."""
    keys = [one.replace(" ", "") for one in texts if "p=" in one.replace(" ", "")]
    if not keys:
        return Found("missing")
    value = keys[0].partition("p=")[2].partition(";")[0]
    return Found("good") if value else Found("weak", "revoked")
