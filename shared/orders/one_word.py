"""What one person may have given back, or give up, alone: what counts together with what is asked for now."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import Session

from shared.accounts import Practice, four_eyes_of
from shared.base.money import Cents
from shared.orders.model import MoneyOrder
from shared.orders.rules import (
    A_DAY,
    A_YEAR,
    FORGIVE,
    LEAVES,
    OWN_MONEY,
    RECEIVE,
    OneWord,
    needs_second,
)
from shared.orders.wishes import Wish


def on_one_word(
    session: Session, *, practice_id: int, wish: Wish, asker: UUID, at: datetime
) -> OneWord:
    """What counts with a wish: what went or goes back without a second person's word, or a day's wait."""
    alone = select(func.coalesce(func.sum(MoneyOrder.amount_cents), 0)).where(
        MoneyOrder.practice_id == practice_id,
        MoneyOrder.kind.in_(LEAVES),
        MoneyOrder.status.in_(("approved", "sent", "done")),
        MoneyOrder.decided_by.is_(None),
        MoneyOrder.alone.is_(False),
    )
    by_asker = alone.where(MoneyOrder.asked_by == asker)
    noted = _noted_by(practice_id, asker)

    def cents(query: Select[int]) -> Cents:
        return int(session.scalar(query) or 0)

    same: ColumnElement[bool] = false()
    if wish.payment_id is not None:
        same = MoneyOrder.payment_id == wish.payment_id
    elif wish.stray_id is not None:
        same = MoneyOrder.stray_id == wish.stray_id
    of_debtor = alone.where(
        MoneyOrder.kind == FORGIVE,
        MoneyOrder.account_id == wish.account_id,
        MoneyOrder.asked_at > at - A_YEAR,
    )
    own = noted.where(MoneyOrder.payment_id == wish.payment_id)
    return OneWord(
        of_payment=cents(alone.where(same)),
        of_day=cents(by_asker.where(MoneyOrder.asked_at > at - A_DAY)),
        of_own=cents(
            by_asker.where(MoneyOrder.asked_at > at - OWN_MONEY, MoneyOrder.payment_id.in_(noted))
        ),
        of_account=cents(of_debtor) if wish.kind == FORGIVE else 0,
        is_own=wish.payment_id is not None and session.scalar(own.limit(1)) is not None,
    )


def _noted_by(practice_id: int, user_id: UUID) -> Select[UUID | None]:
    """Payments that a person noted at the desk."""
    return select(MoneyOrder.payment_id).where(
        MoneyOrder.practice_id == practice_id,
        MoneyOrder.kind == RECEIVE,
        MoneyOrder.asked_by == user_id,
        MoneyOrder.payment_id.is_not(None),
    )


def is_for_two(
    session: Session, wish: Wish, practice: Practice, *, asker: UUID, at: datetime
) -> bool:
    """Whether a second person must agree to a wish: money leaves, and one alone may not give back so
    much, with what went back before."""
    if wish.kind not in LEAVES:
        return False
    before = on_one_word(session, practice_id=practice.id, wish=wish, asker=asker, at=at)
    limit = four_eyes_of(session, practice, at=at)
    return needs_second(wish.kind, wish.amount_cents, before=before, limit=limit)
