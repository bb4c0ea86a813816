"""The worker and money given back at the processor: what no webhook told of is found, patients are told."""

from datetime import timedelta

from ardoise.office import House
from ardoise.patience import Patience
from ardoise.settling import settle_one
from ardoise.straying import follow_strays
from ardoise.telling import plan_told
from shared.delivery import News
from shared.reversals import attempts_behind, refunds_since

LOOKED_BACK = timedelta(days=35)  # banks may send a refund back after a month
TOLD_WITHIN = timedelta(days=3)
REFUNDED = "refunded"


def sweep_refunds(house: House, practice_id: int, patience: Patience | None = None) -> int | None:
    """Hold the processor's list of refunds against ours, with one request where nothing is new.

    Returns how many payments were looked at anew; None when the processor did not answer.
    """
    patience = patience or Patience()
    desk = house.desk(practice_id)
    if desk is None:
        return 0
    since = house.clock.now() - LOOKED_BACK
    told = patience.ask(lambda: desk.gateway.refunds_since(since))
    if told is None:
        return None
    with house.database.reading(practice_id) as session:
        behind = attempts_behind(session, practice_id=practice_id, told=told)
    settled = sum(settle_one(house, practice_id, attempt_id, patience) for attempt_id in behind)
    return settled + follow_strays(house, practice_id, told, patience)


def tell_refunds(house: House, practice_id: int) -> int:
    """Plan a neutral word for each refund that is with the patient. Returns how many were planned."""
    now = house.clock.now()
    with house.database.reading(practice_id) as session:
        refunds = refunds_since(session, practice_id=practice_id, since=now - TOLD_WITHIN)
        news = [News(refund.account_id, refund.id, 0, REFUNDED) for refund in refunds]
    return plan_told(house, practice_id, news, at=now)
