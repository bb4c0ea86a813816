"""The worker has what was kept long enough go, once a day, for each practice that has switched it on."""

from collections.abc import Mapping
from functools import partial
from zoneinfo import ZoneInfo

from ardoise.office import House
from shared.accounts import get_practice
from shared.base.log import get_logger
from shared.erasing import count_old, expire_old
from shared.privacy import ACCOUNTS, Fading, foresee_sweep, sweep_part

log = get_logger(__name__)
FIRST_HOUR = 2
MOST_PARTS = 20  # a look; what is left waits for the next one


def whole_accounts(house: House) -> Mapping[str, Fading]:
    """What the sweep has go beside its own kinds: accounts that the books want no more."""
    return {ACCOUNTS: Fading(count_old, partial(expire_old, keys=house.keys))}


def remove_what_is_due(house: House, practice_id: int) -> int:
    """Some parts of the day's removing, each for itself. Returns how many parts were done."""
    now, keys = house.clock.now(), house.settings.audits()
    with house.database.reading(practice_id) as session:
        local = now.astimezone(ZoneInfo(get_practice(session, practice_id).timezone))
    if local.hour < FIRST_HOUR:
        return 0
    for done in range(MOST_PARTS):
        with house.database.unit_of_work(practice_id) as work:
            run = sweep_part(
                work.session,
                practice_id=practice_id,
                today=local.date(),
                keys=keys,
                at=now,
                others=whole_accounts(house),
            )
            if run is None:
                return done
            work.commit()
        if run.ended_at is not None:
            log.info("retention.swept", practice=practice_id, counts=dict(run.counts))
            return done + 1
    return MOST_PARTS


def foresee_what_is_due(house: House, practice_id: int) -> bool:
    """Count what the next night would remove, for the page that shows it. Returns whether it was time."""
    with house.database.unit_of_work(practice_id) as work:
        counted = foresee_sweep(
            work.session,
            practice_id=practice_id,
            at=house.clock.now(),
            others=whole_accounts(house),
        )
        work.commit()
    return counted
