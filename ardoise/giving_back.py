"""The worker and refunds that staff asked for: sent once, looked for when nobody knows, taken over."""

from datetime import datetime
from uuid import UUID

from ardoise.office import House
from ardoise.patience import Patience
from ardoise.refund_cases import (
    TOO_MUCH,
    StrayCase,
    about_of,
    case_of,
    end_refused,
    is_in_doubt,
    refuse,
)
from ardoise.settling import tell_refused
from shared.audit import Actor
from shared.base.errors import ArdoiseError
from shared.base.log import get_logger
from shared.desk import HELD_BY, book_desk_refund
from shared.orders import (
    MoneyOrder,
    end_order,
    must_be_handed,
    note_sent,
    note_try,
    renew_key,
)
from shared.payments import KEY_LIFE, QUIET, Desk, Payment
from shared.processor import (
    GatewayRefusedError,
    GatewayUnavailableError,
    KeySpentError,
    Refunded,
    RefundOrder,
)

log = get_logger(__name__)
NO_PROCESSOR, FAILED, REFUSED = "no_processor", "failed", "refused"
UNKNOWN = "resource_missing"
# What the processor says when it can't give back, as orders keep it.
REFUSALS = {
    "charge_already_refunded": "already_refunded",
    "charge_disputed": "disputed",
    "balance_insufficient": "no_balance",
    "insufficient_funds": "no_balance",
    UNKNOWN: "unknown_payment",
    "invalid_amount": TOO_MUCH,  # it has no code of its own for more than is left
}


def give_back(house: House, practice_id: int, order_id: UUID, patience: Patience) -> None:
    """Bring one refund as far as it can be brought now: what may be known is known afterwards."""
    with house.database.reading(practice_id) as session:
        about = about_of(session, practice_id, order_id)
    if isinstance(about, Payment) and about.method in HELD_BY:
        _book(house, practice_id, order_id)
        return
    desk = house.desk(practice_id)
    if desk is None:
        end_refused(house, practice_id, order_id, NO_PROCESSOR, only=("approved",))
    elif not patience.is_over:
        _give_back_on_card(house, desk, order_id, patience)


def _give_back_on_card(house: House, desk: Desk, order_id: UUID, patience: Patience) -> None:
    practice_id = desk.practice_id
    begun = _begin(house, practice_id, order_id)
    if begun is None:
        return
    order, again_since = begun
    try:
        told = _answer(house, desk, order, again_since)
    except KeySpentError as error:
        log.warning("processor.key_spent", reason=str(error), order=str(order_id))
        _renew(house, practice_id, order, sent_from=house.clock.now() + QUIET)
        patience.answered()
    except GatewayUnavailableError as error:
        log.warning("processor.unavailable", reason=str(error), order=str(order_id))
        patience.unanswered(order_id)
    except GatewayRefusedError as error:
        patience.answered()
        log.error("processor.refused", reason=str(error), order=str(order_id))
        # in doubt, a payment that it does not know means another account than the one that was asked
        if error.code and not (again_since and error.code == UNKNOWN):
            end_refused(house, practice_id, order_id, REFUSALS.get(error.code, REFUSED))
        else:
            tell_refused(house, practice_id)
    else:
        patience.answered()
        if told is not None:
            _take(house, practice_id, order_id, told)


def _begin(
    house: House, practice_id: int, order_id: UUID
) -> tuple[MoneyOrder, datetime | None] | None:
    """Commit that the processor is about to be asked, if there is enough left to be given back; with
    it, when it was asked before. None when nothing is to be asked."""
    with house.database.unit_of_work(practice_id) as work:
        case = case_of(work.session, practice_id, order_id)
        order, now, before = case.order, house.clock.now(), None
        if order.status == "approved":
            obstacle = case.obstacle(work.session)
            if obstacle is not None:
                if obstacle == TOO_MUCH and is_in_doubt(work.session, case):
                    note_try(order, at=now)  # the other's answer says what is left
                else:
                    refuse(work.session, case, obstacle, now)
                work.commit()
                return None
            note_sent(work.session, order, at=now)
        elif order.status != "sent":
            return None
        else:
            before = order.tried_at
        note_try(order, at=now)
        work.commit()
        return order, before


def _answer(
    house: House, desk: Desk, order: MoneyOrder, before: datetime | None
) -> Refunded | None:
    """What the processor says, asked with no transaction open; None while it is not asked.

    A refund of which nothing is known is looked for before it is asked for again: with its key as long
    as the processor keeps that, later with another one, once nothing of the first can come any more.
    """
    practice_id, now = desk.practice_id, house.clock.now()
    with house.database.reading(practice_id) as session:
        intent_id = about_of(session, practice_id, order.id).processor_ref
    if before is not None:
        found = desk.gateway.find_refund(order.id.hex, intent_id=intent_id)
        if found is not None:
            return found
    since = order.sent_at or now
    if now < since:
        return None
    if before is not None and now - since >= KEY_LIFE:
        if now - before >= QUIET:
            _renew(house, practice_id, order, sent_from=now)
        return None
    return desk.gateway.refund(
        RefundOrder(
            reference=order.id.hex,
            idempotency_key=order.idempotency_key,
            intent_id=intent_id,
            amount_cents=order.amount_cents,
            twice=order.reason == "paid_twice",
        )
    )


def _renew(house: House, practice_id: int, asked: MoneyOrder, *, sent_from: datetime) -> None:
    with house.database.unit_of_work(practice_id) as work:
        order = case_of(work.session, practice_id, asked.id).order
        if order.status == "sent" and order.idempotency_key == asked.idempotency_key:
            renew_key(order, sent_from=sent_from)
            work.commit()


def _take(house: House, practice_id: int, order_id: UUID, told: Refunded) -> None:
    """Book what the processor gave back as any other refund, and end the order with it."""
    with house.database.unit_of_work(practice_id) as work:
        case = case_of(work.session, practice_id, order_id)
        if case.order.status != "sent":
            return
        now = house.clock.now()
        ends = case.take(work.session, told, now)
        if told.status == "failed":
            refuse(work.session, case, FAILED, now)
        elif ends:
            end_order(work.session, case.order, at=now)
        work.commit()


def _book(house: House, practice_id: int, order_id: UUID) -> None:
    """Staff gave the money back themselves: it is booked on the word of whoever handed it over."""
    with house.database.unit_of_work(practice_id) as work:
        case = case_of(work.session, practice_id, order_id)
        order, now = case.order, house.clock.now()
        if order.status != "approved" or isinstance(case, StrayCase):
            return
        agreed, waits = order.decided_by is not None, order.handed_at is None
        if waits and must_be_handed(by_hand=True, agreed=agreed, alone=order.alone):
            raise ArdoiseError("nobody said that this money was handed over")
        obstacle = case.obstacle(work.session)
        if obstacle is not None:
            refuse(work.session, case, obstacle, now)
        else:
            book_desk_refund(
                work.session,
                practice=case.practice,
                account=case.account,
                payment=case.payment,
                key=order.idempotency_key,
                cents=order.amount_cents,
                method=order.method or case.payment.method,
                actor=Actor("staff", order.handed_name or order.asked_name),
                handed_at=order.handed_at or now,
                at=now,
            )
            end_order(work.session, order, at=now)
        work.commit()
