"""The worker plans words about what has happened; whatever was planned before is not planned again."""

from collections.abc import Sequence
from datetime import datetime

from ardoise.office import House
from shared.accounts import get_practice
from shared.delivery import News, plan_news


def plan_told(house: House, practice_id: int, news: Sequence[News], *, at: datetime) -> int:
    """Plan a neutral word for each piece of news, in a transaction of its own. Returns how many."""
    if not news:
        return 0
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        planned = plan_news(work.session, news, practice=practice, at=at)
        work.commit()
    return planned
