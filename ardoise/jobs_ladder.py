"""The worker's part in the ladder's board: it counts where accounts stand, so that no page has to."""

from dataclasses import dataclass, field
from datetime import timedelta

from ardoise.office import House
from ardoise.resting import Rests
from shared.accounts import get_practice
from shared.base.clock import local_date
from shared.ladder import (
    coming_night,
    count_ladder,
    draft_steps,
    has_ladder_turn,
    is_count_due,
    open_cycles,
    step_bulk,
    unfinished,
)

OFTEN = timedelta(minutes=10)


@dataclass(slots=True)
class LadderCounter:
    """Counts each practice at a look after which something happened, every ten minutes anyway, and later
    where counting takes long."""

    _pace: Rests = field(default_factory=Rests)

    def count(self, house: House, practice_id: int) -> bool:
        """Count if it is time; whether it was.

        Conversations are opened first: what became askable by day takes part in the coming night. While
        another worker counts or decides the night, it is left to that one.
        """
        now = house.clock.now()
        if self._pace.rests(practice_id):
            return False
        with house.database.reading(practice_id) as session:
            if not is_count_due(session, practice_id=practice_id, at=now, often=OFTEN):
                return False
        with self._pace.counting(practice_id), house.database.unit_of_work(practice_id) as work:
            if not has_ladder_turn(work.session, practice_id):
                return False
            practice = get_practice(work.session, practice_id)
            today = local_date(now, practice.timezone)
            open_cycles(work.session, practice_id=practice_id, today=today, at=now)
            count_ladder(
                work.session,
                practice=practice,
                night=coming_night(work.session, practice=practice, at=now),
                draft=draft_steps(work.session, practice_id),
                at=now,
            )
            work.commit()
        return True


def carry_on_bulks(house: House, practice_id: int) -> int:
    """Carry out, or take back, acts on many accounts that a request began; each step is kept by itself, so
    that whoever goes on after a kill begins where it stopped. Returns how many steps."""
    with house.database.reading(practice_id) as session:
        waiting = unfinished(session, practice_id=practice_id)
    steps = 0
    for bulk_id in waiting:
        more = True
        while more:
            with house.database.unit_of_work(practice_id) as work:
                more = step_bulk(
                    work.session,
                    practice_id=practice_id,
                    bulk_id=bulk_id,
                    keys=house.keys,
                    at=house.clock.now(),
                )
                work.commit()
            steps += 1
    return steps
