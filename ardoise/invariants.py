"""Every invariant of every concept, for `ardoise check` and for the tests."""

from shared import billing, delivery, ladder, ledger, payments
from shared.base.invariants import Invariant

ALL: tuple[Invariant, ...] = (
    *ledger.INVARIANTS,
    *billing.INVARIANTS,
    *payments.INVARIANTS,
    *delivery.INVARIANTS,
    *ladder.INVARIANTS,
)
