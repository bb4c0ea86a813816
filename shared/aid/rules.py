"""What can be asked for, and how a request for help goes on. No box speaks of illness."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from shared.base.errors import NotAllowedError
from shared.base.money import Cents
from shared.base.states import StateMachine

AID_REQUEST = StateMachine(
    "aid_request",
    initial=frozenset({"asked"}),
    edges={
        ("asked", "want_documents"): "documents",
        ("documents", "send_documents"): "asked",
        ("documents", "want_documents"): "documents",
        ("asked", "withdraw"): "withdrawn",
        ("documents", "withdraw"): "withdrawn",
        ("asked", "grant"): "granted",
        ("documents", "grant"): "granted",
        ("asked", "decline"): "declined",
        ("documents", "decline"): "declined",
    },
)
OPEN = frozenset({"asked", "documents"})
GRANTED_HOLD = "staff"
"""Time that is granted is a pause of staff: only they end it, and its day reminds them."""

WISHES = ("later", "less_monthly", "less_total", "talk")
REASONS = ("less_money", "other_expenses", "waiting_right", "family", "rather_not")
LARGEST_MONTHLY: Cents = 1_000_000
LONGEST_PAUSE = timedelta(days=366)
KEPT = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class AidAnswers:
    """What was ticked and typed. ``monthly_cents`` None says nothing, zero is an answer."""

    wishes: tuple[str, ...]
    reasons: tuple[str, ...]
    monthly_cents: Cents | None
    words: str


def ticked(typed: Collection[str], known: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the known boxes that were ticked, in their order; anything else is left out."""
    return tuple(name for name in known if name in typed)


def check_grant(*, left: Cents, pauses: bool, spreads: bool) -> None:
    """Raises NotAllowedError for help of which one half has nothing to do beside the other: ``left`` is
    what stays owed."""
    if left <= 0 and (pauses or spreads):
        raise NotAllowedError(
            "Il ne reste plus rien à payer : ni dates ni pause ne vont avec, choisissez l’un ou l’autre."
        )
    if pauses and spreads:
        raise NotAllowedError(
            "Des dates et une pause ne vont pas ensemble : proposez une première date plus tard, ou une "
            "pause seule."
        )


def check_pause(until: date | None, *, today: date) -> None:
    """Raises NotAllowedError for a pause that does not end between tomorrow and a year ahead."""
    if until is not None and not today < until <= today + LONGEST_PAUSE:
        raise NotAllowedError("Le jour où revoir la pause est entre demain et dans un an.")
