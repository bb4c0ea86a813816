"""The worker and money that no attempt of ours asked for: taken over, and followed when it goes back."""

from collections.abc import Iterable

from ardoise.office import House
from ardoise.patience import Patience
from shared.base.log import describe_failure, get_logger
from shared.payments import Desk
from shared.processor import GatewayRefusedError, GatewayUnavailableError, Refunded
from shared.reconciliation import UnfitMoneyError, strays_behind, take_unasked

log = get_logger(__name__)


def look_at_stray(desk: Desk, intent_id: str, patience: Patience) -> bool:
    """Take over what the processor says of money that no attempt of ours asked for. Returns whether it
    answered."""
    try:
        take_unasked(desk, intent_id)
    except GatewayUnavailableError as error:
        log.warning("processor.unavailable", reason=str(error))
        patience.unanswered()
        return False
    except (GatewayRefusedError, UnfitMoneyError) as error:
        log.error("stray.refused", reason=str(error), intent=intent_id)
    except Exception as error:  # told, and keeps no other from being looked at
        log.error("stray.failed", intent=intent_id, **describe_failure(error))
        patience.answered()
        return False
    patience.answered()
    return True


def follow_strays(
    house: House, practice_id: int, told: Iterable[Refunded], patience: Patience
) -> int:
    """Take over refunds of money that was nobody's at first. Returns how many payments were looked at."""
    desk = house.desk(practice_id)
    if desk is None:
        return 0
    with house.database.reading(practice_id) as session:
        behind = strays_behind(session, practice_id=practice_id, told=told)
    return sum(look_at_stray(desk, intent_id, patience) for intent_id in behind)
