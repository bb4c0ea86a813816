"""The shapes of payouts and of what they do to the balance, in API version 2026-10-28.endive."""

from sandbox.balance import booked
from sandbox.objects import EMPTY
from sandbox.store import Json, new_id

# What a bank says when it refuses a payout, and the processor's sentence for it.
REFUSALS = {
    "account_closed": "The bank account has been closed.",
    "account_frozen": "The bank account has been frozen.",
    "debit_not_authorized": "Debit transactions are not approved on the bank account.",
    "incorrect_account_holder_name": "The bank account holder's name does not match.",
    "invalid_account_number": "The routing number is right, but the account number is not.",
    "no_account": "The bank account could not be located.",
}
# Booked by the processor itself: per type of transaction, its category in reports.
ADJUSTMENTS = {"adjustment": "other_adjustment", "stripe_fee": "fee"}


def payout(cents: int, currency: str, destination: str, *, arrives: int, created: int) -> Json:
    """Money on its way to the practice's bank; below zero it is taken from there."""
    return {
        **dict.fromkeys(EMPTY["payout"]),
        "id": new_id("po_"),
        "object": "payout",
        "amount": cents,
        "arrival_date": arrives,
        "automatic": True,
        "created": created,
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": destination,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "in_progress",
        "source_type": "card",
        "status": "in_transit",
        "type": "bank_account",
    }


def transaction(paid_out: Json, at: int, *, failed: bool) -> Json:
    """What a payout takes from the balance, or what comes back because the bank refused it."""
    amount = paid_out["amount"] if failed else -paid_out["amount"]
    return booked(
        amount,
        paid_out["currency"],
        at,
        kind="payout_failure" if failed else "payout",
        category="payout_reversal" if failed else "payout",
        description="PAYOUT FAILURE" if failed else paid_out["description"],
        source=paid_out["id"],
    )


def adjustment(cents: int, currency: str, kind: str, description: str, at: int) -> Json:
    """What the processor books by itself: a correction, or a fee of its own."""
    return booked(
        cents,
        currency,
        at,
        kind=kind,
        category=ADJUSTMENTS[kind],
        description=description,
        source=None,
    )
