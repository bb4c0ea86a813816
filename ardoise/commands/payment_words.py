"""How `ardoise payments verify` says a difference: what differs, by how much, and what to do about it."""

from collections.abc import Callable, Mapping

from shared.base.money import Cents
from shared.processor import Disputed, Refunded
from shared.reconciliation import (
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

_THERE = "open it in the processor's pages and"
_STANDS = {
    "inquiry": "a question only",
    "open": "open",
    "won": "won",
    "lost": "lost",
    "closed": "closed without money",
}


def what_differs(one: Difference) -> str:
    """What the processor says, what the journal says, and by how much that holds too much or too little."""
    return _WHAT[one.kind](one)


def what_was_done(one: Difference) -> str:
    """What its booking did."""
    return _DONE.get(one.kind, "booked as the processor says")


def what_to_do(one: Difference) -> str:
    """What a person does about one that could not be booked."""
    return _TODO[one.kind]


def euros(cents: Cents) -> str:
    """A sum as the lists of the processor write it."""
    return f"{cents // 100}.{cents % 100:02d}"


def _off(cents: Cents) -> str:
    """By how much the journal's balance with the processor is off; below zero it has too little."""
    if not cents:
        return "no sum differs"
    return f"the journal has {euros(abs(cents))} too {'much' if cents > 0 else 'little'}"


def _refund_unknown(one: Difference) -> str:
    if isinstance(one.told, Refunded) and one.told.status == "pending":
        return "on its way back at the processor, and not known here so: nothing is gone yet"
    return f"given back at the processor, and not booked here so: {_off(one.cents)}"


def _dispute_unknown(one: Difference) -> str:
    told = one.told
    if not isinstance(told, Disputed):
        return "disputed at a bank, and not known here"
    return (
        f"disputed at a bank, and not known here: {_stands(told.standing, told.taken_cents)}, "
        f"fee {euros(told.fee_cents)}; {_off(told.taken_cents + told.fee_cents)}"
    )


def _dispute_other(one: Difference) -> str:
    told, known = one.told, one.known
    if not isinstance(told, Disputed) or known is None:
        return f"its money is booked otherwise here: {_off(one.cents - one.here)}"
    there = f"{_stands(told.standing, told.taken_cents)}, fee {euros(told.fee_cents)}"
    here = f"{_stands(known.standing, known.taken_cents)}, fee {euros(known.fee_cents)}"
    return f"the processor says {there}; here it is {here}: {_off(one.cents - one.here)}"


def _stands(standing: str, taken: Cents) -> str:
    gone = f"{euros(taken)} gone" if taken else "no money gone"
    return f"{_STANDS.get(standing, standing)}, {gone}"


_WHAT: Mapping[str, Callable[[Difference], str]] = {
    MISSING_HERE: lambda one: (
        f"taken for an attempt of ours, and not booked here: {_off(-one.cents)}"
    ),
    NOBODYS: lambda one: (
        f"asked for by no attempt of ours, so it is nobody's until staff assign it: {_off(-one.cents)}"
    ),
    MISSING_THERE: lambda one: f"booked here, and not in the processor's list: {_off(one.cents)}",
    OTHER_SUM: lambda one: (
        f"booked here with another sum ({euros(one.here)} here): {_off(one.here - one.cents)}"
    ),
    OTHER_CURRENCY: lambda _: "in another currency than euros, which can't be booked here",
    WRONG_MODE: lambda _: "of the other mode, test or live, than this practice's key: not booked",
    REFUND_UNKNOWN: _refund_unknown,
    REFUND_FAILED: lambda one: (
        "it failed at the processor, and was booked here as given back: " + _off(-one.cents)
    ),
    REFUND_MISSING: lambda one: (
        f"booked here as given back, and not in the processor's list: {_off(-one.cents)}"
    ),
    REFUND_SUM: lambda one: (
        f"booked here as given back with another sum ({euros(one.here)} here): "
        f"{_off(one.cents - one.here)}"
    ),
    DISPUTE_UNKNOWN: _dispute_unknown,
    DISPUTE_OTHER: _dispute_other,
    DISPUTE_MISSING: lambda one: (
        f"known here as disputed for {euros(one.here)}, and not in the processor's list"
    ),
}
_DONE = {
    MISSING_HERE: "its attempt is settled",
    NOBODYS: "booked apart; staff assign it or give it back on « Paiements à attribuer »",
    REFUND_UNKNOWN: "the refund is booked with its payment",
    REFUND_FAILED: "booked back, what it had settled is settled again",
    DISPUTE_UNKNOWN: "the dispute is booked with its payment; staff have what to answer on their list",
    DISPUTE_OTHER: "booked to where the processor says that its money is",
}
_TODO = {
    MISSING_HERE: f"{_THERE} compare it with the payments of the account, then run this again",
    NOBODYS: f"{_THERE} see where it comes from; run this again, it is booked when it can be",
    MISSING_THERE: "look for its name in the processor's pages; if it is not there, was the practice's "
    "key changed to another account?",
    OTHER_SUM: f"{_THERE} compare both sums with the receipt",
    OTHER_CURRENCY: f"{_THERE} give it back there, or note it in your own accounts",
    WRONG_MODE: "look which key the practice uses; test money is never booked",
    REFUND_UNKNOWN: f"{_THERE} compare what went back with what had come; run this again",
    REFUND_FAILED: f"{_THERE} give the sum back in another way if it is still due; run this again",
    REFUND_MISSING: f"{_THERE} see whether it went back: if not, the account's receipt says too much",
    REFUND_SUM: f"{_THERE} compare both sums with the account's refund",
    DISPUTE_UNKNOWN: f"{_THERE} answer the bank there; run this again",
    DISPUTE_OTHER: f"{_THERE} compare its balance transactions with the account's page; run this again",
    DISPUTE_MISSING: f"{_THERE} see whether a bank disputes it: if not, what is booked as gone is there",
}
