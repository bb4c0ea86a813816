"""What of an account does not go with the reason of a refund: said before it is asked for."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.desks.order_words import REFUND_DOUBTS
from shared.base.formats import money
from shared.base.money import Cents
from shared.orders import Wish, doubt_of
from shared.payments import Payment


def doubt_about(
    session: Session, wish: Wish, payment: Payment, *, from_credit: Cents, owed_again: Cents
) -> str:
    """A sentence where the account does not show what the reason says, with what becomes owed again; else
    empty. One statement, where something becomes owed again."""
    if not owed_again:
        return ""
    payments = session.scalar(
        select(func.count()).where(
            Payment.practice_id == payment.practice_id,
            Payment.account_id == payment.account_id,
            Payment.cancelled_on.is_(None),
        )
    )
    doubt = doubt_of(
        wish.reason, payments=payments or 0, from_credit=from_credit, owed_again=owed_again
    )
    if not doubt:
        return ""
    return REFUND_DOUBTS[doubt].format(owed=money(owed_again), credit=money(from_credit))
