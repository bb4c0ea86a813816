"""The worker's part: shut the person's doors and tell them, then erase; or hand it back to staff."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice, get_account, usable_contacts
from shared.audit import SYSTEM, advance
from shared.base.vault import KeyRing
from shared.delivery import Notice, plan_at_once
from shared.erasing.foretold import kept_until
from shared.erasing.model import Erasure
from shared.erasing.rules import ERASURE, SETTLES, UNDER_WAY, WAITS_FOR_WORD
from shared.erasing.service import READY, ask_staff, end_work
from shared.erasing.standing import obstacles_of
from shared.erasing.wiping import wipe
from shared.links import PortalSession, live_links, revoke
from shared.payments import SavedCard, kept_card, remove_card
from shared.worklist import open_task

WORD = "data_erased"
_ON_ITS_WAY = ("planned", "claimed")
_OF_CARDS = ("kept", "removing")


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one look at a request: its ``status`` now."""

    erasure_id: UUID
    status: str


def erasures_to_do(session: Session, *, practice_id: int) -> list[UUID]:
    """The requests that staff ordered, the oldest first."""
    query = (
        select(Erasure.id)
        .where(Erasure.practice_id == practice_id, Erasure.status.in_(UNDER_WAY))
        .order_by(Erasure.decided_at, Erasure.id)
    )
    return list(session.scalars(query))


def carry_on(
    session: Session, erasure_id: UUID, *, practice: Practice, keys: KeyRing, at: datetime
) -> Step | None:
    """Take one request as far as it goes now. Returns None when there was nothing to write."""
    erasure = session.get_one(Erasure, (practice.id, erasure_id))
    account = get_account(
        session, practice_id=practice.id, account_id=erasure.account_id, lock=True
    )
    session.refresh(erasure)
    if erasure.status not in UNDER_WAY:
        return None  # another worker was here while this one waited for the lock
    in_the_way = obstacles_of(session, account)
    if in_the_way:
        _hand_back(session, erasure, account, next(iter(in_the_way)), at=at)
    elif erasure.status == "ordered":
        _begin(session, erasure, account, at=at)
    elif not _is_settled(session, erasure, at=at):
        return None
    else:
        _finish(session, erasure, account, keys=keys, at=at)
    session.flush()
    return Step(erasure_id, erasure.status)


def _begin(session: Session, erasure: Erasure, account: Account, *, at: datetime) -> None:
    """Nobody comes in any more, the card is given up, and the person is told where a contact works."""
    for link in live_links(session, practice_id=account.practice_id, account_id=account.id, at=at):
        revoke(session, link, actor=SYSTEM, at=at, reason="erased")
    session.execute(
        delete(PortalSession).where(
            PortalSession.practice_id == account.practice_id,
            PortalSession.account_id == account.id,
        )
    )
    card = kept_card(session, practice_id=account.practice_id, account_id=account.id)
    if card is not None:
        remove_card(session, card, actor=SYSTEM, at=at)
    contacts = usable_contacts(session, practice_id=account.practice_id, account=account)
    if contacts and _word(session, erasure) is None:
        plan_at_once(session, account, contacts[0], cause_id=erasure.id, template=WORD, at=at)
    if account.door_closed_at is None:
        account.door_closed_at = at
    erasure.begun_at = at
    _move(session, erasure, "begin", at=at)


def _is_settled(session: Session, erasure: Erasure, *, at: datetime) -> bool:
    """Whether nothing is on its way any more: no page that was open, no card, no last word."""
    begun_at = erasure.begun_at or at
    if at - begun_at < SETTLES:
        return False
    cards = select(SavedCard.id).where(
        SavedCard.practice_id == erasure.practice_id,
        SavedCard.account_id == erasure.account_id,
        SavedCard.status.in_(_OF_CARDS),
    )
    if session.scalar(cards.limit(1)) is not None:
        return False
    word = _word(session, erasure)
    if word is None or word.status not in _ON_ITS_WAY:
        return True
    return word.status == "planned" and at - begun_at >= WAITS_FOR_WORD


def _finish(
    session: Session, erasure: Erasure, account: Account, *, keys: KeyRing, at: datetime
) -> None:
    word = _word(session, erasure)
    erasure.told = word.status if word is not None else "nobody"
    erasure.ended_at = at
    _move(session, erasure, "finish", at=at, told=erasure.told)
    end_work(session, erasure, event="done", actor=SYSTEM, at=at)
    name_stays = kept_until(session, account) is not None
    wipe(session, account, keys=keys, keep_name=name_stays, at=at)


def _hand_back(
    session: Session, erasure: Erasure, account: Account, why: str, *, at: datetime
) -> None:
    """Something came between: staff decide again, and the doors that were shut for it are open."""
    if account.door_closed_at is not None and account.door_closed_at == erasure.begun_at:
        account.door_closed_at = None
    word = _word(session, erasure)
    if word is not None and word.status == "planned":
        session.delete(word)  # it would not be true
    erasure.begun_at, erasure.why, erasure.waits = None, why, True
    _move(session, erasure, "hold_up", at=at, why=why)
    ask_staff(session, erasure, actor=SYSTEM, at=at)


def offer_again(session: Session, *, practice_id: int, today: date, at: datetime) -> int:
    """Say of requests that had to wait that nothing stands in their way any more. Returns of how many."""
    query = (
        select(Erasure, Account)
        .join(
            Account,
            (Account.practice_id == Erasure.practice_id) & (Account.id == Erasure.account_id),
        )
        .where(
            Erasure.practice_id == practice_id,
            Erasure.status == "received",
            Erasure.waits.is_(True),
        )
    )
    offered = 0
    for erasure, account in session.execute(query).all():
        if obstacles_of(session, account):
            continue
        erasure.waits = False
        offered += open_task(
            session,
            READY,
            practice_id=practice_id,
            account_id=account.id,
            key=str(erasure.id),
            due_on=min(erasure.due_on, today),
            actor=SYSTEM,
            at=at,
        )
    return offered


def _word(session: Session, erasure: Erasure) -> Notice | None:
    """The last word to the person, as far as one was planned."""
    return session.scalar(
        select(Notice)
        .where(
            Notice.practice_id == erasure.practice_id,
            Notice.account_id == erasure.account_id,
            Notice.cause_id == erasure.id,
        )
        .order_by(Notice.planned_at.desc(), Notice.id.desc())
        .limit(1)
    )


def _move(session: Session, erasure: Erasure, event: str, *, at: datetime, **facts: str) -> None:
    advance(
        session,
        erasure,
        ERASURE,
        event,
        account_id=erasure.account_id,
        actor=SYSTEM,
        at=at,
        **facts,
    )
