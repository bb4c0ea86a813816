"""The worker's job for the desks: their figures, kept so that pages need not count."""

import time
from dataclasses import dataclass, field

from ardoise.office import House
from shared.accounts import get_practice
from shared.totals import Moment, keep_totals

SHARE = 20  # of the time, counting takes one part in so many


@dataclass(slots=True)
class DeskCounter:
    """Counts each practice at every slow look, and later where counting takes long."""

    _rests_until: dict[int, float] = field(default_factory=dict)

    def count(self, house: House, practice_id: int) -> int:
        """Count if it is time. Returns how many figures had changed."""
        if time.monotonic() < self._rests_until.get(practice_id, 0.0):
            return 0
        began = time.monotonic()
        changed = count_for_desks(house, practice_id)
        took = time.monotonic() - began
        self._rests_until[practice_id] = time.monotonic() + SHARE * took
        return changed


def count_for_desks(house: House, practice_id: int) -> int:
    """Count anew. Returns how many figures had changed."""
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        moment = Moment(practice_id, house.clock.now(), practice.timezone)
        changed = keep_totals(work.session, moment)
        work.commit()
    return changed
