"""The processor's disputes as plain dictionaries, read into ours.

Whatever is not as we know it raises KeyError, TypeError, ValueError or AttributeError.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from shared.base.money import Cents
from shared.processor.gateway import Disputed, Movement
from shared.processor.stripe_values import Json, read_name, whole

LONGEST_REASON = 40
_OVER = frozenset({"won", "lost", "prevented", "warning_closed"})


def is_disputed(intent: object) -> bool:
    """Whether a bank ever disputed the charge of an intent that was read with it."""
    charge = intent.get("latest_charge") if isinstance(intent, dict) else None
    return isinstance(charge, dict) and charge.get("disputed") is True


def read_dispute(dispute: Json) -> Disputed:
    """A dispute. Where the money is, its movements say; its status only tells what may still come."""
    moves = sorted(dispute["balance_transactions"], key=lambda move: move["created"])
    taken = -sum(move["amount"] for move in moves)
    gone_since = [move["created"] for move in moves if move["amount"] < 0]
    due_by = (dispute.get("evidence_details") or {}).get("due_by")
    return Disputed(
        dispute_id=read_name(dispute["id"]),
        intent_id=whole(dispute["payment_intent"]).get("id"),
        standing=_standing(dispute["status"], taken, moves),
        amount_cents=dispute["amount"],
        taken_cents=taken,
        fee_cents=sum(move["fee"] for move in moves),
        currency=dispute["currency"],
        reason=read_name(dispute["reason"], LONGEST_REASON),
        respond_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
        at=datetime.fromtimestamp(dispute["created"], UTC),
        taken_at=datetime.fromtimestamp(gone_since[-1], UTC) if gone_since else None,
        moves=len(moves),
        movements=tuple(
            Movement(move["amount"], move["fee"], datetime.fromtimestamp(move["created"], UTC))
            for move in moves
        ),
    )


def _standing(status: str, taken: Cents, moves: Sequence[Json]) -> str:
    """How a dispute stands by where the money is: it is won once all is back, whatever was decided.

    Of one that was won for a part only the rest is lost; before any of it is back it is not over.
    """
    if taken > 0:
        is_over = status == "lost" or (status == "won" and moves[-1]["amount"] > 0)
        return "lost" if is_over else "open"
    if moves:
        return "won"
    return "closed" if status in _OVER else "inquiry"
