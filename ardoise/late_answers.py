"""The worker and banks that said no days later: patients are told, kindly, and once."""

from datetime import timedelta

from ardoise.office import House
from ardoise.telling import plan_told
from shared.delivery import News
from shared.payments import debits_failed_since

TOLD_WITHIN = timedelta(days=3)
FAILED = "debit_failed"


def tell_failed_debits(house: House, practice_id: int) -> int:
    """Plan a neutral word for each payment that did not come. Returns how many were planned."""
    now = house.clock.now()
    with house.database.reading(practice_id) as session:
        failed = debits_failed_since(session, practice_id=practice_id, since=now - TOLD_WITHIN)
        news = [News(attempt.account_id, attempt.id, 0, FAILED) for attempt in failed]
    return plan_told(house, practice_id, news, at=now)
