"""The journal's entries of money given back, and of such money that came back after all."""

from datetime import date
from uuid import UUID

from shared.base.money import Cents
from shared.ledger import (
    PROCESSOR,
    Entry,
    adjustment_lines,
    card_lines,
    staying_lines,
    taken_back_lines,
)
from shared.payments import Refund
from shared.reversals.refund_rules import REFUND_CAUSES, REFUND_KINDS, RefundSplit


def out_entry(
    refund: Refund,
    split: RefundSplit,
    *,
    account_id: UUID,
    held_in: str,
    on: date,
    stays: Cents = 0,
) -> Entry:
    """It is with the patient; it was ``held_in`` a ledger account, but for what ``stays`` with the bank,
    which has it already."""
    lines = taken_back_lines(held_in, account_id, split.shares, split.credit, split.beyond)
    return Entry(
        kind=REFUND_KINDS[0 if held_in == PROCESSOR else 2],
        cause=REFUND_CAUSES[0] + refund.processor_ref,
        booked_on=on,
        lines=staying_lines(lines, stays),
    )


def back_entry(
    refund: Refund,
    back: RefundSplit,
    covered: Cents,
    *,
    account_id: UUID,
    on: date,
    stays: Cents = 0,
) -> Entry:
    """It came back, but for what others have ``covered``: a counter-entry, with a cause of its own. What
    ``stays`` with the bank is about to be booked as gone again."""
    lines = card_lines(account_id, back.shares, back.credit, covered)
    return Entry(
        kind=REFUND_KINDS[1],
        cause=REFUND_CAUSES[1] + refund.processor_ref,
        booked_on=on,
        lines=staying_lines(lines, stays),
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
