"""The shapes of disputes and of what they do to the balance, in API version 2026-10-28.endive."""

from sandbox.balance import booked
from sandbox.objects import EMPTY
from sandbox.store import Json, new_id

_DAYS_TO_ANSWER = 20
_DAY = 86400
FEE_CENTS = 2000

# Per reason that a bank may give: the network's own number for it.
REASONS = {
    "credit_not_processed": "13.7",
    "duplicate": "12.6.1",
    "fraudulent": "10.4",
    "general": "13.5",
    "product_not_received": "13.1",
    "product_unacceptable": "13.3",
    "subscription_canceled": "13.2",
    "unrecognized": "10.4",
}


def dispute(charged: Json, amount: int, reason: str, *, inquiry: bool, created: int) -> Json:
    """A bank's dispute of a charge; of an inquiry no money moves."""
    card = charged["payment_method_details"]["card"]
    return {
        "id": new_id("du_"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charged["id"],
        "created": created,
        "currency": charged["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EMPTY["dispute.evidence"]), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": created + _DAYS_TO_ANSWER * _DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "network_reason_code": REASONS[reason],
        "payment_intent": charged["payment_intent"],
        "payment_method_details": {
            "type": "card",
            "card": {
                "brand": card["brand"],
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": card["brand"],
                "network_reason_code": REASONS[reason],
            },
        },
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


def transaction(disputed: Json, at: int, amount: int, *, fee: int) -> Json:
    """What a dispute takes from the balance, below zero, or what comes back; ``fee`` below zero is given
    back."""
    reversal = amount > 0
    return booked(
        amount,
        disputed["currency"],
        at,
        kind="adjustment",
        category="dispute_reversal" if reversal else "dispute",
        description=f"Chargeback {'reversal' if reversal else 'withdrawal'} for {disputed['charge']}",
        source=disputed["id"],
        fee=fee,
        fee_for="Dispute fee",
    )
