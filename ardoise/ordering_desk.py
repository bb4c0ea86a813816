"""What staff asked for at the desk, done by the worker: money that came, money that did not, credit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from ardoise.office import House
from ardoise.patience import Patience
from shared.accounts import Account, Practice, get_account, get_practice
from shared.audit import Actor
from shared.base.errors import ArdoiseError
from shared.desk import AtDesk, CancelRefusedError, cancel_at_desk, receive_at_desk, use_credit
from shared.orders import MoneyOrder, end_order, get_order, refunds_asked
from shared.payments import get_payment

NOTHING_TO_USE = "nothing_to_use"  # the outcome where credit or what it could settle is gone


@dataclass(frozen=True, slots=True)
class Work:
    """One order that may be done now, under its account's lock."""

    session: Session
    practice: Practice
    account: Account
    order: MoneyOrder
    at: datetime

    @property
    def actor(self) -> Actor:
        """Who said so: what a person noted is theirs, though the worker books it."""
        return Actor("staff", self.order.asked_name)


@contextmanager
def approved(house: House, practice_id: int, order_id: UUID) -> Iterator[Work | None]:
    """The order under its account's lock and its own, or None when it is done; committed in the end."""
    with house.database.unit_of_work(practice_id) as work:
        session = work.session
        account_id = get_order(session, practice_id=practice_id, order_id=order_id).account_id
        if account_id is None:
            raise ArdoiseError("an order of the desk names its account")
        account = get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
        order = get_order(session, practice_id=practice_id, order_id=order_id, lock=True)
        if order.status != "approved":
            yield None
            return
        practice = get_practice(session, practice_id)
        yield Work(session, practice, account, order, house.clock.now())
        work.commit()


def ref_of(order_id: UUID) -> str:
    """What a payment that an order brought is called in the journal."""
    return f"order:{order_id}"


def receive(house: House, practice_id: int, order_id: UUID, _patience: Patience) -> None:
    """Money came at the desk."""
    with approved(house, practice_id, order_id) as work:
        if work is None:
            return
        order = work.order
        if order.method is None or order.received_on is None:
            raise ArdoiseError("money at the desk came somehow, on some day")
        came = AtDesk(
            ref=ref_of(order.id),
            method=order.method,
            cents=order.amount_cents,
            day=order.received_on,
            said_at=order.asked_at,
            reference=order.reference,
        )
        payment = receive_at_desk(
            work.session,
            came,
            practice=work.practice,
            account=work.account,
            actor=work.actor,
            at=work.at,
        )
        order.payment_id = payment.id
        end_order(work.session, order, at=work.at)


def cancel(house: House, practice_id: int, order_id: UUID, _patience: Patience) -> None:
    """Money that was noted at the desk had not come."""
    with approved(house, practice_id, order_id) as work:
        if work is None:
            return
        order = work.order
        if order.payment_id is None:
            raise ArdoiseError("what is cancelled is a payment")
        payment, _ = get_payment(
            work.session,
            practice_id=practice_id,
            account_id=work.account.id,
            payment_id=order.payment_id,
        )
        outcome = None
        try:
            cancel_at_desk(
                work.session,
                payment,
                practice=work.practice,
                account=work.account,
                reason=order.reason,
                actor=work.actor,
                at=work.at,
            )
        except CancelRefusedError as error:
            outcome = error.reason
        end_order(work.session, order, at=work.at, outcome=outcome)


def use(house: House, practice_id: int, order_id: UUID, _patience: Patience) -> None:
    """What is too much settles what is owed."""
    with approved(house, practice_id, order_id) as work:
        if work is None:
            return
        uses = use_credit(
            work.session,
            practice=work.practice,
            account=work.account,
            actor=work.actor,
            at=work.at,
            asked=refunds_asked(work.session, practice_id=practice_id, account_id=work.account.id),
        )
        end_order(work.session, work.order, at=work.at, outcome=None if uses else NOTHING_TO_USE)
