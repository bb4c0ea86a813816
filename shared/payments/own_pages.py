"""Pages that an account opens for itself. Choosing another sum closes one and opens the next, for ever."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.base.errors import ArdoiseError
from shared.payments.link_pages import WITHIN
from shared.payments.model import PaymentAttempt
from shared.payments.rules import BY_LINK, CHARGE

MOST_OWN_PAGES = 10
"""Within an hour; those that paid, were declined or were closed count alike."""


class PagesSpentError(ArdoiseError):
    """The account opened so many pages within an hour that it opens no other before ``again_at``."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__("this account opened too many pages within an hour")
        self.again_at = again_at


def check_own_room(session: Session, account: Account, *, at: datetime) -> None:
    """Refuse to open ever more pages for one account. Raises PagesSpentError."""
    tenth_latest = session.scalar(
        select(PaymentAttempt.created_at)
        .where(
            PaymentAttempt.practice_id == account.practice_id,
            PaymentAttempt.account_id == account.id,
            PaymentAttempt.choice.not_in((BY_LINK, CHARGE)),
            PaymentAttempt.created_at > at - WITHIN,
        )
        .order_by(PaymentAttempt.created_at.desc())
        .offset(MOST_OWN_PAGES - 1)
        .limit(1)
    )
    if tenth_latest is not None:
        raise PagesSpentError(tenth_latest + WITHIN)
