"""Money at the desk on an account's page: what is under way, what is in hand, what may be cancelled."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.desks.account_head import Found
from backoffice.desks.order_words import OUTCOMES
from backoffice.desks.words import BY_METHOD
from shared.accounts import Account, Hold
from shared.base.clock import local_date
from shared.base.formats import money
from shared.base.money import Cents
from shared.desk import HELD_BY, usable_on
from shared.orders import ASSIGN, CANCEL, OPEN, RECEIVE, REFUND, USE_CREDIT, MoneyOrder
from shared.payments import Received
from shared.staff import SignedIn

UNDER_WAY = frozenset({"waiting", "approved", "sent"})
TOLD_FOR = timedelta(days=7)  # how long the page says that something could not be done
WHY_NOT = {
    "cancelled": "le paiement était déjà annulé",
    "given_back": "une partie avait déjà été rendue",
    "nothing_to_use": "il n’y avait plus rien à régler, ou plus de trop-perçu",
}
# Of a payment of nobody known, which waits or went elsewhere since.
WHY_NOT_HERE = {
    **OUTCOMES,
    "assigned": "ce paiement a été attribué à un autre compte entre-temps",
    "returned": "ce paiement a été rendu entre-temps, ou repris par la banque",
}


@dataclass(frozen=True, slots=True)
class OrderShown:
    """Something that was asked for and is not done: on its way, or why it could not be."""

    text: str
    by: str
    at: datetime
    under_way: bool


@dataclass(frozen=True, slots=True)
class DeskShown:
    """``credit`` is (receipt, cents) of what is in hand; ``usable_cents`` what of it may settle what is
    owed; ``cancellable`` and ``cancelled_by`` are by payment; ``mark`` is for forms."""

    credit: tuple[tuple[str, Cents], ...]
    usable_cents: Cents
    orders: tuple[OrderShown, ...]
    cancellable: frozenset[UUID]
    cancelled_by: dict[UUID, str]
    mark: str

    @property
    def credit_cents(self) -> Cents:
        """All that is in hand."""
        return sum(cents for _, cents in self.credit)


def read_desk(
    session: Session,
    found: Found,
    payments: Sequence[Received],
    orders: Sequence[MoneyOrder],
    holds: Sequence[Hold],
    *,
    who: SignedIn,
    at: datetime,
) -> DeskShown:
    """What the account's page says of the desk to this role; ``orders`` and ``holds`` are all of the
    account's."""
    account = found.account
    credit = tuple(
        (one.payment.number, one.credit_cents) for one in payments[::-1] if one.credit_cents > 0
    )
    in_hand = sum(cents for _, cents in credit)
    may = who.may("payments.desk")
    usable = 0
    if in_hand and may:
        usable = _usable(session, account, payments, orders, holds)
    numbers = {one.payment.id: one.payment.number for one in payments}
    using = any(o.kind == USE_CREDIT and o.status in UNDER_WAY for o in orders)
    today = local_date(at, found.practice.timezone)
    return DeskShown(
        credit=credit,
        usable_cents=0 if using else min(usable, in_hand),
        orders=tuple(_shown(o, numbers) for o in orders if _is_told(o, at)) if may else (),
        cancellable=frozenset(
            one.payment.id
            for one in payments
            if one.payment.method in HELD_BY
            and one.payment.cancelled_on is None
            and not one.refunds
            and may_cancel(orders, one.payment.id, who=who, today=today, zone=who.timezone)
            and not _is_asked(orders, one.payment.id)
        ),
        cancelled_by={
            o.payment_id: o.asked_name
            for o in orders
            if o.kind == CANCEL and o.status == "done" and o.payment_id is not None
        },
        mark=new_mark(),
    )


def new_mark() -> str:
    """A form's fresh mark."""
    return secrets.token_hex(12)


def may_cancel(
    orders: Sequence[MoneyOrder], payment_id: UUID, *, who: SignedIn, today: date, zone: str
) -> bool:
    """Whether this person may cancel a payment: their own entry of the day, or by their role."""
    if who.may("payments.cancel"):
        return True
    return who.may("payments.desk") and any(
        o.kind == RECEIVE
        and o.payment_id == payment_id
        and o.asked_by == who.user_id
        and local_date(o.asked_at, zone) == today
        for o in orders
    )


def _is_asked(orders: Sequence[MoneyOrder], payment_id: UUID) -> bool:
    return any(
        o.kind == CANCEL and o.payment_id == payment_id and o.status in UNDER_WAY for o in orders
    )


def _is_told(order: MoneyOrder, at: datetime) -> bool:
    if order.kind not in {ASSIGN, RECEIVE, CANCEL, USE_CREDIT}:
        return False
    refused = order.status == "refused" and order.ended_at is not None
    return order.status in UNDER_WAY or (
        refused and order.ended_at is not None and at - order.ended_at < TOLD_FOR
    )


def _shown(order: MoneyOrder, numbers: dict[UUID, str]) -> OrderShown:
    what = {
        ASSIGN: f"Paiement par carte de {money(order.amount_cents)} à rattacher à ce compte",
        RECEIVE: f"{money(order.amount_cents)} {BY_METHOD.get(order.method or '', '')}",
        CANCEL: f"Annulation du reçu {numbers.get(order.payment_id, '') if order.payment_id else ''}",
        USE_CREDIT: "Utilisation du trop-perçu",
    }[order.kind]
    under_way = order.status in UNDER_WAY
    if order.kind == ASSIGN:
        why = WHY_NOT_HERE.get(order.outcome or "", "voyez « Paiements à attribuer »")
        text = f"{what} : {'s’inscrit…' if under_way else f'non fait : {why}'}"
    else:
        why = WHY_NOT.get(order.outcome or "", "à revoir")
        text = f"{what} s’inscrit…" if under_way else f"{what} : non faite : {why}"
    return OrderShown(
        text=text,
        by=order.asked_name,
        at=order.asked_at,
        under_way=under_way,
    )


def _usable(
    session: Session,
    account: Account,
    payments: Sequence[Received],
    orders: Sequence[MoneyOrder],
    holds: Sequence[Hold],
) -> Cents:
    """What credit would settle now: what nobody is about to give back, of what may be settled."""
    asked: Counter[UUID | None] = Counter()
    for order in orders:
        if order.kind == REFUND and order.status in OPEN:
            asked[order.payment_id] += order.amount_cents
    free = (max(one.free_credit_cents - asked[one.payment.id], 0) for one in payments)
    owed = usable_on(session, practice_id=account.practice_id, account_id=account.id, holds=holds)
    return min(sum(owed.values()), sum(free))
