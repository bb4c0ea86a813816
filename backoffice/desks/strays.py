"""Payments of nobody known that wait to be assigned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from backoffice.desks.account_orders import OrderShown, order_shown
from shared.accounts import Account
from shared.base.money import Cents
from shared.base.page_keys import instant_of, read_key, write_key
from shared.orders import ASSIGN, REFUND, MoneyOrder, orders_of_strays
from shared.reconciliation import strays_found
from shared.reversals import disputes_of_strays
from shared.staff import SignedIn

PAGE = 30
UNDER_WAY = ("approved", "sent")


@dataclass(frozen=True, slots=True)
class StrayShown:
    """One of them; ``bears`` the account whose reference it bears, ``going_to`` the one that it is being
    given to. Of what went, a bank has ``contested_cents`` while it decides, and ``lost_cents`` for good."""

    id: UUID
    cents: Cents
    returned_cents: Cents
    contested_cents: Cents
    lost_cents: Cents
    received_at: datetime
    processor_ref: str
    reference: str
    bears: str
    going_to: str
    refund: OrderShown | None

    @property
    def is_free(self) -> bool:
        """Whether something is left and nothing is under way with it."""
        is_asked = self.refund is not None and not self.refund.is_over
        return self.left_cents > 0 and not self.going_to and not is_asked

    @property
    def left_cents(self) -> Cents:
        """What of it is still here."""
        return max(self.cents - self.returned_cents, 0)

    @property
    def refunded_cents(self) -> Cents:
        """What of it was given back."""
        return self.returned_cents - self.contested_cents - self.lost_cents


def read_strays(
    session: Session, *, who: SignedIn, after: str, at: datetime
) -> tuple[list[StrayShown], str]:
    """A page of what waits to be assigned, the oldest first; and the key of the next page. Raises
    NotFoundError for a page key that is none."""
    practice_id = who.practice_id
    listed = strays_found(
        session,
        practice_id=practice_id,
        after=read_key(after, instant_of) if after else None,
        most=PAGE + 1,
    )
    found = listed[:PAGE]
    next_key = write_key(found[-1].received_at, found[-1].id) if len(listed) > PAGE else ""
    going = _going(session, practice_id, [s.id for s in found])
    bearing = _bearing(session, practice_id, {s.reference for s in found if s.reference})
    refunds = _refunds(session, [s.id for s in found], who, at)
    disputes = disputes_of_strays(session, [s.id for s in found], practice_id=practice_id)
    taken = {
        (stray_id, status): sum(d.taken_cents for d in listed if d.status == status)
        for stray_id, listed in disputes.items()
        for status in ("open", "lost")
    }
    shown = [
        StrayShown(
            id=stray.id,
            cents=stray.amount_cents,
            returned_cents=stray.returned_cents,
            contested_cents=taken[stray.id, "open"],
            lost_cents=taken[stray.id, "lost"],
            received_at=stray.received_at,
            processor_ref=stray.processor_ref,
            reference=stray.reference or "",
            bears=bearing.get(stray.reference or "", ""),
            going_to=going.get(stray.id, ""),
            refund=refunds.get(stray.id),
        )
        for stray in found
    ]
    return shown, next_key


def _going(session: Session, practice_id: int, strays: Sequence[UUID]) -> dict[UUID, str]:
    if not strays:
        return {}
    rows = session.execute(
        select(MoneyOrder.stray_id, Account.number)
        .join(
            Account,
            and_(
                Account.practice_id == MoneyOrder.practice_id, Account.id == MoneyOrder.account_id
            ),
        )
        .where(
            MoneyOrder.practice_id == practice_id,
            MoneyOrder.stray_id.in_(strays),
            MoneyOrder.kind == ASSIGN,
            MoneyOrder.status.in_(UNDER_WAY),
        )
    )
    return {stray_id: number for stray_id, number in rows if stray_id is not None}


def _refunds(
    session: Session, strays: Sequence[UUID], who: SignedIn, at: datetime
) -> dict[UUID, OrderShown]:
    """The latest refund of each of these that was asked for."""
    if not strays:
        return {}
    orders = orders_of_strays(session, strays, practice_id=who.practice_id, kind=REFUND)
    return {
        order.stray_id: order_shown(order, who=who, vault=None, at=at)
        for order in orders[::-1]
        if order.stray_id is not None
    }


def _bearing(session: Session, practice_id: int, references: set[str]) -> dict[str, str]:
    if not references:
        return {}
    rows = session.execute(
        select(Account.transfer_reference, Account.number).where(
            Account.practice_id == practice_id, Account.transfer_reference.in_(references)
        )
    )
    return {row[0]: row[1] for row in rows}
