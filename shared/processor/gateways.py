"""The processors of all practices, each opened once in a while."""

import time

from shared.base.database import Database
from shared.processor.service import Seals, gateway_of
from shared.processor.stripe_gateway import StripeGateway

KEPT_SECONDS = 60


class Gateways:
    """Doors to the processor by practice; a changed key is taken up within a minute."""

    def __init__(self, database: Database, seals: Seals, base_address: str) -> None:
        self._database = database
        self._seals = seals
        self._base_address = base_address
        self._known: dict[int, tuple[float, StripeGateway]] = {}

    def of(self, practice_id: int) -> StripeGateway | None:
        """The practice's processor, or None when it takes no cards."""
        known = self._known.get(practice_id)
        if known is not None and time.monotonic() - known[0] < KEPT_SECONDS:
            return known[1]
        with self._database.reading(practice_id) as session:
            gateway = gateway_of(
                session,
                practice_id=practice_id,
                seals=self._seals,
                base_address=self._base_address,
            )
        if gateway is not None:  # anybody may ask for practices that don't exist: keep none of them
            self._known[practice_id] = (time.monotonic(), gateway)
        return gateway
