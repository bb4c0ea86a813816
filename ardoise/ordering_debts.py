"""Debts that staff asked to be given up: done by the worker, all of it or nothing; and patients are told."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ardoise.jobs_messages import ANSWERED, WAITING
from ardoise.office import House
from ardoise.ordering_desk import Work, approved
from ardoise.patience import Patience
from ardoise.telling import plan_told
from shared.audit import SYSTEM
from shared.base.clock import local_date
from shared.delivery import NEWS, News, Notice
from shared.forgiving import book_forgiven
from shared.orders import (
    FORGIVE,
    NOT_FORGIVEN,
    MoneyOrder,
    asker_left,
    can_be_forgiven,
    end_order,
    orders_done_since,
    shares_asked,
)
from shared.worklist import open_task

TOLD_WITHIN = timedelta(days=3)
TOLD = "forgiven"
NOT_OPEN, ASKER_LEFT = "not_open", "asker_left"


def forgive(house: House, practice_id: int, order_id: UUID, _patience: Patience) -> None:
    """So much is no longer asked for. What was paid since, or is being paid, is not given up: nothing
    is then, and somebody looks at it again."""
    with approved(house, practice_id, order_id) as work:
        if work is None:
            return
        outcome = _obstacle(work.session, work.order)
        if outcome is not None:
            _refuse(work, outcome)
            return
        book_forgiven(
            work.session,
            shares_asked(work.session, work.order),
            order_id=work.order.id,
            reason=work.order.reason,
            asked_at=work.order.asked_at,
            practice=work.practice,
            account=work.account,
            actor=work.actor,
            at=work.at,
        )
        end_order(work.session, work.order, at=work.at)


def _obstacle(session: Session, order: MoneyOrder) -> str | None:
    if asker_left(session, order):
        return ASKER_LEFT
    return None if can_be_forgiven(session, order) else NOT_OPEN


def _refuse(work: Work, outcome: str) -> None:
    end_order(work.session, work.order, at=work.at, outcome=outcome)
    open_task(
        work.session,
        NOT_FORGIVEN,
        practice_id=work.practice.id,
        account_id=work.account.id,
        key=str(work.order.id),
        due_on=local_date(work.at, work.practice.timezone),
        actor=SYSTEM,
        at=work.at,
    )


def tell_forgiven(house: House, practice_id: int) -> int:
    """Plan a neutral word for each debt that was given up, but where the word of an answer that is still
    to go, or went since, brings the patient there anyway. Returns how many were planned."""
    now = house.clock.now()
    with house.database.reading(practice_id) as session:
        done = orders_done_since(
            session, practice_id=practice_id, kind=FORGIVE, since=now - TOLD_WITHIN
        )
        news = [
            News(order.account_id, order.id, 0, TOLD)
            for order in done
            if order.account_id is not None and not _is_told(session, order)
        ]
    return plan_told(house, practice_id, news, at=now)


def _is_told(session: Session, order: MoneyOrder) -> bool:
    query = select(Notice.id).where(
        Notice.practice_id == order.practice_id,
        Notice.account_id == order.account_id,
        Notice.purpose == NEWS,
        Notice.template == ANSWERED,
        or_(
            Notice.status.in_(WAITING),
            (Notice.status == "sent") & (Notice.outcome_at >= order.ended_at),
        ),
    )
    return session.scalar(query.limit(1)) is not None
