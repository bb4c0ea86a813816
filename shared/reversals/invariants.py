"""What must always be true of money that goes back."""

from shared.reversals.dispute_invariants import INVARIANTS as OF_DISPUTES
from shared.reversals.refund_invariants import INVARIANTS as OF_REFUNDS

INVARIANTS = (*OF_REFUNDS, *OF_DISPUTES)
