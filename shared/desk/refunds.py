"""Money of a payment at the desk that staff gave back themselves: booked on their word, once."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.audit import Actor, advance
from shared.base.ids import new_id
from shared.base.money import Cents
from shared.desk.payments import HELD_BY
from shared.payments import DESK_REFUND, Payment, Refund
from shared.reversals import REFUND, Booking, preview_refund


def book_desk_refund(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    payment: Payment,
    key: str,
    cents: Cents,
    method: str,
    actor: Actor,
    handed_at: datetime,
    at: datetime,
) -> Refund:
    """Note and book what ``actor`` of the team gave back, at that moment. Called under the account's lock;
    the same ``key`` does it once.

    Raises OverRefundError for more than is still there of the payment.
    """
    ref = DESK_REFUND + key
    known = session.scalar(
        select(Refund).where(Refund.practice_id == practice.id, Refund.processor_ref == ref)
    )
    if known is not None:
        return known
    split = preview_refund(session, payment, cents)
    refund = Refund(
        practice_id=practice.id,
        id=new_id(),
        payment_id=payment.id,
        account_id=account.id,
        status="pending",
        amount_cents=cents,
        credit_cents=0,
        processor_ref=ref,
        method=method,
        refunded_at=handed_at,
        moved_at=at,
    )
    session.add(refund)
    session.flush()
    advance(
        session,
        refund,
        REFUND,
        "succeed",
        account_id=account.id,
        actor=actor,
        at=at,
        cents=cents,
        receipt=payment.number,
        method=method,
    )
    Booking(session, practice, account, payment, at, actor=actor).book(
        refund, split, held_in=HELD_BY[method]
    )
    return refund
