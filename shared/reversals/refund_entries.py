"""The journal's entries of money given back, and of such money that came back after all."""

from datetime import date
from uuid import UUID

from shared.base.money import Cents
from shared.ledger import PROCESSOR, Entry, adjustment_lines, card_lines, taken_back_lines
from shared.payments import Refund
from shared.reversals.refund_rules import REFUND_CAUSES, REFUND_KINDS, RefundSplit


def out_entry(
    refund: Refund, split: RefundSplit, *, account_id: UUID, held_in: str, on: date
) -> Entry:
    """It is with the patient; it was ``held_in`` a ledger account."""
    return Entry(
        kind=REFUND_KINDS[0 if held_in == PROCESSOR else 2],
        cause=REFUND_CAUSES[0] + refund.processor_ref,
        booked_on=on,
        lines=taken_back_lines(held_in, account_id, split.shares, split.credit, split.beyond),
    )


def back_entry(
    refund: Refund, back: RefundSplit, covered: Cents, *, account_id: UUID, on: date
) -> Entry:
    """It came back, but for what others have ``covered``: a counter-entry, with a cause of its own."""
    return Entry(
        kind=REFUND_KINDS[1],
        cause=REFUND_CAUSES[1] + refund.processor_ref,
        booked_on=on,
        lines=card_lines(account_id, back.shares, back.credit, covered),
    )


def listed_entry(
    refund: Refund, invoice_id: UUID, cents: Cents, *, account_id: UUID, on: date
) -> Entry:
    """What the practice's list had opened before is not opened a second time."""
    return Entry(
        kind="adjustment",
        cause=f"refund_listed:{refund.id}:{invoice_id}",
        booked_on=on,
        lines=adjustment_lines(account_id, invoice_id, -cents),
    )
