"""What makes one think again about a refund: the same was asked before, or the account says otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backoffice.desks.account_orders import order_shown
from backoffice.desks.order_words import REFUND_DOUBTS
from shared.base.formats import money
from shared.base.money import Cents
from shared.orders import MoneyOrder, doubt_of, same_refund
from shared.staff import SignedIn


@dataclass(frozen=True, slots=True)
class SameRefund:
    """A request for the same sum of the same payment, who made it and how it stands; ``mark`` is what
    whoever asks for another sends along."""

    by: str
    at: datetime
    state: str
    mark: str


def same_asked(
    lately: Sequence[MoneyOrder], cents: Cents, *, who: SignedIn, at: datetime
) -> SameRefund | None:
    """The request for the same sum among those of ``lately``, if there is one."""
    found = same_refund(lately, cents)
    if found is None:
        return None
    shown = order_shown(found, who=who, vault=None, at=at)
    return SameRefund(shown.asked_by, shown.asked_at, shown.state, found.id.hex)


def doubt_about(reason: str, *, payments: int, from_credit: Cents, owed_again: Cents) -> str:
    """A sentence where the account, with so many payments, does not show what the reason says, with what
    becomes owed again; else empty."""
    doubt = doubt_of(reason, payments=payments, from_credit=from_credit, owed_again=owed_again)
    if not doubt:
        return ""
    return REFUND_DOUBTS[doubt].format(owed=money(owed_again), credit=money(from_credit))
