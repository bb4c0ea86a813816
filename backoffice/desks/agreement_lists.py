"""« Validations »: what is to be handed over, what waits for a word, what was decided lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.account_orders import OrderShown, may_see, order_shown
from backoffice.desks.people import names_of
from shared.accounts import Account
from shared.base.vault import KeyRing
from shared.orders import MoneyOrder, orders_decided, orders_to_agree, orders_to_hand
from shared.payments import Payment
from shared.staff import SignedIn

LATELY = timedelta(days=30)
MOST_DECIDED = 30


@dataclass(frozen=True, slots=True)
class AgreementShown:
    """An order with the account that it is about (empty for a payment of nobody known), its ``name`` where
    names may be read; ``at`` is when it was decided, or asked for while it was not."""

    order: OrderShown
    account: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AgreementLists:
    """Each list in its order: what may be handed over first, what was asked first, the latest first. Of the
    first two a page, each with the key of the page after it; what was decided beside the first pages."""

    to_hand: tuple[AgreementShown, ...]
    next_to_hand: str
    waiting: tuple[AgreementShown, ...]
    next_waiting: str
    decided: tuple[AgreementShown, ...]


def read_lists(
    session: Session,
    *,
    who: SignedIn,
    keys: KeyRing | None,
    after_hand: str = "",
    after: str = "",
    at: datetime,
) -> AgreementLists:
    """What the page shows to this person, of what is to be handed over behind ``after_hand``, of what waits
    behind ``after``; with names where ``keys`` open them. Raises NotFoundError for a page key that is
    none."""
    practice_id = who.practice_id
    to_hand = orders_to_hand(session, practice_id=practice_id, after=after_hand)
    waiting = orders_to_agree(session, practice_id=practice_id, now=at, after=after)
    decided = (
        []
        if after_hand or after
        else orders_decided(session, practice_id=practice_id, since=at - LATELY, most=MOST_DECIDED)
    )
    known, paid_by = _known(session, practice_id, [*to_hand.orders, *waiting.orders, *decided])
    opened = (
        names_of(session, list(known.values()), practice_id=practice_id, keys=keys) if keys else {}
    )
    numbers = {account.id: account.number for account in known.values()}
    names = {account_id: name.full for account_id, name in opened.items()}

    def shown(orders: Sequence[MoneyOrder]) -> tuple[AgreementShown, ...]:
        return tuple(
            AgreementShown(
                order=order_shown(
                    one, who=who, vault=None, at=at, paid_by=paid_by.get(one.payment_id, "")
                ),
                account=_of(numbers, one),
                name=_of(names, one),
                at=one.ended_at or one.handed_at or one.decided_at or one.asked_at,
            )
            for one in orders
            if may_see(who, one.kind)
        )

    return AgreementLists(
        to_hand=shown(to_hand.orders),
        next_to_hand=to_hand.next_key,
        waiting=shown(waiting.orders),
        next_waiting=waiting.next_key,
        decided=shown(decided),
    )


def _of(words: Mapping[UUID, str], order: MoneyOrder) -> str:
    return words.get(order.account_id, "") if order.account_id is not None else ""


def _known(
    session: Session, practice_id: int, orders: Sequence[MoneyOrder]
) -> tuple[dict[UUID, Account], dict[UUID | None, str]]:
    """(the accounts, how the payments came) of these orders."""
    if not orders:
        return {}, {}
    named = {order.account_id for order in orders if order.account_id is not None}
    rows = session.scalars(
        select(Account).where(Account.practice_id == practice_id, Account.id.in_(named))
    )
    paid = {order.payment_id for order in orders if order.payment_id is not None}
    ways = session.execute(
        select(Payment.id, Payment.method).where(
            Payment.practice_id == practice_id, Payment.id.in_(paid)
        )
    )
    return {account.id: account for account in rows}, {row[0]: row[1] for row in ways}
