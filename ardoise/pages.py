"""The worker and pages at the card processor that must take no money any more."""

from uuid import UUID

from sqlalchemy import select

from ardoise.office import House
from ardoise.patience import Patience
from shared.base.log import get_logger
from shared.billing import Invoice
from shared.payments import AttemptShare, BeingPaidError, Desk, PaymentAttempt, close_page_of
from shared.processor import GatewayRefusedError, GatewayUnavailableError

log = get_logger(__name__)


def close_page(desk: Desk, attempt_id: UUID, patience: Patience) -> bool:
    """Let a page take no money any more. False while that is not sure."""
    try:
        close_page_of(desk, attempt_id=attempt_id)
    except BeingPaidError:
        return False
    except GatewayUnavailableError as error:
        patience.unanswered(attempt_id)
        log.warning("processor.unavailable", reason=str(error))
        return False
    except GatewayRefusedError as error:
        log.error("processor.refused", reason=str(error), attempt=str(attempt_id))
        return False
    return True


def close_overtaken_pages(house: House, practice_id: int, patience: Patience | None = None) -> int:
    """Close pages that would take more than is still owed of what they are for: it was paid at the desk
    meanwhile, or by credit. Returns how many were closed; the others are found at the next look."""
    patience = patience or Patience()
    with house.database.reading(practice_id) as session:
        overtaken = session.scalars(
            select(PaymentAttempt.id)
            .join(
                AttemptShare,
                (AttemptShare.practice_id == PaymentAttempt.practice_id)
                & (AttemptShare.attempt_id == PaymentAttempt.id),
            )
            .join(
                Invoice,
                (Invoice.practice_id == AttemptShare.practice_id)
                & (Invoice.id == AttemptShare.invoice_id),
            )
            .where(
                PaymentAttempt.practice_id == practice_id,
                PaymentAttempt.status == "redirected",
                AttemptShare.amount_cents > Invoice.open_cents,
            )
            .distinct()
        ).all()
    desk = house.desk(practice_id) if overtaken else None
    if desk is None:
        return 0
    closed = 0
    for attempt_id in patience.in_turn(overtaken):
        if patience.is_over:
            break
        closed += close_page(desk, attempt_id, patience)
    return closed
