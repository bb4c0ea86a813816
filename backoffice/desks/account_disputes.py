"""Disputes on an account's page, as they are said to staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from backoffice.desks.account_head import Found
from backoffice.desks.words import DISPUTE_REASONS, DISPUTE_STATES, title
from shared.base.clock import local_date
from shared.base.money import Cents
from shared.payments import Received
from shared.reversals import Dispute


@dataclass(frozen=True, slots=True)
class DisputeShown:
    """A dispute on the account's page; ``answer_by`` while an answer is awaited; ``taken`` while the bank
    has the money. Of one that was lost the sum is what the bank keeps."""

    id: UUID
    receipt: str
    amount_cents: Cents
    fee_cents: Cents
    opened_at: datetime
    state: str
    taken: bool
    tone: str
    reason: str
    answer_by: date | None


def dispute_shown(dispute: Dispute, receipt: str, timezone: str) -> DisputeShown:
    """A dispute, as it is said to staff."""
    state, tone = DISPUTE_STATES[dispute.status]
    waits = dispute.status in ("inquiry", "open")
    return DisputeShown(
        id=dispute.id,
        receipt=receipt,
        amount_cents=dispute.taken_cents if dispute.status == "lost" else dispute.amount_cents,
        fee_cents=dispute.fee_cents,
        opened_at=dispute.opened_at,
        state=state,
        taken=dispute.status == "open",
        tone=tone,
        reason=title(DISPUTE_REASONS, dispute.reason),
        answer_by=local_date(dispute.respond_by, timezone)
        if waits and dispute.respond_by is not None
        else None,
    )


def disputes_shown(
    disputes: Sequence[Dispute], found: Found, payments: Sequence[Received]
) -> tuple[DisputeShown, ...]:
    """The account's disputes, in their order."""
    receipts = {one.payment.id: one.payment.number for one in payments}
    return tuple(
        dispute_shown(dispute, receipts[dispute.payment_id], found.practice.timezone)
        for dispute in disputes
        if dispute.payment_id is not None
    )
