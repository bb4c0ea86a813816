"""Help that is granted: less to pay, nothing more to pay, time, or other dates; with the words why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.aid import AidRequest, answer_aid, check_grant
from shared.base.money import Cents, total_of
from shared.base.vault import Vault
from shared.messages import Words
from shared.orders import FORGIVE, Colleague, MoneyOrder, Wish, ask_forgiveness
from shared.plans import Part, Plan, offer_dates


@dataclass(frozen=True, slots=True)
class Grant:
    """What is granted: ``shares`` of invoices that are given up, ``reason`` as the books have it;
    ``parts`` that are offered for the rest, paid ``way``; time until ``pause_until``. ``once`` is the
    form's mark."""

    once: str
    shares: Mapping[UUID, Cents]
    reason: str = "aid"
    parts: Sequence[Part] = ()
    way: str = "link"
    pause_until: date | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """What came of it: the request, the order that gives up what is granted, the offer of dates."""

    request: AidRequest
    order: MoneyOrder | None
    offer: Plan | None


def grant_aid(
    session: Session,
    grant: Grant,
    *,
    practice: Practice,
    account: Account,
    request_id: UUID,
    vault: Vault,
    words: Words,
    by: Colleague,
    approvers: Collection[UUID],
    at: datetime,
    seen: UUID | None,
) -> Granted:
    """Grant a request, under the account's lock; the same form counts once.

    Raises what answer_aid, ask_forgiveness and offer_dates raise; nothing is written then once the
    caller rolls back.
    """
    check_grant(
        left=account.balance_cents - total_of(grant.shares),
        pauses=grant.pause_until is not None,
        spreads=bool(grant.parts),
    )
    request = answer_aid(
        session,
        practice=practice,
        account=account,
        request_id=request_id,
        vault=vault,
        decision="grant",
        words=words,
        by=by.user_id,
        actor=by.actor,
        at=at,
        seen=seen,
        pause_until=grant.pause_until,
    )
    order = offer = None
    if grant.shares:
        wish = Wish(
            FORGIVE,
            f"aid-{grant.once}",
            grant.reason,
            total_of(grant.shares),
            account_id=account.id,
        )
        order = ask_forgiveness(
            session,
            wish,
            grant.shares,
            practice=practice,
            account=account,
            by=by,
            approvers=approvers,
            at=at,
        )
    if grant.parts:
        offer = offer_dates(
            session,
            practice=practice,
            account=account,
            parts=grant.parts,
            way=grant.way,
            once=grant.once,
            actor=by.actor,
            at=at,
            given_up=grant.shares,
        )
    return Granted(request, order, offer)
