"""The worker's job for the desks: their figures, kept so that pages need not count."""

from ardoise.office import House
from shared.accounts import get_practice
from shared.totals import Moment, keep_totals


def count_for_desks(house: House, practice_id: int) -> int:
    """Count anew. Returns how many figures had changed."""
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        moment = Moment(practice_id, house.clock.now(), practice.timezone)
        changed = keep_totals(work.session, moment)
        work.commit()
    return changed
