"""An act on many accounts taken back: only what is still as the act left it, and to whom nothing was sent."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.accounts import Account, Hold, account_vault, get_practice
from shared.audit import Actor, advance
from shared.base.clock import local_date
from shared.base.ids import new_id
from shared.base.vault import KeyRing
from shared.delivery import Notice
from shared.ladder.board_model import LadderBulk, LadderBulkItem, LadderLetter
from shared.ladder.bulk import get_bulk
from shared.ladder.bulk_doing import STEP, carry_on, place_many, release_many
from shared.ladder.bulk_rules import APPROVE, BULK, HOLD
from shared.ladder.letter_acts import Staff, undo_letter
from shared.ladder.service import whole_policy


def carry_back(
    session: Session, bulk: LadderBulk, *, keys: KeyRing, today: date, at: datetime
) -> bool:
    """Take the next part of an act, whose lock is held, back; whether more is left."""
    if bulk.status != "undoing":
        return False
    items = session.scalars(
        select(LadderBulkItem)
        .where(
            LadderBulkItem.practice_id == bulk.practice_id,
            LadderBulkItem.bulk_id == bulk.id,
            LadderBulkItem.undone.is_(None),
        )
        .order_by(LadderBulkItem.account_id)
        .limit(STEP)
    ).all()
    actor = Actor("staff", bulk.undo_actor or bulk.actor)
    _lock(session, bulk, items)
    if bulk.act == HOLD:
        given_back = _release_again(session, bulk, items, actor, at)
    elif bulk.act == APPROVE:
        given_back = _ask_again(session, bulk, items, actor, today, at)
    else:
        given_back = _hold_again(session, bulk, items, actor, keys, today, at)
    for undone, of in ((True, given_back), (False, {i.id for i in items} - given_back)):
        if of:
            session.execute(
                update(LadderBulkItem)
                .where(
                    LadderBulkItem.practice_id == bulk.practice_id, LadderBulkItem.id.in_(list(of))
                )
                .values(undone=undone)
            )
    bulk.undone += len(given_back)
    bulk.kept += len(items) - len(given_back)
    if len(items) == STEP:
        session.flush()
        return True
    advance(
        session,
        bulk,
        BULK,
        "give_back",
        account_id=None,
        actor=actor,
        at=at,
        act=bulk.act,
        accounts=bulk.undone,
        kept=bulk.kept,
    )
    session.flush()
    return False


def _lock(session: Session, bulk: LadderBulk, items: Sequence[LadderBulkItem]) -> None:
    session.execute(
        select(Account.id)
        .where(
            Account.practice_id == bulk.practice_id,
            Account.id.in_([item.account_id for item in items]),
        )
        .order_by(Account.id)
        .with_for_update()
    ).all()


def _release_again(
    session: Session,
    bulk: LadderBulk,
    items: Sequence[LadderBulkItem],
    actor: Actor,
    at: datetime,
) -> set[UUID]:
    """Pauses that are still as they were placed end; one that ended, or was changed, stays as it is."""
    by_target = {item.target_id: item for item in items}
    rows = session.execute(
        select(Hold.id, Hold.account_id).where(
            Hold.practice_id == bulk.practice_id,
            Hold.id.in_(list(by_target)),
            Hold.status == "active",
            Hold.review_on == bulk.review_on,
        )
    ).all()
    release_many(
        session, bulk, [(row[0], row[1]) for row in rows], reason="mistake", actor=actor, at=at
    )
    return {by_target[row[0]].id for row in rows}


def _hold_again(
    session: Session,
    bulk: LadderBulk,
    items: Sequence[LadderBulkItem],
    actor: Actor,
    keys: KeyRing,
    today: date,
    at: datetime,
) -> set[UUID]:
    """Pauses that the act ended are placed anew, with their day and their note, unless a colleague has
    placed one since, or something went out meanwhile."""
    by_account = {item.account_id: item for item in items}
    told = set(
        session.scalars(
            select(Notice.account_id).where(
                Notice.practice_id == bulk.practice_id,
                Notice.account_id.in_(list(by_account)),
                Notice.claimed_at >= bulk.asked_at,
            )
        )
    )
    paused = set(
        session.scalars(
            select(Hold.account_id).where(
                Hold.practice_id == bulk.practice_id,
                Hold.account_id.in_(list(by_account)),
                Hold.kind == "staff",
                Hold.status == "active",
                Hold.invoice_id.is_(None),
            )
        )
    )
    former = {
        row.id: row
        for row in session.scalars(
            select(Hold).where(
                Hold.practice_id == bulk.practice_id,
                Hold.id.in_([item.target_id for item in items]),
            )
        )
    }
    left = [i for i in items if i.account_id not in told | paused and i.target_id in former]
    new = {item.account_id: new_id() for item in left}
    days: dict[date, dict[UUID, UUID]] = {}
    for item in left:
        review_on = max(former[item.target_id].review_on, today + timedelta(days=1))
        days.setdefault(review_on, {})[item.account_id] = new[item.account_id]
    for review_on, pauses in days.items():
        place_many(session, bulk, pauses, review_on=review_on, actor=actor, at=at)
    for item in left:
        note = former[item.target_id].note
        if note is not None:
            _copy_note(session, bulk, item.account_id, item.target_id, new[item.account_id], keys)
    return {item.id for item in left}


def _copy_note(
    session: Session,
    bulk: LadderBulk,
    account_id: UUID,
    former_id: UUID,
    new_hold: UUID,
    keys: KeyRing,
) -> None:
    """A note is sealed for its own row: opened, and sealed for the new one."""
    account = session.get_one(Account, (bulk.practice_id, account_id))
    former = session.get_one(Hold, (bulk.practice_id, former_id))
    vault = account_vault(keys, account)
    if former.note is not None:
        text = vault.open(former.note, table="hold", row=former_id, column="note")
        session.execute(
            update(Hold)
            .where(Hold.practice_id == bulk.practice_id, Hold.id == new_hold)
            .values(note=vault.seal(text, table="hold", row=new_hold, column="note"))
        )


def _ask_again(
    session: Session,
    bulk: LadderBulk,
    items: Sequence[LadderBulkItem],
    actor: Actor,
    today: date,
    at: datetime,
) -> set[UUID]:
    """Letters that are approved and not sent wait for a word again."""
    by = Staff(actor, bulk.asked_by, bulk.undo_name or bulk.asked_name)
    by_target = {item.target_id: item for item in items}
    letters = session.scalars(
        select(LadderLetter).where(
            LadderLetter.practice_id == bulk.practice_id,
            LadderLetter.id.in_(list(by_target)),
            LadderLetter.status == "approved",
            LadderLetter.decided_at == bulk.ended_at,
        )
    ).all()
    for letter in letters:
        undo_letter(session, letter, by=by, at=at, today=today)
    return {by_target[letter.id].id for letter in letters}


def step_bulk(
    session: Session, *, practice_id: int, bulk_id: UUID, keys: KeyRing, at: datetime
) -> bool:
    """The next step of an act, on or back, under its lock, in this transaction; whether more is left."""
    bulk = get_bulk(session, practice_id=practice_id, bulk_id=bulk_id, lock=True)
    practice = get_practice(session, practice_id)
    today = local_date(at, practice.timezone)
    if bulk.status == "undoing":
        return carry_back(session, bulk, keys=keys, today=today, at=at)
    steps = whole_policy(session, practice_id)
    return carry_on(session, bulk, steps=steps, keys=keys, today=today, at=at)
