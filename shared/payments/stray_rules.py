"""Decisions about payments of nobody known: how one lives."""

import re

from shared.base.states import StateMachine

STRAY_PAYMENT = StateMachine(
    "stray_payment",
    initial=frozenset({"found"}),
    edges={
        ("found", "assign"): "assigned",
        ("found", "give_back"): "returned",
        # a refund that failed, a dispute that was won: the money is here again
        ("returned", "come_back"): "found",
        # its attempt turned up after all: what went back is then told of the payment
        ("returned", "assign"): "assigned",
    },
)

# Kinds of the journal's entries, which their causes begin with: the money came; a part of it went back,
# or came back; it is an account's now; a bank took it, or gave it back.
STRAY_KINDS = (
    *("stray", "stray_return", "stray_return_back", "stray_assigned"),
    *("stray_dispute", "stray_dispute_back"),
)
CAME, RETURN, RETURN_BACK, ASSIGNED, SEIZED, SEIZED_BACK = (f"{kind}:" for kind in STRAY_KINDS)

_OF_AN_ACCOUNT = r"RF[0-9]{2}[0-9A-Z]{1,21}"  # what we print on transfers, ISO 11649
_OF_AN_ATTEMPT = r"[0-9a-f]{32}"
_OURS = re.compile(f"{_OF_AN_ACCOUNT}|{_OF_AN_ATTEMPT}")


def our_reference(told: str | None) -> str | None:
    """What money bears at the processor, if it looks like a reference of ours: one for transfers only with
    its right check digits, so that a slip of the pen names no account."""
    bare = "".join((told or "").split())
    if not _OURS.fullmatch(bare):
        return None
    return bare if not bare.startswith("RF") or _is_checked(bare) else None


def _is_checked(reference: str) -> bool:
    """Whether a reference's two digits fit the rest (ISO 11649: letters count from 10, modulo 97)."""
    turned = reference[4:] + reference[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
