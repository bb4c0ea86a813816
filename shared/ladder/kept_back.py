"""How many conversations stand at each step, and how many accounts each reason keeps back: what the list of
accounts says beside its filters, counted by the worker."""

from uuid import UUID

from sqlalchemy import CompoundSelect, func, literal, literal_column, select, union
from sqlalchemy.orm import Session

from shared.accounts import Account, Hold
from shared.ladder.model import LadderCycle
from shared.totals import Moment, Total, Totals, offer_totals

STANDING = "standing"
STEP, REASON = "step:", "reason:"
DOOR = "door_closed"
PAUSE = "hold_"
# Written out, not bound: only so the indexes over what is open fit, whatever the value would be.
IS_OPEN = LadderCycle.status == literal_column("'open'")
IS_ACTIVE = Hold.status == literal_column("'active'")


def by_step(totals: Totals) -> dict[int, int]:
    """How many running conversations have which step as their last, 0 for none."""
    return {int(key): count for key, count in _keyed(totals, STEP).items()}


def by_reason(totals: Totals) -> dict[str, int]:
    """How many accounts each reason keeps back."""
    return _keyed(totals, REASON)


def _keyed(totals: Totals, start: str) -> dict[str, int]:
    return {
        key.removeprefix(start): total.count
        for key, total in totals.of(STANDING).items()
        if key.startswith(start)
    }


def _standing(session: Session, moment: Moment) -> dict[str, Total]:
    """Three indexes over what runs, is paused or closed; nothing of what is over is looked at."""
    at_steps = (
        select(LadderCycle.position, func.count())
        .where(LadderCycle.practice_id == moment.practice_id, IS_OPEN)
        .group_by(LadderCycle.position)
    )
    reasons = _reasons(moment.practice_id).subquery()
    kept_back = select(reasons.c.reason, func.count()).group_by(reasons.c.reason)
    found = {f"{STEP}{position}": Total(n) for position, n in session.execute(at_steps)}
    return found | {f"{REASON}{reason}": Total(n) for reason, n in session.execute(kept_back)}


def _reasons(practice_id: int) -> CompoundSelect[tuple[UUID, str]]:
    """Each account with each reason that keeps it back: what the last night said, pauses, the door."""
    told = select(LadderCycle.account_id, LadderCycle.withheld.label("reason")).where(
        LadderCycle.practice_id == practice_id, IS_OPEN, LadderCycle.withheld.is_not(None)
    )
    paused = select(Hold.account_id, literal(PAUSE).concat(Hold.kind)).where(
        Hold.practice_id == practice_id, IS_ACTIVE, Hold.invoice_id.is_(None)
    )
    closed = select(Account.id, literal(DOOR)).where(
        Account.practice_id == practice_id, Account.door_closed_at.is_not(None)
    )
    return union(told, paused, closed)


offer_totals(STANDING, _standing)
