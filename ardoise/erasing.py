"""The worker erases what staff ordered to be erased, each account in a transaction of its own."""

from ardoise.office import House
from ardoise.patience import Patience
from shared.accounts import get_practice
from shared.base.clock import local_date
from shared.base.log import describe_failure, get_logger
from shared.erasing import carry_on, erasures_to_do, offer_again

log = get_logger(__name__)


def carry_out_erasures(house: House, practice_id: int, patience: Patience | None = None) -> int:
    """Take each ordered request as far as it goes now. Returns of how many something was written.

    Whatever goes wrong with one is told, keeps no other from being done, and is tried again, each time after
    a longer wait.
    """
    patience = patience or Patience()
    with house.database.reading(practice_id) as session:
        ordered = erasures_to_do(session, practice_id=practice_id)
    moved = 0
    for erasure_id in ordered:
        if patience.is_put_off(erasure_id):
            continue
        try:
            with house.database.unit_of_work(practice_id) as work:
                practice = get_practice(work.session, practice_id)
                step = carry_on(
                    work.session,
                    erasure_id,
                    practice=practice,
                    keys=house.keys,
                    at=house.clock.now(),
                )
                if step is None:
                    continue
                work.commit()
        except Exception as error:
            log.error("erasure.failed", erasure=str(erasure_id), **describe_failure(error))
            patience.put_off(erasure_id)
            continue
        patience.let_go(erasure_id)
        moved += 1
        log.info("erasure.moved", practice=practice_id, status=step.status)
    return moved


def offer_erasures_again(house: House, practice_id: int) -> int:
    """Tell staff of requests that had to wait and need not any more. Returns of how many."""
    at = house.clock.now()
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        today = local_date(at, practice.timezone)
        offered = offer_again(work.session, practice_id=practice_id, today=today, at=at)
        work.commit()
    return offered
