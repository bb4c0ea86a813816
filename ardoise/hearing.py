"""The worker asks for what no webhook told: events that the processor could not deliver."""

from datetime import timedelta

from ardoise.office import House
from ardoise.patience import Patience
from shared.payments import store_signal

KEPT = timedelta(days=30)  # by the processor


def ask_missed(house: House, practice_id: int, patience: Patience | None = None) -> int | None:
    """Store events that were not delivered as if they had come; what is known already is not news.

    Returns how many are new; None when the processor did not answer.
    """
    patience = patience or Patience()
    desk = house.desk(practice_id)
    if desk is None:
        return 0
    since = house.clock.now() - KEPT
    missed = patience.ask(lambda: desk.gateway.missed_signals(since))
    if missed is None:
        return None
    new = 0
    for signal in missed:
        with house.database.unit_of_work(practice_id) as work:
            if store_signal(work.session, signal, practice_id=practice_id, at=house.clock.now()):
                new += 1
                work.commit()
    return new
