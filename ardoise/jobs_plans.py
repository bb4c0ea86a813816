"""The worker's jobs about plans: dates told, taken from a card or looked at, kept plans closed."""

from uuid import UUID

from ardoise.office import House
from shared.accounts import get_practice
from shared.base.log import get_logger
from shared.delivery import News, plan_news
from shared.plans import Charger, charges_due, close_kept, mind_late, words_due

log = get_logger(__name__)


def follow_plans(house: House, practice_id: int, charger: Charger | None = None) -> int:
    """Do all that is due about plans; without a ``charger`` every date is paid by a link.

    Returns how many notices were planned.
    """
    _close(house, practice_id)
    outcomes = _charge(house, practice_id, charger) if charger is not None else {}
    return _tell(house, practice_id, outcomes)


def _close(house: House, practice_id: int) -> None:
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        now = house.clock.now()
        kept = close_kept(work.session, practice=practice, at=now)
        late = mind_late(work.session, practice=practice, at=now)
        if kept or late:
            work.commit()
    if kept or late:
        log.info("plans.followed", practice=practice_id, kept=kept, late=late)


def _charge(house: House, practice_id: int, charger: Charger) -> dict[UUID, str]:
    """Take what is due today from saved cards, no transaction open; what came of each instalment."""
    with house.database.reading(practice_id) as session:
        practice = get_practice(session, practice_id)
        due = charges_due(session, practice=practice, at=house.clock.now())
    return {one.instalment_id: charger.charge(one) for one in due}


def _tell(house: House, practice_id: int, outcomes: dict[UUID, str]) -> int:
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        now = house.clock.now()
        words = words_due(work.session, practice=practice, at=now, outcomes=outcomes)
        news = [News(w.account_id, w.cause_id, w.step, w.template) for w in words]
        planned = plan_news(work.session, news, practice=practice, at=now)
        if news:
            work.commit()
    return planned
