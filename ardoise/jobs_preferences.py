"""The worker's jobs about codes and proposed changes: draw, tell, tidy."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ardoise.office import House
from shared.accounts import get_practice
from shared.codes import waiting_codes
from shared.delivery import (
    News,
    plan_change_done,
    plan_change_told,
    plan_news,
    plan_requested_codes,
    tells_known,
)
from shared.preferences import Proposal, proposals_to_tell, sweep_proposals

ANSWER_TEMPLATE = "change_answer"
ANSWER_STEP = 1
TOLD_WITHIN = timedelta(days=2)


def answer_code_requests(house: House, practice_id: int) -> int:
    """Draw the codes that were asked for."""
    with house.database.reading(practice_id) as session:
        if not waiting_codes(session, practice_id=practice_id, limit=1):
            return 0
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        planned = plan_requested_codes(
            work.session,
            practice=practice,
            keys=house.keys,
            index=house.index,
            at=house.clock.now(),
        )
        work.commit()
    return planned


def tell_changes(house: House, practice_id: int) -> int:
    """Tell that a change was asked for, at once, and what staff decided. Returns how many were planned."""
    now = house.clock.now()
    with house.database.reading(practice_id) as session:
        waiting = _untold(session, practice_id, now)
    if not waiting:
        return 0
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        told = 0
        for one in waiting:
            if one.status == "confirmed":
                told += plan_change_told(work.session, one, practice=practice, at=now)
            elif one.status == "accepted":
                told += plan_change_done(work.session, one, practice=practice, at=now)
        answers = [
            News(one.account_id, one.id, ANSWER_STEP, ANSWER_TEMPLATE)
            for one in waiting
            if one.status != "confirmed"
        ]
        told += plan_news(work.session, answers, practice=practice, at=now)
        work.commit()
    return told


def _untold(session: Session, practice_id: int, now: datetime) -> list[Proposal]:
    found = proposals_to_tell(session, practice_id=practice_id, since=now - TOLD_WITHIN)
    steps = {(one.id, 0 if one.status == "confirmed" else ANSWER_STEP): one for one in found}
    known = tells_known(session, practice_id=practice_id, causes=list(steps)) if steps else set()
    return [one for step, one in steps.items() if step not in known]


def tidy_proposals(house: House, practice_id: int) -> int:
    """Let go of what nobody confirmed."""
    now = house.clock.now()
    with house.database.unit_of_work(practice_id) as work:
        changed = sweep_proposals(work.session, practice_id=practice_id, at=now)
        if changed:
            work.commit()
    return changed
