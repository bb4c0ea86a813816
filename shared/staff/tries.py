"""Wrong tries at the door, counted for each network address and in all.

Whoever knows a colleague's address can type wrong passwords for them. Counted for each network
address, that keeps out nobody but the one who types; the count over all addresses, which allows more
before it makes anyone wait, bounds what many addresses can try together.

The count of an address is read from the timeline, the one in all stands on the person's row.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import TimelineEvent
from shared.staff.model import StaffUser
from shared.staff.rules import TRIES_COUNT_FOR, TRIES_IN_ALL, after_wrong_try, wait_after

_WRONG = ("staff.password_refused", "staff.code_refused")
# Going on in another practice (staff.entered) shows nothing, and clears nothing.
_CLEARING = ("staff.signed_in", "staff.confirmed", "staff.unlocked", "staff.reset")


def waits_until(
    session: Session, user: StaffUser, *, practice_id: int, network: str, at: datetime
) -> datetime | None:
    """Until when no password and no code from this network address is looked at; None for now."""
    tries, last = _tries_from(session, user.id, practice_id=practice_id, network=network, at=at)
    here = last + wait_after(tries) if last is not None else at
    until = max(here, user.waits_until or at)
    return until if until > at else None


def count_wrong_try(
    session: Session, user: StaffUser, *, practice_id: int, network: str, at: datetime
) -> tuple[datetime | None, dict[str, int | str]]:
    """Count a try. Returns until when to wait, and the facts for the event that is to be recorded."""
    before, _ = _tries_from(session, user.id, practice_id=practice_id, network=network, at=at)
    here = after_wrong_try(tries_before=before, now=at)
    in_all = after_wrong_try(tries_before=user.wrong_tries, now=at, free=TRIES_IN_ALL)
    user.wrong_tries, user.waits_until = in_all.tries, in_all.waits_until
    until = max(here.waits_until or at, in_all.waits_until or at)
    wait = (until - at) // timedelta(minutes=1)
    facts: dict[str, int | str] = {
        "user": str(user.id),
        "tries": here.tries,
        "wait_minutes": wait,
        "network": network,
    }
    return until if wait else None, facts


def clear_tries(user: StaffUser) -> None:
    """Set the count in all back; those of the addresses begin anew after an event that says so."""
    user.wrong_tries, user.waits_until = 0, None


def _tries_from(
    session: Session, user_id: UUID, *, practice_id: int, network: str, at: datetime
) -> tuple[int, datetime | None]:
    """How many wrong tries came from the address since the last sign-in, and when the last did."""
    events = session.execute(
        select(TimelineEvent.kind, TimelineEvent.at, TimelineEvent.facts["network"].as_string())
        .where(
            TimelineEvent.practice_id == practice_id,
            TimelineEvent.account_id.is_(None),
            TimelineEvent.at > at - TRIES_COUNT_FOR,
            TimelineEvent.kind.in_((*_WRONG, *_CLEARING)),
            TimelineEvent.facts["user"].as_string() == str(user_id),
        )
        .order_by(TimelineEvent.at, TimelineEvent.id)
    )
    tries, last = 0, None
    for kind, when, where in events:
        if kind in _CLEARING:
            tries, last = 0, None
        elif where == network:
            tries, last = tries + 1, when
    return tries, last
