"""What the processor says, taken over: attempts asked about, money that none asked for, differences."""

from shared.reconciliation.asking import finish, note_unanswered, settle_attempt
from shared.reconciliation.difference import (
    DISPUTE_MISSING,
    DISPUTE_OTHER,
    DISPUTE_UNKNOWN,
    MISSING_HERE,
    MISSING_THERE,
    NOBODYS,
    OTHER_CURRENCY,
    OTHER_SUM,
    REFUND_FAILED,
    REFUND_MISSING,
    REFUND_SUM,
    REFUND_UNKNOWN,
    WRONG_MODE,
    Difference,
)
from shared.reconciliation.differences import Booked, booked_between, find_differences
from shared.reconciliation.returned import (
    BANKS_TAKE,
    Returned,
    disputes_between,
    refunds_between,
)
from shared.reconciliation.strays import (
    NothingToAssignError,
    UnfitMoneyError,
    assign_stray,
    get_stray,
    strays_behind,
    strays_found,
    take_unasked,
)
from shared.reconciliation.work import DIFFERS, NOT_ASSIGNED, REFUSED

__all__ = [
    "BANKS_TAKE",
    "DIFFERS",
    "DISPUTE_MISSING",
    "DISPUTE_OTHER",
    "DISPUTE_UNKNOWN",
    "MISSING_HERE",
    "MISSING_THERE",
    "NOBODYS",
    "NOT_ASSIGNED",
    "OTHER_CURRENCY",
    "OTHER_SUM",
    "REFUND_FAILED",
    "REFUND_MISSING",
    "REFUND_SUM",
    "REFUND_UNKNOWN",
    "REFUSED",
    "WRONG_MODE",
    "Booked",
    "Difference",
    "NothingToAssignError",
    "Returned",
    "UnfitMoneyError",
    "assign_stray",
    "booked_between",
    "disputes_between",
    "find_differences",
    "finish",
    "get_stray",
    "note_unanswered",
    "refunds_between",
    "settle_attempt",
    "strays_behind",
    "strays_found",
    "take_unasked",
]
