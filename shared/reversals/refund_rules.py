"""Decisions about money given back: how a refund lives, and what it takes from what."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.base.errors import ArdoiseError
from shared.base.money import Cents, spend_oldest_first
from shared.base.states import StateMachine

REFUND = StateMachine(
    "refund",
    initial=frozenset({"pending"}),
    edges={
        ("pending", "succeed"): "succeeded",
        ("pending", "fail"): "failed",
        # banks send money back days later: what was booked is booked back
        ("succeeded", "fail"): "failed",
    },
)
# entries of the journal: out, back after all, and out of a till
REFUND_KINDS = ("card_refund", "card_refund_back", "desk_refund")
REFUND_CAUSES = ("refund:", "refund_back:")  # with the processor's name of the refund
EVENTS = {"succeeded": "succeed", "failed": "fail"}


class OverRefundError(ArdoiseError):
    """More would be given back than was received and is still there."""


@dataclass(frozen=True, slots=True)
class RefundSplit:
    """A refund: which invoice loses what was paid of it, what is taken from the credit, and what went
    ``beyond`` the payment: it had gone once already."""

    shares: dict[UUID, Cents]
    credit: Cents
    beyond: Cents = 0


def split_refund(
    amount: Cents, *, credit: Cents, settled: Sequence[tuple[UUID, Cents]], disputed: bool = False
) -> RefundSplit:
    """Take a refund from the payment's credit that is still there, then from what it settled.

    ``settled`` is what is left of it by invoice, the latest due first. A bank asks nobody whether the
    money was given back already: of a ``disputed`` payment more may go than is left. Raises
    OverRefundError for any other.
    """
    from_credit = min(amount, max(credit, 0))
    shares = spend_oldest_first(amount - from_credit, settled)
    beyond = amount - from_credit - sum(shares.values())
    if beyond and not disputed:
        raise OverRefundError("more than was received and is still there")
    return RefundSplit(shares, from_credit, beyond)


def split_back(
    shares: dict[UUID, Cents], credit: Cents, open_now: dict[UUID, Cents]
) -> RefundSplit:
    """Money of a failed refund is back: invoices that it opened are settled again as far as they are
    still open, the rest is the patient's credit."""
    back = {i: part for i, cents in shares.items() if (part := min(cents, open_now.get(i, 0))) > 0}
    return RefundSplit(back, credit + sum(shares.values()) - sum(back.values()))
