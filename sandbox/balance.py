"""Balance transactions: what everything that moves money does to what the processor holds."""

from sandbox.store import Json, new_id


def booked(
    amount: int,
    currency: str,
    at: int,
    *,
    kind: str,
    category: str,
    description: str | None,
    source: str | None,
    available_on: int | None = None,
    fee: int = 0,
    fee_for: str = "",
) -> Json:
    """So much came or, below zero, went, less ``fee``, which is said to be ``fee_for``; it is there at
    once but for another ``available_on``."""
    details = {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": fee_for,
        "type": "stripe_fee",
    }
    return {
        "id": new_id("txn_"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": at if available_on is None else available_on,
        "balance_type": "payments",
        "created": at,
        "currency": currency,
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [details] if fee else [],
        "net": amount - fee,
        "reporting_category": category,
        "source": source,
        "status": "available" if available_on is None else "pending",
        "type": kind,
    }
