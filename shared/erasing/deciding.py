"""What staff decide about a request to erase: order it, decline it, take it back. The worker erases."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.audit import advance, record
from shared.base.database import wake_worker
from shared.base.errors import NotAllowedError, NotFoundError
from shared.erasing.model import Erasure
from shared.erasing.rules import ERASURE, OPEN, UNDER_WAY, check_decline
from shared.erasing.service import By, end_work, moment
from shared.erasing.standing import obstacles_of

# What staff did, told before it is so: PostgreSQL's rules want it (ardoise_erasure_told in roles.sql).
TOLD: Mapping[str, str] = {
    "order": "privacy.erasure_order",
    "decline": "privacy.erasure_decline",
    "withdraw": "privacy.erasure_withdraw",
}


def order_erasure(
    session: Session,
    erasure_id: UUID,
    *,
    practice: Practice,
    account: Account,
    by: By,
    at: datetime,
) -> bool:
    """Have it carried out. The caller holds the account's lock. Returns whether it was not ordered before.

    Raises NotAllowedError where something stands in the way, or somebody decided otherwise.
    """
    erasure = _erasure(session, erasure_id, account)
    if erasure.status in (*UNDER_WAY, "done"):
        return False
    _refuse_decided(erasure, practice)
    in_the_way = obstacles_of(session, account)
    if in_the_way:
        raise NotAllowedError(next(iter(in_the_way.values())))
    _decide(session, erasure, "order", by=by, at=at)
    wake_worker(session)
    return True


def decline_erasure(
    session: Session,
    erasure_id: UUID,
    *,
    why: str,
    practice: Practice,
    account: Account,
    by: By,
    at: datetime,
) -> bool:
    """Decline it, with a reason that can be told. Returns whether it was not declined before."""
    check_decline(why)
    erasure = _erasure(session, erasure_id, account)
    if erasure.status == "declined" and erasure.why == why:
        return False
    _refuse_decided(erasure, practice)
    _decide(session, erasure, "decline", by=by, at=at, why=why)
    return True


def withdraw_erasure(
    session: Session,
    erasure_id: UUID,
    *,
    practice: Practice,
    account: Account,
    by: By,
    at: datetime,
) -> bool:
    """The person thought again, before it was ordered. Returns whether it was not withdrawn before."""
    erasure = _erasure(session, erasure_id, account)
    if erasure.status == "withdrawn":
        return False
    _refuse_decided(erasure, practice)
    _decide(session, erasure, "withdraw", by=by, at=at)
    return True


def _decide(
    session: Session,
    erasure: Erasure,
    event: str,
    *,
    by: By,
    at: datetime,
    why: str | None = None,
) -> None:
    facts = {} if why is None else {"why": why}
    ERASURE.after(erasure.status, event)
    record(
        session,
        practice_id=erasure.practice_id,
        account_id=erasure.account_id,
        kind=TOLD[event],
        actor=by.actor,
        at=at,
        id=str(erasure.id),
        **facts,
    )
    session.flush()  # PostgreSQL's rules want it told before it is so
    advance(session, erasure, ERASURE, event, account_id=erasure.account_id, actor=by.actor, at=at)
    erasure.decided_by, erasure.decided_name, erasure.decided_at = by.user_id, by.name, at
    erasure.why = why
    if erasure.status not in OPEN:
        erasure.ended_at = at
    session.flush()
    end_work(session, erasure, event="done", actor=by.actor, at=at)


def _erasure(session: Session, erasure_id: UUID, account: Account) -> Erasure:
    erasure = session.get(Erasure, (account.practice_id, erasure_id), populate_existing=True)
    if erasure is None or erasure.account_id != account.id:
        raise NotFoundError("Cette demande n’existe pas : rechargez la page.")
    return erasure


def _refuse_decided(erasure: Erasure, practice: Practice) -> None:
    if erasure.status == "received":
        return
    who, when = erasure.decided_name, erasure.decided_at or erasure.noted_at
    raise NotAllowedError(
        f"Rien n’est fait : {who} a déjà décidé de cette demande, {moment(when, practice)}."
    )
