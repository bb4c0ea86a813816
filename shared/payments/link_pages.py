"""Pages that are opened by a link for someone else. Whoever holds it may press its button for ever."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.base.errors import ArdoiseError
from shared.payments.model import PayLink, PaymentAttempt
from shared.payments.pages import CLOCKS_APART
from shared.payments.rules import BY_LINK, CHECKOUT_LIFE

# Pressing again leads to the same page for 25 minutes: that makes three an hour, and as many again for
# pages that were closed meanwhile, by the patient who pays or by a date that is taken from a card.
MOST_LINK_PAGES = 6
WITHIN = timedelta(hours=1)


class TooManyPagesError(ArdoiseError):
    """So many pages were opened by this link within an hour that it opens no other for now."""


class OwnPageError(ArdoiseError):
    """The patient's own page may be open: it is theirs, and nobody else's link closes it."""


def check_room(session: Session, link: PayLink, *, at: datetime) -> None:
    """Refuse to open ever more pages by one link; those of one account for the same sum count together.
    Raises TooManyPagesError."""
    opened = session.scalar(
        select(func.count())
        .select_from(PaymentAttempt)
        .where(
            PaymentAttempt.practice_id == link.practice_id,
            PaymentAttempt.account_id == link.account_id,
            PaymentAttempt.choice == BY_LINK,
            PaymentAttempt.amount_cents == link.amount_cents,
            PaymentAttempt.created_at > at - WITHIN,
        )
    )
    if (opened or 0) >= MOST_LINK_PAGES:
        raise TooManyPagesError("this link opened too many pages within an hour")


def may_close(known: PaymentAttempt, *, by_link: UUID | None, at: datetime) -> bool:
    """Whether a page may be closed for another one. A link never closes the patient's own, as long as
    that can be paid on."""
    return by_link is None or known.choice == BY_LINK or _is_over(known, at)


def _is_over(known: PaymentAttempt, at: datetime) -> bool:
    return at - known.created_at >= CHECKOUT_LIFE + CLOCKS_APART
