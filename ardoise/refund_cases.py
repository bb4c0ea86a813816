"""A refund that staff asked for, with what it is about; and its end where it can't be."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from ardoise.office import House
from shared.accounts import Account, Practice, get_account, get_practice
from shared.audit import SYSTEM
from shared.base.clock import local_date
from shared.orders import (
    NOT_DONE,
    MoneyOrder,
    asker_left,
    end_order,
    get_order,
    is_going_back,
    is_taken_by_bank,
    left_for,
    left_of_stray,
)
from shared.payments import Payment, StrayPayment, take_returns
from shared.processor import Refunded
from shared.reconciliation import get_stray
from shared.reversals import is_contested, take_refunds_of
from shared.worklist import open_task

TOO_MUCH, ASSIGNED, CONTESTED = "too_much", "assigned", "disputed"
ASKER_LEFT = "asker_left"


@dataclass(frozen=True, slots=True)
class Case:
    """An order with the payment of an account that it is about, as they are now."""

    practice: Practice
    order: MoneyOrder
    account: Account
    payment: Payment

    @property
    def account_id(self) -> UUID | None:
        """Whose history tells of it."""
        return self.account.id

    def obstacle(self, session: Session) -> str | None:
        """Why it can't go back any more, if it can't."""
        if is_taken_by_bank(session, self.payment):
            return CONTESTED
        if asker_left(session, self.order):
            return ASKER_LEFT
        left = left_for(session, self.payment, but=self.order)
        return TOO_MUCH if left < self.order.amount_cents else None

    def take(self, session: Session, told: Refunded, at: datetime) -> bool:
        """Book what the processor gave back; whether that ends the order."""
        take_refunds_of(
            session,
            practice=self.practice,
            account=self.account,
            payment=self.payment,
            told=[told],
            at=at,
        )
        return True


@dataclass(frozen=True, slots=True)
class StrayCase:
    """An order with the payment of nobody known that it is about; no account is there to be locked, so
    that both rows are."""

    practice: Practice
    order: MoneyOrder
    stray: StrayPayment
    account_id: UUID | None = None

    def obstacle(self, session: Session) -> str | None:
        """Why it can't go back any more, if it can't."""
        if self.stray.status == "assigned":
            return ASSIGNED
        if asker_left(session, self.order):
            return ASKER_LEFT
        going = is_going_back(session, practice_id=self.practice.id, stray_id=self.stray.id)
        left = 0 if going else left_of_stray(self.stray)
        if left >= self.order.amount_cents:
            return None
        return CONTESTED if is_contested(session, self.stray) else TOO_MUCH

    def take(self, session: Session, told: Refunded, at: datetime) -> bool:
        """Book what the processor gave back; whether that ends the order: while the processor waits
        itself, nobody may give the payment to an account."""
        take_returns(session, self.stray, [told], practice=self.practice, at=at)
        return told.status != "pending"


def is_in_doubt(session: Session, case: Case | StrayCase) -> bool:
    """Whether less may seem to be left than is: the processor was asked to give back other money of the
    payment, which counts twice where a webhook told of it before the answer came. A payment of nobody
    known goes back whole, and but once."""
    return isinstance(case, Case) and is_going_back(
        session, practice_id=case.practice.id, payment_id=case.payment.id
    )


def end_refused(
    house: House,
    practice_id: int,
    order_id: UUID,
    outcome: str,
    *,
    only: Collection[str] = ("approved", "sent"),
) -> None:
    """End an order that can't be carried out, if it still stands so."""
    with house.database.unit_of_work(practice_id) as work:
        case = case_of(work.session, practice_id, order_id)
        if case.order.status in only:
            refuse(work.session, case, outcome, house.clock.now())
            work.commit()


def refuse(session: Session, case: Case | StrayCase, outcome: str, at: datetime) -> None:
    """It can't be done, and somebody has to look why."""
    end_order(session, case.order, at=at, outcome=outcome)
    open_task(
        session,
        NOT_DONE,
        practice_id=case.practice.id,
        account_id=case.account_id,
        key=str(case.order.id),
        due_on=local_date(at, case.practice.timezone),
        actor=SYSTEM,
        at=at,
    )


def case_of(session: Session, practice_id: int, order_id: UUID) -> Case | StrayCase:
    """The order and what it is about, under its account's lock, or the payment's; and the order under its
    own: whoever withdraws it may hold no other."""
    about = about_of(session, practice_id, order_id)
    practice = get_practice(session, practice_id)
    if isinstance(about, StrayPayment):
        stray = get_stray(session, practice_id=practice_id, stray_id=about.id, lock=True)
        session.refresh(stray)
        order = get_order(session, practice_id=practice_id, order_id=order_id, lock=True)
        return StrayCase(practice, order, stray)
    account = get_account(session, practice_id=practice_id, account_id=about.account_id, lock=True)
    order = get_order(session, practice_id=practice_id, order_id=order_id, lock=True)
    return Case(practice, order, account, about)


def about_of(session: Session, practice_id: int, order_id: UUID) -> Payment | StrayPayment:
    """The payment that an order is about."""
    order = get_order(session, practice_id=practice_id, order_id=order_id)
    if order.stray_id is not None:
        return session.get_one(StrayPayment, (practice_id, order.stray_id))
    return session.get_one(Payment, (practice_id, order.payment_id))
