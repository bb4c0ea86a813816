"""Decisions about paying: how an attempt lives, what may be paid, how money is shared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.base.errors import ArdoiseError
from shared.base.money import Cents, spend_oldest_first
from shared.base.states import StateMachine

ATTEMPT = StateMachine(
    "payment_attempt",
    initial=frozenset({"created"}),
    edges={
        ("created", "redirect"): "redirected",
        ("created", "expire"): "expired",
        # a kept card is charged: there is no page in between
        ("created", "process"): "processing",
        ("redirected", "expire"): "expired",
        ("redirected", "process"): "processing",
        ("redirected", "succeed"): "succeeded",
        ("redirected", "fail"): "failed",
        # a page without a sum: the card is kept
        ("redirected", "save"): "saved",
        ("expired", "save"): "saved",
        ("processing", "succeed"): "succeeded",
        ("processing", "fail"): "failed",
        # money that did not fit its attempt, after a person has dealt with it
        ("processing", "release"): "failed",
        # the processor's word is final: money that came late is never refused a booking
        ("expired", "succeed"): "succeeded",
        ("failed", "succeed"): "succeeded",
    },
)
SAVED_CARD = StateMachine(
    "saved_card",
    initial=frozenset({"asked"}),
    edges={
        ("asked", "keep"): "kept",
        ("asked", "lapse"): "lapsed",
        ("lapsed", "keep"): "kept",  # the page was completed at the last moment
        ("kept", "remove"): "removing",
        ("removing", "detach"): "removed",
    },
)
WEBHOOK_EVENT = StateMachine(
    "webhook_event",
    initial=frozenset({"stored"}),
    edges={("stored", "handle"): "handled", ("stored", "ignore"): "ignored"},
)
PAY_LINK = StateMachine(
    "pay_link", initial=frozenset({"live"}), edges={("live", "revoke"): "revoked"}
)

AT_PROCESSOR = frozenset({"created", "redirected"})
BY_LINK = "link"
PAY_LINK_DAYS = 7
MOST_PAY_LINKS = 10  # made by an account in a day
CARD_MINIMUM: Cents = 50  # the processor's own floor for euros
CHECKOUT_LIFE = timedelta(hours=1)
# The processor opens a page that ends in 30 minutes at least: later, its key would be refused.
REUSE_LIFE = timedelta(minutes=25)
# The processor may forget a key after a day; later a charge in doubt is only looked for.
KEY_LIFE = timedelta(hours=23)
# A question that the processor took and has not answered is over by then, for good or bad.
QUIET = timedelta(minutes=10)
ONLY_A_CARD = "card"  # the choice of a page that takes nothing
CHARGE = "charge"  # the choice of an attempt that no page belongs to
NOTHING_CAME = "nothing_came"  # the failure of a charge of which the processor knows nothing
MOST_CHARGES = 3  # for one cause, when the processor fails each time


class ChoiceError(ArdoiseError):
    """What the patient chose can't be paid as it is; ``reason`` names the sentence to show."""

    def __init__(self, reason: str, *, low: Cents = 0, high: Cents = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.low = low
        self.high = high


@dataclass(frozen=True, slots=True)
class Payable:
    """An invoice and what can still be paid of it: open, less what is being paid already. It may be
    ``held``: a person looks at it first."""

    invoice_id: UUID
    cents: Cents
    held: bool = False


def covered_by_credit(payables: Sequence[Payable], credit: Cents) -> dict[UUID, Cents]:
    """What of each invoice the patient's ``credit`` is going to settle, the oldest due first: nobody is
    asked for that. Of an invoice that is held nothing is settled, and nothing is taken off."""
    return spend_oldest_first(credit, [(p.invoice_id, p.cents) for p in payables if not p.held])


@dataclass(frozen=True, slots=True)
class Consent:
    """For which agreement a card is kept, and which words were agreed to: their version and SHA-256 as
    hexadecimal digits."""

    agreement_id: UUID
    text_version: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class Choice:
    """``kind`` is all, some (with ``invoices``), other (with ``amount``), part (an ``amount`` for
    ``invoices``, as small as a card takes), card (nothing: a card is kept for later) or link (the
    ``amount`` of a link for someone else)."""

    kind: str
    invoices: frozenset[UUID] = frozenset()
    amount: Cents | None = None


def bounds(payables: Sequence[Payable], minimum: Cents) -> tuple[Cents, Cents]:
    """The least and the most of « another amount »; both are all when no part may be paid.

    A part must leave what a card can still pay: between both, sums just below the most are refused.
    """
    most = sum(p.cents for p in payables)
    least = max(minimum, CARD_MINIMUM)
    return (least if least + CARD_MINIMUM <= most else most), most


def shares_of(choice: Choice, payables: Sequence[Payable], minimum: Cents) -> dict[UUID, Cents]:
    """Which sum goes to which invoice. Raises ChoiceError with the reason when it can't be done.

    What is left then is nothing or at least CARD_MINIMUM: no card could ever pay less.
    """
    if choice.kind == ONLY_A_CARD:
        return {}
    low, most = bounds(payables, minimum)
    if most == 0:
        raise ChoiceError("nothing_left")
    if most < CARD_MINIMUM:
        raise ChoiceError("too_small", low=CARD_MINIMUM, high=most)
    if choice.kind == "all":
        shares = {p.invoice_id: p.cents for p in payables if p.cents > 0}
    elif choice.kind == "some":
        shares = {
            p.invoice_id: p.cents
            for p in payables
            if p.invoice_id in choice.invoices and p.cents > 0
        }
        if not shares:
            raise ChoiceError("choose_invoice")
    elif choice.kind == "other":
        if choice.amount is None or not low <= choice.amount <= most:
            raise ChoiceError("only_all" if low == most else "out_of_bounds", low=low, high=most)
        shares = spend_oldest_first(choice.amount, [(p.invoice_id, p.cents) for p in payables])
    elif choice.kind == "part":
        shares = _part(choice, payables)
    elif choice.kind == BY_LINK:
        every = frozenset(p.invoice_id for p in payables)
        shares = _part(Choice(BY_LINK, every, choice.amount), payables)
    else:
        raise ChoiceError("choose")
    paid = sum(shares.values())
    if paid < CARD_MINIMUM:
        raise ChoiceError("too_small", low=CARD_MINIMUM, high=most)
    if 0 < most - paid < CARD_MINIMUM:
        raise ChoiceError("leaves_too_little", low=CARD_MINIMUM, high=most)
    return shares


def _part(choice: Choice, payables: Sequence[Payable]) -> dict[UUID, Cents]:
    meant = [(p.invoice_id, p.cents) for p in payables if p.invoice_id in choice.invoices]
    most = sum(cents for _, cents in meant)
    if choice.amount is None or not 0 < choice.amount <= most:
        raise ChoiceError("out_of_bounds", low=min(CARD_MINIMUM, most), high=most)
    return spend_oldest_first(choice.amount, meant)


@dataclass(frozen=True, slots=True)
class Split:
    """A received sum: what settles which invoice, and what is left over as the patient's credit."""

    shares: dict[UUID, Cents]
    credit: Cents


def split_received(
    received: Cents, meant: Sequence[tuple[UUID, Cents]], open_now: dict[UUID, Cents]
) -> Split:
    """Share money that came in: first as it was meant, then on what else is open, oldest first.

    ``open_now`` is in due order. No invoice gets more than is open; no cent is lost.
    """
    shares: dict[UUID, Cents] = {}
    left = received
    for invoice_id, cents in meant:
        part = min(cents, open_now.get(invoice_id, 0), left)
        if part > 0:
            shares[invoice_id] = part
            left -= part
    still_open = [(i, cents - shares.get(i, 0)) for i, cents in open_now.items()]
    for invoice_id, part in spend_oldest_first(left, still_open).items():
        shares[invoice_id] = shares.get(invoice_id, 0) + part
        left -= part
    return Split(shares, left)


def event_of_unpaid(page: str, failed: str | None) -> str | None:
    """What a page without money does to its attempt: ``page`` is open, complete or expired.

    A complete page without money is a bank's that has not answered yet, or that said no.
    """
    if page == "complete":
        return "fail" if failed else "process"
    return "expire" if page == "expired" else None


def check_is_due(
    *,
    now: datetime,
    created_at: datetime,
    returned_at: datetime | None,
    checked_at: datetime | None,
    checks: int,
) -> bool:
    """Whether the processor should be asked again how an attempt stands.

    At once after the patient came back; otherwise after a growing wait, an hour at most.
    """
    if returned_at is not None and (checked_at is None or checked_at < returned_at):
        return True
    wait = timedelta(seconds=min(20 * 2 ** min(checks, 8), 3600))
    return now - (checked_at or created_at) >= wait
