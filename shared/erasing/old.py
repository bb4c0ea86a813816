"""Whole accounts of which the accounts want no voucher any more: what is left of their persons goes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from shared.accounts import Account, get_account
from shared.base.vault import KeyRing
from shared.erasing.foretold import last_booked, last_issued
from shared.erasing.standing import conditions, has_open_request
from shared.erasing.wiping import wipe
from shared.payments import SavedCard
from shared.worklist import Task

# Each is a transaction's worth of statements: a part stays short.
AT_ONCE = 20
HELD = ("open", "withdrawn", "erased")


def count_old(session: Session, *, practice_id: int, before: datetime) -> int:
    """How many would go."""
    found = _old(practice_id, before).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def expire_old(
    session: Session, *, practice_id: int, before: datetime, keys: KeyRing, at: datetime
) -> int:
    """Have some go, each as it is under its lock. Returns how many went."""
    gone = 0
    for account_id in session.scalars(_old(practice_id, before).limit(AT_ONCE)).all():
        account = get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
        still = _old(practice_id, before).where(Account.id == account_id)
        if session.scalar(still) is not None:
            wipe(session, account, keys=keys, keep_name=False, at=at)
            gone += 1
    return gone


def _old(practice_id: int, before: datetime) -> Select[UUID]:
    """Accounts on which nothing is open, and nothing was booked since."""

    def has(table: Any, *further: Any) -> Any:
        return exists().where(
            table.practice_id == Account.practice_id, table.account_id == Account.id, *further
        )

    booked = last_booked(Account.practice_id, Account.id)
    issued = last_issued(Account.practice_id, Account.id)
    stands = {name: what for name, what in conditions(Account).items() if name != "import"}
    return (
        select(Account.id)
        .where(
            Account.practice_id == practice_id,
            Account.status.in_(HELD),
            Account.opened_at < before,
            or_(booked.is_(None), booked < before.date()),
            or_(issued.is_(None), issued < before.date()),
            not_(has_open_request(Account)),
            not_(has(SavedCard, SavedCard.status.in_(("kept", "removing")))),
            not_(has(Task, Task.status == "open")),
            *(not_(what) for what in stands.values()),
        )
        .order_by(Account.id)
    )
