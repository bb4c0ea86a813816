"""Where credit settles what is owed without anybody's word, and where a person looks first."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from shared.accounts import Account, Hold
from shared.base.money import Cents
from shared.billing import Invoice, is_held_back
from shared.desk.credit import usable_credit, usable_on
from shared.payments import Payment, free_credit


def may_use_by_itself(
    session: Session, account: Account, *, asked: Mapping[UUID, Cents] | None = None
) -> bool:
    """Whether credit may settle something of this account now, and no person looks at it first: the
    patient may have written that they want it back. ``asked`` is to be given back, by payment."""
    practice_id = account.practice_id
    held = exists().where(Hold.account_id == account.id, _holds_it_all(practice_id))
    return (
        not session.scalar(select(held))
        and bool(
            usable_credit(session, practice_id=practice_id, account_id=account.id, asked=asked)
        )
        and bool(usable_on(session, practice_id=practice_id, account_id=account.id))
    )


def accounts_in_hand(session: Session, *, practice_id: int) -> list[Account]:
    """Accounts that have credit which is not on its way back, and owe something which no person looks at
    first; what staff were asked to give back is not known here. Each is asked about by itself, at every
    look: those of which nothing can be settled for weeks are left out."""
    held = exists().where(Hold.account_id == Account.id, _holds_it_all(practice_id))
    owed = exists().where(
        Invoice.practice_id == Account.practice_id,
        Invoice.account_id == Account.id,
        Invoice.status == "issued",
        Invoice.open_cents > 0,
        ~is_held_back(),
    )
    some = select(Payment.account_id).where(
        Payment.practice_id == practice_id, Payment.credit_cents > 0
    )
    query = select(Account).where(
        Account.practice_id == practice_id,
        Account.id.in_(some),
        Account.balance_cents > 0,
        free_credit(Account.practice_id, Account.id) > 0,
        owed,
        ~held,
    )
    return list(session.scalars(query.order_by(Account.id)))


def _holds_it_all(practice_id: int) -> ColumnElement[bool]:
    """Of a hold: it stops the whole account. An agreement to pay in parts is none here: what is in hand
    settles its first dates."""
    return (
        (Hold.practice_id == practice_id)
        & Hold.invoice_id.is_(None)
        & (Hold.kind != "plan")
        & (Hold.status == "active")
    )
