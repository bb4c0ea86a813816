"""The lines of an account's invoices, for whoever opened them with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from shared.accounts import Account, account_vault, find_account
from shared.base.vault import KeyRing
from shared.billing import Invoice, open_lines
from shared.privacy import REASONS, grant_of, with_lines
from shared.staff import SignedIn

NOT_KEPT, FORBIDDEN, ASK, OPENED = "not_kept", "forbidden", "ask", "opened"


@dataclass(frozen=True, slots=True)
class LinesShown:
    """What one invoice is for: (title, text) as the practice's software words it."""

    number: str
    issued_on: date
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DetailsPage:
    """``state`` says how far one is from the lines; ``ends_at`` and ``why`` once they are open."""

    account: Account
    state: str
    kept: int
    invoices: tuple[LinesShown, ...] = ()
    ends_at: datetime | None = None
    why: str = ""


def read_details(
    session: Session, *, who: SignedIn, number: str, keys: KeyRing, at: datetime
) -> DetailsPage:
    """The page as this person may see it now. Raises NotFoundError."""
    account = find_account(session, practice_id=who.practice_id, number=number)
    kept = with_lines(session, account)
    if not who.may("details.read"):
        return DetailsPage(account, FORBIDDEN, len(kept))
    if not kept:
        return DetailsPage(account, NOT_KEPT, 0)
    grant = grant_of(session, account=account, user_id=who.user_id, at=at)
    if grant is None:
        return DetailsPage(account, ASK, len(kept))
    return DetailsPage(
        account,
        OPENED,
        len(kept),
        _opened(kept, account, keys),
        grant.ends_at,
        REASONS.get(grant.reason, ""),
    )


def _opened(invoices: Sequence[Invoice], account: Account, keys: KeyRing) -> tuple[LinesShown, ...]:
    vault = account_vault(keys, account)
    return tuple(
        LinesShown(invoice.number, invoice.issued_on, tuple(open_lines(vault, invoice)))
        for invoice in invoices
    )
