"""Acts on many accounts carried out by key, in steps that are each kept by themselves."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from shared.accounts import HOLD as HOLD_STATES
from shared.accounts import Account, Hold
from shared.audit import Actor, Happening, advance, advance_many, record_many
from shared.base.ids import new_id
from shared.base.vault import KeyRing
from shared.ladder.board_model import LadderBulk, LadderBulkItem
from shared.ladder.bulk_rules import APPROVE, BULK, HOLD, RELEASE
from shared.ladder.fit import Fit, fitting
from shared.ladder.letter_acts import Staff, approve_letter
from shared.ladder.letter_rules import short_mark
from shared.ladder.letters import letter_cases
from shared.ladder.rules import Step

STEP = 500


def carry_on(
    session: Session,
    bulk: LadderBulk,
    *,
    steps: Sequence[Step],
    keys: KeyRing,
    today: date,
    at: datetime,
) -> bool:
    """Do the next step of an act whose lock is held, in this transaction; whether more is left."""
    if bulk.status != "asked":
        return False
    rows = _next(session, bulk, steps, today)
    ids = [row[0] for row in rows]
    acts: dict[str, Callable[[], dict[UUID, UUID]]] = {
        HOLD: lambda: _hold(session, bulk, ids, today, at),
        RELEASE: lambda: _release(session, bulk, ids, at),
        APPROVE: lambda: _approve(session, bulk, ids, keys, today, at),
    }
    done = acts[bulk.act]()
    if done:
        session.execute(
            insert(LadderBulkItem),
            [
                {
                    "practice_id": bulk.practice_id,
                    "id": new_id(),
                    "bulk_id": bulk.id,
                    "account_id": account_id,
                    "target_id": target_id,
                }
                for account_id, target_id in done.items()
            ],
        )
    bulk.accounts += len(done)
    bulk.cents += sum(cents for account_id, cents in rows if account_id in done)
    if ids:
        bulk.reached = ids[-1]
    if len(rows) == STEP:
        session.flush()
        return True
    advance(
        session,
        bulk,
        BULK,
        "finish",
        account_id=None,
        actor=Actor("staff", bulk.actor),
        at=at,
        act=bulk.act,
        accounts=bulk.accounts,
    )
    bulk.ended_at = at
    session.flush()
    return False


def _next(
    session: Session, bulk: LadderBulk, steps: Sequence[Step], today: date
) -> list[tuple[UUID, int]]:
    """The next accounts in the order of their ids, locked, with what they owe."""
    query = fitting(
        (Account.id, Account.balance_cents),
        practice_id=bulk.practice_id,
        fit=Fit.of(bulk.fits) if bulk.chosen is None else Fit(),
        steps=steps,
        today=today,
    )
    if bulk.chosen is not None:
        query = query.where(Account.id.in_([UUID(text) for text in bulk.chosen]))
    if bulk.reached is not None:
        query = query.where(Account.id > bulk.reached)
    query = query.order_by(Account.id).limit(STEP).with_for_update(of=Account)
    return [(row[0], row[1]) for row in session.execute(query)]


def _hold(
    session: Session, bulk: LadderBulk, ids: Sequence[UUID], today: date, at: datetime
) -> dict[UUID, UUID]:
    """A pause of the team on each that has none yet: (account, pause)."""
    known = set(
        session.scalars(select(Hold.account_id).where(*_staff_holds(bulk.practice_id, ids)))
    )
    review_on = bulk.review_on or today + timedelta(days=14)
    new = {account_id: new_id() for account_id in ids if account_id not in known}
    place_many(session, bulk, new, review_on=review_on, actor=Actor("staff", bulk.actor), at=at)
    return new


def place_many(
    session: Session,
    bulk: LadderBulk,
    new: dict[UUID, UUID],
    *,
    review_on: date,
    actor: Actor,
    at: datetime,
) -> None:
    """Pauses of the team on accounts that have none, with ids that were given to them."""
    if not new:
        return
    session.execute(
        insert(Hold),
        [
            {
                "practice_id": bulk.practice_id,
                "id": hold_id,
                "account_id": account_id,
                "kind": "staff",
                "status": "active",
                "placed_at": at,
                "placed_by": actor.name,
                "review_on": review_on,
            }
            for account_id, hold_id in new.items()
        ],
    )
    facts = {"hold": "staff", "review_on": review_on.isoformat(), "bulk": str(bulk.id)}
    record_many(
        session,
        [Happening(bulk.practice_id, account_id, "hold.placed", facts) for account_id in new],
        actor=actor,
        at=at,
    )


def _release(
    session: Session, bulk: LadderBulk, ids: Sequence[UUID], at: datetime
) -> dict[UUID, UUID]:
    """The end of the team's own pauses; those that stand for something else have their own end."""
    rows = session.execute(
        select(Hold.id, Hold.account_id).where(*_staff_holds(bulk.practice_id, ids))
    ).all()
    release_many(
        session,
        bulk,
        [(row[0], row[1]) for row in rows],
        reason=bulk.reason or "over",
        actor=Actor("staff", bulk.actor),
        at=at,
    )
    return {row[1]: row[0] for row in rows}


def release_many(
    session: Session,
    bulk: LadderBulk,
    rows: Sequence[tuple[UUID, UUID]],
    *,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    """End pauses: (pause, account) each."""
    if rows:
        advance_many(
            session,
            Hold,
            HOLD_STATES,
            "release",
            practice_id=bulk.practice_id,
            before="active",
            rows=rows,
            actor=actor,
            at=at,
            facts={"hold": "staff", "reason": reason, "bulk": str(bulk.id)},
            released_at=at,
            released_by=actor.name,
            release_reason=reason,
        )


def _approve(
    session: Session,
    bulk: LadderBulk,
    ids: Sequence[UUID],
    keys: KeyRing,
    today: date,
    at: datetime,
) -> dict[UUID, UUID]:
    """An approval of each letter that is what was shown, that nothing speaks against, and that nobody has
    decided yet."""
    by = Staff(Actor("staff", bulk.actor), bulk.asked_by, bulk.asked_name)
    cases = letter_cases(session, ids, practice_id=bulk.practice_id, keys=keys, today=today)
    done, shown = {}, bulk.shown or {}
    for account_id, case in cases.items():
        if shown.get(str(account_id)) != short_mark(case.mark):
            continue
        if case.status in {"open", "postponed"} and not case.judged.obstacles:
            letter = approve_letter(session, case.account, case, seen=case.mark, by=by, at=at)
            done[account_id] = letter.id
    return done


def _staff_holds(practice_id: int, ids: Sequence[UUID]) -> tuple[ColumnElement[bool], ...]:
    return (
        Hold.practice_id == practice_id,
        Hold.account_id.in_(list(ids)),
        Hold.kind == "staff",
        Hold.status == "active",
        Hold.invoice_id.is_(None),
    )
