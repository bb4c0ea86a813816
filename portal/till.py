"""The practice's desk at its card processor, as the portal knows it."""

from portal.context import portal
from shared.payments import Desk

PAYERS_PAGE = "/thanks"


def takes_cards(practice_id: int) -> bool:
    """Whether the practice has a card processor."""
    return portal().gateways.of(practice_id) is not None


def desk_of(practice_id: int) -> Desk | None:
    """Where payments begin; None for a practice that takes no cards."""
    parts = portal()
    gateway = parts.gateways.of(practice_id)
    if gateway is None:
        return None
    return Desk(
        database=parts.database,
        clock=parts.clock,
        practice_id=practice_id,
        gateway=gateway,
        site=parts.settings.site,
    )
