"""The worker's jobs. Each finds its work by a query, so a killed worker loses nothing."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ardoise.office import House, is_holiday
from shared.accounts import Practice, get_practice
from shared.base.clock import Clock
from shared.base.log import get_logger
from shared.delivery import (
    CODE,
    LADDER,
    NEW_LINK,
    NEWS,
    Hours,
    Office,
    mark_lost,
    may_arrive,
    plan_requested_links,
    send_next,
)
from shared.ladder import Run, close_cycles, decide_tonight, note_steps
from shared.links import sweep_late_forms, sweep_visits

log = get_logger(__name__)
NIGHT_HOUR = 1


def practice_ids(house: House) -> list[int]:
    """Every practice of this installation."""
    with house.database.reading() as session:
        return list(session.scalars(select(Practice.id).order_by(Practice.id)))


def answer_link_requests(house: House, practice_id: int) -> int:
    """Plan the new links that were asked for."""
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        planned = plan_requested_links(work.session, practice=practice, at=house.clock.now())
        work.commit()
    return planned


def send_new_links(office: Office, practice_id: int) -> int:
    """Send what was asked for, at any hour: links and codes."""
    return _send(office, practice_id, frozenset({NEW_LINK, CODE}), most=100)


def send_reminders(house: House, office: Office, practice_id: int) -> int:
    """Send news and what the night decided, in the hours for messages; the demo at once."""
    with house.database.reading(practice_id) as session:
        practice = get_practice(session, practice_id)

    def allowed() -> bool:
        return house.settings.demo or may_arrive_now(practice, house.clock)

    return _send(office, practice_id, frozenset({LADDER, NEWS}), most=200, allowed=allowed)


def may_arrive_now(practice: Practice, clock: Clock) -> bool:
    """Whether a reminder may arrive at this moment, where the practice is."""
    local: datetime = clock.now().astimezone(ZoneInfo(practice.timezone))
    return may_arrive(local.replace(tzinfo=None), Hours(), holiday=is_holiday(practice, clock))


def _send(
    office: Office,
    practice_id: int,
    purposes: frozenset[str],
    *,
    most: int,
    allowed: Callable[[], bool] = lambda: True,
) -> int:
    sent = 0
    while sent < most and allowed():  # asked before each: a batch may well outlast the hour
        outcome = send_next(office, practice_id=practice_id, purposes=purposes)
        if outcome is None:
            break
        sent += 1
        if outcome != "sent":
            log.info("notice.outcome", outcome=outcome)
    return sent


def doubt_lost(office: Office, practice_id: int, *, alone: bool = False) -> int:
    """Put messages in doubt whose sender was killed; ``alone`` as in ``mark_lost``."""
    return mark_lost(office, practice_id=practice_id, alone=alone)


def follow_ladder(house: House, practice_id: int) -> None:
    """Note steps that took place and close cycles that are paid."""
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        moved = note_steps(work.session, practice=practice)
        closed = close_cycles(work.session, practice_id=practice_id, at=house.clock.now())
        if moved or closed:
            work.commit()


def decide_night(house: House, practice_id: int) -> Run | None:
    """Decide the day once, from one in the morning on; None when it is decided, being decided or too early.

    The demo decides at any hour, so that who starts it at half past midnight finds what others find.
    """
    now = house.clock.now()
    with house.database.reading(practice_id) as session:
        practice = get_practice(session, practice_id)
    early = now.astimezone(ZoneInfo(practice.timezone)).hour < NIGHT_HOUR
    if early and not house.settings.demo:
        return None
    with house.database.unit_of_work(practice_id) as work:
        run = decide_tonight(work.session, practice=practice, at=now)
        if run is not None:
            work.commit()
            log.info("night.decided", practice=practice_id, seen=run.seen)
    return run


def end_visits(house: House, practice_id: int) -> int:
    """Delete visits that are over, and late forms that nobody came back for."""
    now = house.clock.now()
    with house.database.unit_of_work(practice_id) as work:
        ended = sweep_visits(work.session, practice_id=practice_id, at=now)
        if ended + sweep_late_forms(work.session, practice_id=practice_id, at=now):
            work.commit()
    return ended
