"""The worker's jobs about plans: dates told, taken from a card or looked at, kept plans closed."""

from uuid import UUID

from ardoise.office import House
from shared.accounts import get_practice
from shared.base.log import get_logger
from shared.delivery import News, plan_news
from shared.plans import (
    Charger,
    PlanView,
    charges_due,
    charges_passed,
    close_kept,
    held_for_refund,
    live_plans,
    mind_late,
    mind_pauses,
    words_due,
)

log = get_logger(__name__)
PASSED = "charge_passed"


def follow_plans(house: House, practice_id: int, charger: Charger | None = None) -> int:
    """Do all that is due about plans; without a ``charger`` every date is paid by a link.

    Returns how many notices were planned.
    """
    # Read once: whoever acts on a plan reads that one again under its account's lock, and what is to
    # be told is looked at again at the moment of sending.
    with house.database.reading(practice_id) as session:
        views = live_plans(session, practice_id=practice_id)
        looked_at = held_for_refund(session, practice_id=practice_id)
    # What a refund opened again waits until a person has looked: nothing is told or taken of it.
    meant = [view for view in views if view.plan.account_id not in looked_at]
    _close(house, practice_id, views, meant)
    outcomes = _charge(house, practice_id, meant, charger) if charger is not None else {}
    return _tell(house, practice_id, meant, outcomes)


def _close(house: House, practice_id: int, views: list[PlanView], meant: list[PlanView]) -> None:
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        now = house.clock.now()
        kept = close_kept(work.session, views, practice=practice, at=now)
        late = mind_late(work.session, meant, practice=practice, at=now)
        late += mind_pauses(work.session, views, practice_id=practice_id, at=now)
        if kept or late:
            work.commit()
    if kept or late:
        log.info("plans.followed", practice=practice_id, kept=kept, late=late)


def _charge(
    house: House, practice_id: int, views: list[PlanView], charger: Charger
) -> dict[UUID, str]:
    """Take what is due today from saved cards, no transaction open; what came of each instalment."""
    with house.database.reading(practice_id) as session:
        practice = get_practice(session, practice_id)
    due = charges_due(views, practice=practice, at=house.clock.now())
    return {one.instalment_id: charger.charge(one) for one in due}


def _tell(house: House, practice_id: int, views: list[PlanView], outcomes: dict[UUID, str]) -> int:
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        now = house.clock.now()
        words = words_due(work.session, views, practice=practice, at=now, outcomes=outcomes)
        news = [News(w.account_id, w.cause_id, w.step, w.template) for w in words]
        passed = charges_passed(work.session, practice_id=practice_id, at=now)
        news += [News(one.account_id, one.attempt_id, 0, PASSED) for one in passed]
        planned = plan_news(work.session, news, practice=practice, at=now)
        if news:
            work.commit()
    return planned
