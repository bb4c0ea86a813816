"""The worker seals what happened, with a key that neither front door nor the database holds."""

from ardoise.office import House
from shared.audit import head_of, seal_events
from shared.base.log import get_logger

log = get_logger(__name__)
MOST_BATCHES = 20  # a look; what is left waits for the next one


def seal_record(house: House, practice_id: int) -> int:
    """Seal what waits, batch by batch, each for itself. Returns how many events.

    The head is also logged: logs lie elsewhere, so that an end that was cut off shows there.
    """
    keys, sealed = house.settings.audits(), 0
    for _ in range(MOST_BATCHES):
        with house.database.unit_of_work(practice_id) as work:
            count = seal_events(
                work.session, practice_id=practice_id, keys=keys, at=house.clock.now()
            )
            head = head_of(work.session, practice_id=practice_id)
            if count:
                work.commit()
        sealed += count
        if not count:
            break
    if sealed:
        log.info("audit.sealed", practice=practice_id, head=str(head))
    return sealed
