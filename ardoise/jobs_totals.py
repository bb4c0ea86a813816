"""The worker's job for the desks: their figures, kept so that pages need not count."""

from dataclasses import dataclass, field

from ardoise.office import House
from ardoise.resting import Rests
from shared.accounts import get_practice
from shared.totals import Moment, keep_totals


@dataclass(slots=True)
class DeskCounter:
    """Counts each practice at every slow look, and later where counting takes long."""

    _pace: Rests = field(default_factory=Rests)

    def count(self, house: House, practice_id: int) -> int:
        """Count if it is time. Returns how many figures had changed."""
        if self._pace.rests(practice_id):
            return 0
        with self._pace.counting(practice_id):
            return count_for_desks(house, practice_id)


def count_for_desks(house: House, practice_id: int) -> int:
    """Count anew. Returns how many figures had changed."""
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        moment = Moment(practice_id, house.clock.now(), practice.timezone)
        changed = keep_totals(work.session, moment)
        work.commit()
    return changed
