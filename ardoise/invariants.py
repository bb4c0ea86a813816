"""Every invariant of every concept, for `ardoise check` and for the tests."""

from shared import (
    aid,
    audit,
    billing,
    codes,
    delivery,
    desk,
    forgiving,
    imports,
    ladder,
    ledger,
    messages,
    orders,
    payments,
    plans,
    preferences,
    reversals,
    staff_mail,
)
from shared.base.invariants import Invariant

ALL: tuple[Invariant, ...] = (
    *ledger.INVARIANTS,
    *billing.INVARIANTS,
    *imports.INVARIANTS,
    *payments.INVARIANTS,
    *reversals.INVARIANTS,
    *desk.INVARIANTS,
    *forgiving.INVARIANTS,
    *orders.INVARIANTS,
    *plans.INVARIANTS,
    *messages.INVARIANTS,
    *aid.INVARIANTS,
    *codes.INVARIANTS,
    *preferences.INVARIANTS,
    *delivery.INVARIANTS,
    *ladder.INVARIANTS,
    *staff_mail.INVARIANTS,
    *audit.INVARIANTS,
)
