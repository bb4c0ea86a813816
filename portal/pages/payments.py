"""Payments in a list: what was received, and what was given back of it or taken by a bank."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import active_holds
from shared.payments import HELD_FOR_DISPUTE, OF_DISPUTE, Received


def payment_rows(payments: Iterable[Received]) -> list[dict[str, Any]]:
    """(id, number, received_at, amount_cents, url, refunds: refunded_at and amount_cents, kind) of each."""
    return [
        {
            "id": received.payment.id,
            "number": received.payment.number,
            "received_at": received.payment.received_at,
            "amount_cents": received.payment.amount_cents,
            "url": f"/receipt/{received.payment.id}",
            "refunds": received.returned,
            "cancelled_on": received.payment.cancelled_on,
        }
        for received in payments
    ]


def by_bank(received: Received) -> bool:
    """Whether a bank took any of a payment."""
    return any(refund.kind == OF_DISPUTE for refund in received.returned)


def is_looked_at(
    session: Session, payments: Iterable[Received], *, practice_id: int, account_id: UUID
) -> bool:
    """Whether a bank took any of these payments, and a person looks at that now."""
    if not any(by_bank(received) for received in payments):
        return False
    holds = active_holds(session, practice_id=practice_id, account_id=account_id)
    return any(hold.kind == HELD_FOR_DISPUTE for hold in holds)
