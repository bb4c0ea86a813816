"""Money that goes back: refunds and payments that a bank disputes, what each takes from what, booked once."""

from shared.reversals.booking import Booking
from shared.reversals.dispute_reading import (
    attempts_disputed,
    dispute_under_way,
    disputes_part,
    get_dispute,
    unasked_disputed,
    under_way_part,
)
from shared.reversals.dispute_rules import DISPUTE
from shared.reversals.dispute_tasks import CONTESTED
from shared.reversals.disputes import is_odd_dispute, take_disputes, take_disputes_of
from shared.reversals.invariants import INVARIANTS
from shared.reversals.model import Dispute
from shared.reversals.reading import (
    MoneyLeft,
    attempts_behind,
    is_given_back,
    is_refunded,
    money_left,
    money_of,
    preview_refund,
    refunds_since,
)
from shared.reversals.refund_rules import (
    REFUND,
    REFUND_CAUSES,
    REFUND_KINDS,
    RefundSplit,
    split_refund,
)
from shared.reversals.refunds import is_odd_refund, take_refunds, take_refunds_of
from shared.reversals.stray_disputes import (
    disputes_of_strays,
    is_contested,
    nobodys_disputes_under_way,
    take_disputes_of_stray,
)

__all__ = [
    "CONTESTED",
    "DISPUTE",
    "INVARIANTS",
    "REFUND",
    "REFUND_CAUSES",
    "REFUND_KINDS",
    "Booking",
    "Dispute",
    "MoneyLeft",
    "RefundSplit",
    "attempts_behind",
    "attempts_disputed",
    "dispute_under_way",
    "disputes_of_strays",
    "disputes_part",
    "get_dispute",
    "is_contested",
    "is_given_back",
    "is_odd_dispute",
    "is_odd_refund",
    "is_refunded",
    "money_left",
    "money_of",
    "nobodys_disputes_under_way",
    "preview_refund",
    "refunds_since",
    "split_refund",
    "take_disputes",
    "take_disputes_of",
    "take_disputes_of_stray",
    "take_refunds",
    "take_refunds_of",
    "unasked_disputed",
    "under_way_part",
]
