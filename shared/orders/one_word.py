"""What one person may have given back, or give up, alone: what counts together with what is asked for now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import Session

from shared.accounts import Practice, four_eyes_of
from shared.base.errors import NotAllowedError
from shared.base.formats import money
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


@dataclass(frozen=True, slots=True)
class Weighed:
    """Whether a second person must agree to a wish (``for_two``), and the most that one person alone may
    give back or give up when it is asked for, in cents; None where no money leaves."""

    for_two: bool
    limit_cents: Cents | None


def weigh(
    session: Session, wish: Wish, practice: Practice, *, asker: UUID, at: datetime
) -> Weighed:
    """Weigh a wish against what one person may do alone: money leaves, and one alone may not give back so
    much, with what went back before; two statements. Whoever asks for it calls this under their own lock
    (`hold_asker`), so that of two wishes at once the second counts the first."""
    if wish.kind not in LEAVES:
        return Weighed(for_two=False, limit_cents=None)
    before = on_one_word(session, practice_id=practice.id, wish=wish, asker=asker, at=at)
    limit = four_eyes_of(session, practice, at=at)
    for_two = needs_second(wish.kind, wish.amount_cents, before=before, limit=limit)
    return Weighed(for_two, limit)


def refuse_without_second(weighed: Weighed, approvers: Collection[UUID]) -> None:
    """Raises NotAllowedError where a second person must agree and the practice has none at all."""
    if weighed.for_two and weighed.limit_cents is not None and not approvers:
        raise NotAllowedError(
            f"Au-delà de {money(weighed.limit_cents)} rendus en un jour, un responsable doit "
            "valider, et le cabinet n’en a pas encore : ajoutez-en un."
        )


def on_one_word(
    session: Session, *, practice_id: int, wish: Wish, asker: UUID, at: datetime
) -> OneWord:
    """What counts with a wish: what went or goes back without a second person's word, or a day's wait.

    One statement. Each sum is a part of its own in it, so that each is found by its own index.
    """
    alone = select(func.coalesce(func.sum(MoneyOrder.amount_cents), 0)).where(
        MoneyOrder.practice_id == practice_id,
        MoneyOrder.kind.in_(LEAVES),
        MoneyOrder.status.in_(("approved", "sent", "done")),
        MoneyOrder.decided_by.is_(None),
        MoneyOrder.alone.is_(False),
    )
    by_asker = alone.where(MoneyOrder.asked_by == asker)
    noted = _noted_by(practice_id, asker)
    sums: dict[str, Select[int]] = {
        "of_day": by_asker.where(MoneyOrder.asked_at > at - A_DAY),
        "of_own": by_asker.where(
            MoneyOrder.asked_at > at - OWN_MONEY, MoneyOrder.payment_id.in_(noted)
        ),
    }
    is_own: ColumnElement[bool] = false()
    if wish.payment_id is not None:
        sums["of_payment"] = alone.where(MoneyOrder.payment_id == wish.payment_id)
        is_own = noted.where(MoneyOrder.payment_id == wish.payment_id).exists()
    elif wish.stray_id is not None:
        sums["of_payment"] = alone.where(MoneyOrder.stray_id == wish.stray_id)
    if wish.kind == FORGIVE:
        sums["of_account"] = alone.where(
            MoneyOrder.kind == FORGIVE,
            MoneyOrder.account_id == wish.account_id,
            MoneyOrder.asked_at > at - A_YEAR,
        )
    row = session.execute(select(is_own, *(one.scalar_subquery() for one in sums.values()))).one()
    cents = {name: int(value) for name, value in zip(sums, row[1:], strict=True)}
    return OneWord(**cents, is_own=bool(row[0]))


def _noted_by(practice_id: int, user_id: UUID) -> Select[UUID | None]:
    """Payments that a person noted at the desk."""
    return select(MoneyOrder.payment_id).where(
        MoneyOrder.practice_id == practice_id,
        MoneyOrder.kind == RECEIVE,
        MoneyOrder.asked_by == user_id,
        MoneyOrder.payment_id.is_not(None),
    )
