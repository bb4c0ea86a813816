"""The worker gives a payment of nobody known to the account that staff named."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from ardoise.office import House
from ardoise.order_tries import put_off
from ardoise.patience import Patience
from shared.accounts import get_account, get_practice
from shared.audit import SYSTEM, Actor
from shared.base.clock import local_date
from shared.base.log import get_logger
from shared.orders import (
    ASSIGN,
    MoneyOrder,
    end_order,
    get_order,
    is_going_back,
    orders_of_strays,
)
from shared.payments import Desk
from shared.processor import Checkout, GatewayRefusedError, GatewayUnavailableError
from shared.reconciliation import NOT_ASSIGNED, NothingToAssignError, assign_stray, get_stray
from shared.worklist import close_tasks, open_task

log = get_logger(__name__)
UNKNOWN = "resource_missing"  # what the processor says of a payment that is not its own
GOING_BACK = "going_back"  # the outcome where the processor was asked to give it back


def assign(house: House, practice_id: int, order_id: UUID, patience: Patience) -> None:
    """Read the payment at the processor, then book it on the account; done again it changes nothing.

    While the processor does not answer, or refuses, the order waits, longer each time.
    """
    if patience.is_over:
        return
    desk = house.desk(practice_id)
    if desk is None:
        put_off(house, practice_id, order_id)
        return
    with house.database.reading(practice_id) as session:
        order = get_order(session, practice_id=practice_id, order_id=order_id)
        stray = get_stray(session, practice_id=practice_id, stray_id=_id(order.stray_id))
    try:
        state = desk.gateway.retrieve_charge(stray.processor_ref)
    except GatewayUnavailableError as error:
        log.warning("processor.unavailable", reason=str(error))
        patience.unanswered()
        put_off(house, practice_id, order_id)
        return
    except GatewayRefusedError as error:
        log.error("processor.refused", reason=str(error))
        patience.answered()
        if error.code == UNKNOWN:
            _give_up(house, practice_id, order_id)
        else:
            put_off(house, practice_id, order_id)
        return
    patience.answered()
    _book(desk, order_id, state)


def _give_up(house: House, practice_id: int, order_id: UUID) -> None:
    """The processor does not know the payment under the practice's key, and won't by being asked again."""
    with house.database.unit_of_work(practice_id) as work:
        order = get_order(work.session, practice_id=practice_id, order_id=order_id, lock=True)
        if order.status == "approved":
            _refuse(work.session, order, "unknown_payment", at=house.clock.now())
            work.commit()


def _book(desk: Desk, order_id: UUID, state: Checkout) -> None:
    with desk.database.unit_of_work(desk.practice_id) as work:
        session, practice_id = work.session, desk.practice_id
        order = get_order(session, practice_id=practice_id, order_id=order_id)
        account = get_account(
            session, practice_id=practice_id, account_id=_id(order.account_id), lock=True
        )
        get_stray(session, practice_id=practice_id, stray_id=_id(order.stray_id), lock=True)
        order = get_order(session, practice_id=practice_id, order_id=order_id, lock=True)
        if order.status != "approved":  # done, or withdrawn, while we asked
            return
        now = desk.clock.now()
        if is_going_back(session, practice_id=practice_id, stray_id=_id(order.stray_id)):
            _refuse(session, order, GOING_BACK, at=now)
            work.commit()
            return
        try:
            payment = assign_stray(
                session,
                practice=get_practice(session, practice_id),
                account=account,
                stray_id=_id(order.stray_id),
                state=state,
                actor=Actor("staff", order.asked_name),
                at=now,
            )
        except NothingToAssignError as nothing:
            _refuse(session, order, nothing.reason, at=now)
        else:
            order.payment_id = payment.id
            end_order(session, order, at=now)
            _nothing_to_look_at(session, order, at=now)
        work.commit()


def _refuse(session: Session, order: MoneyOrder, outcome: str, *, at: datetime) -> None:
    """It is not that account's, and somebody has to look why: whoever asked may be elsewhere by now."""
    end_order(session, order, at=at, outcome=outcome)
    practice = get_practice(session, order.practice_id)
    open_task(
        session,
        NOT_ASSIGNED,
        practice_id=practice.id,
        account_id=None,
        key=str(order.id),
        due_on=local_date(at, practice.timezone),
        actor=SYSTEM,
        at=at,
    )


def _nothing_to_look_at(session: Session, order: MoneyOrder, *, at: datetime) -> None:
    """Asked for anew it was done: what could not be done before is nobody's work any more."""
    before = orders_of_strays(
        session, [_id(order.stray_id)], practice_id=order.practice_id, kind=ASSIGN
    )
    for one in before:
        if one.status == "refused":
            close_tasks(
                session,
                NOT_ASSIGNED,
                practice_id=order.practice_id,
                key=str(one.id),
                event="vanished",
                actor=SYSTEM,
                at=at,
            )


def _id(named: UUID | None) -> UUID:
    """An order to assign names both its payment and its account."""
    assert named is not None  # noqa: S101 - see ask_assign, the only one who asks
    return named
