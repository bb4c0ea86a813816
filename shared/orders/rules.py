"""Decisions about orders: how one lives, and when a second person must agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from shared.base.money import Cents
from shared.base.states import StateMachine

MONEY_ORDER = StateMachine(
    "money_order",
    initial=frozenset({"waiting", "agreed", "approved"}),
    edges={
        ("waiting", "approve"): "approved",
        # money that goes back by hand: it may be handed over, and nobody has done so yet
        ("waiting", "agree"): "agreed",
        ("agreed", "hand_over"): "approved",
        # it was not handed over after all, says whoever asked, or any colleague
        ("agreed", "withdraw"): "withdrawn",
        ("agreed", "stop"): "declined",
        ("waiting", "decline"): "declined",
        ("waiting", "withdraw"): "withdrawn",
        # where nobody else can agree, whoever asked may think again for a day
        ("approved", "withdraw"): "withdrawn",
        # and any colleague may stop it
        ("approved", "stop"): "declined",
        # the processor is asked: from here on only its answer ends the order
        ("approved", "send"): "sent",
        ("approved", "finish"): "done",
        ("approved", "refuse"): "refused",
        ("sent", "finish"): "done",
        ("sent", "refuse"): "refused",
    },
)
OPEN = frozenset({"waiting", "agreed", "approved", "sent"})

RECEIVE = "receive"  # money that came at the desk
CANCEL = "cancel"  # a payment at the desk that was none
REFUND = "refund"  # money goes back
USE_CREDIT = "use_credit"  # what is too much settles what is owed
ASSIGN = "assign"  # a payment of nobody known is an account's
FORGIVE = "forgive"  # a debt, or a part of it, is no longer asked for
KINDS = frozenset({RECEIVE, CANCEL, REFUND, USE_CREDIT, ASSIGN, FORGIVE})

LEAVES = frozenset({REFUND, FORGIVE})  # money that goes out of the house, or never comes
# Who may ask for it, and stop it: to give money back is one right, not to ask for it any more another.
ASKS: Mapping[str, str] = {REFUND: "refunds.write", FORGIVE: "debts.forgive"}
THINK_AGAIN = timedelta(hours=24)

A_DAY = timedelta(hours=24)
A_YEAR = timedelta(days=365)
OWN_MONEY = timedelta(days=30)

# Money that staff say came: more is a slip of the pen, or no business of one person's word.
MOST_RECEIVED: Cents = 1_000_000
OLDEST_RECEIVED = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class OneWord:
    """What goes or went back on one word alone, in cents, before something more is asked for.

    ``of_payment`` is of the same payment, by anybody, ever; ``of_day`` by the same person within
    ``A_DAY``, of whatever payment; ``of_own`` by the same person within ``OWN_MONEY``, of payments that
    this person noted at the desk. ``is_own`` when what is asked for now is such a payment.
    ``of_account`` is what was given up of the same account's debts, by anybody, within ``A_YEAR``; of a
    wish to give up more.
    """

    of_payment: Cents = 0
    of_day: Cents = 0
    of_own: Cents = 0
    of_account: Cents = 0
    is_own: bool = False

    @property
    def counted(self) -> Cents:
        """What counts together with what is asked for now: the most of what applies."""
        own = self.of_own if self.is_own else 0
        return max(self.of_payment, self.of_day, self.of_account, own)


def needs_second(kind: str, cents: Cents, *, before: OneWord, limit: Cents) -> bool:
    """Whether a second person must agree: money goes out, or is given up, and with what went
    ``before`` on one word it is more than ``limit``, so that no sum passes in parts that
    would not pass whole."""
    return kind in LEAVES and before.counted + cents > limit


def first_status(*, second: bool, alone: bool, by_hand: bool) -> str:
    """How an order begins: it waits for a ``second`` person's word, unless who asks is ``alone``."""
    if not second:
        return "approved"
    if not alone:
        return "waiting"
    return "agreed" if by_hand else "approved"


def must_be_handed(*, by_hand: bool, agreed: bool, alone: bool) -> bool:
    """Whether somebody says when money was handed over, after it was asked for: where it had to wait, for
    a colleague or for its day. On one word it is asked for while it is handed over."""
    return by_hand and (agreed or alone)


def is_receivable(cents: Cents) -> bool:
    """Whether so much may be noted as money that came at the desk."""
    return 0 < cents <= MOST_RECEIVED


def first_receivable(today: date, *, started_on: date) -> date:
    """The oldest day on which money that is noted now may have come."""
    return max(started_on, today - OLDEST_RECEIVED)


def first_instant(asked_at: datetime, *, alone: bool) -> datetime:
    """From when an order may be carried out: a day later where nobody else could agree."""
    return asked_at + THINK_AGAIN if alone else asked_at


def may_try(tries: int, tried_at: datetime | None, *, now: datetime) -> bool:
    """Whether it is time to try an order: at once, then after a growing wait, ten minutes at most."""
    if not tries or tried_at is None:
        return True
    wait = timedelta(seconds=min(5 * 2 ** min(tries - 1, 7), 600))
    return now - tried_at >= wait


# Why money goes back; nothing of care. Corrected and paid twice are the practice's own matter too.
REFUND_REASONS = frozenset({"overpaid", "paid_twice", "corrected", "goodwill", "other"})

# Why a request is declined, stopped, or given up although it was agreed to.
END_REASONS = frozenset(
    {"not_due", "wrong_sum", "already_back", "otherwise", "not_wanted", "other"}
)


def doubt_of(
    reason: str, *, payments: int, from_credit: Cents, owed_again: Cents
) -> Literal["", "one_payment", "no_credit", "less_credit"]:
    """Why a refund's reason is not what the account shows, where it is not: of one that has so many
    ``payments``, when so much of the refund is paid out of credit and so much becomes owed again."""
    if not owed_again or reason not in {"overpaid", "paid_twice"}:
        return ""
    if payments == 1 and not from_credit:
        return "one_payment"
    if reason == "paid_twice":
        return ""
    return "less_credit" if from_credit else "no_credit"
