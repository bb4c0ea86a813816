"""The worker and payments that a bank disputes: what no webhook told of is found."""

from datetime import timedelta

from ardoise.office import House
from ardoise.patience import Patience
from ardoise.settling import settle_one
from ardoise.straying import look_at_stray
from shared.reversals import attempts_disputed, unasked_disputed

LOOKED_BACK = timedelta(
    days=180
)  # banks take months to decide; what is open here is asked about anyway


def sweep_disputes(house: House, practice_id: int, patience: Patience | None = None) -> int | None:
    """Hold the processor's list of disputes against ours, with one request where nothing is new.

    Returns how many payments were looked at anew; None when the processor did not answer.
    """
    patience = patience or Patience()
    desk = house.desk(practice_id)
    if desk is None or patience.is_over:
        return 0 if desk is None else None
    since = house.clock.now() - LOOKED_BACK
    told = patience.ask(lambda: desk.gateway.disputes_since(since))
    if told is None:
        return None
    with house.database.reading(practice_id) as session:
        behind = attempts_disputed(session, practice_id=practice_id, told=told)
        unasked = unasked_disputed(session, practice_id=practice_id, told=told)
    settled = sum(settle_one(house, practice_id, attempt_id, patience) for attempt_id in behind)
    return settled + sum(look_at_stray(desk, intent_id, patience) for intent_id in unasked)
