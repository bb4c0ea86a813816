"""Money at the front desk: received, cancelled or given back there by hand, and credit that staff use."""

from shared.desk.by_itself import accounts_in_hand, may_use_by_itself
from shared.desk.credit import (
    CREDIT_USE,
    CreditLeft,
    credit_of,
    remind_of_credit,
    usable_credit,
    usable_on,
    use_credit,
)
from shared.desk.invariants import INVARIANTS
from shared.desk.payments import (
    DESK_CAUSES,
    DESK_KINDS,
    HELD_BY,
    AtDesk,
    CancelRefusedError,
    cancel_at_desk,
    check_cancel,
    receive_at_desk,
)
from shared.desk.received import RECEIVED, RECEIVED_DAYS
from shared.desk.refunds import book_desk_refund
from shared.desk.rules import can_be_found_by, is_far_beyond

__all__ = [
    "CREDIT_USE",
    "DESK_CAUSES",
    "DESK_KINDS",
    "HELD_BY",
    "INVARIANTS",
    "RECEIVED",
    "RECEIVED_DAYS",
    "AtDesk",
    "CancelRefusedError",
    "CreditLeft",
    "accounts_in_hand",
    "book_desk_refund",
    "can_be_found_by",
    "cancel_at_desk",
    "check_cancel",
    "credit_of",
    "is_far_beyond",
    "may_use_by_itself",
    "receive_at_desk",
    "remind_of_credit",
    "usable_credit",
    "usable_on",
    "use_credit",
]
