"""Pages that tell what is wrong with a form, kept so that « back » leads to them.

Browsers keep no answer to a form that must not be stored: going back to one ends at an error of theirs. So
such a page gets an address of its own. It is sealed under a key that only the visit's cookie gives,
with a mark that stands in the address, and goes with its visit, or with the late forms after an hour.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.base.errors import SealError
from shared.base.vault import Json, Vault, derive
from shared.links.late import LIFE
from shared.links.model import LateForm
from shared.links.page_owners import of_account, of_visit
from shared.links.visit import practice_of, visit_id

MOST_KEPT = 10
"""For one account, over all its visits; the oldest make room."""
LARGEST = 64 * 1024
"""In bytes. A page with thousands of words typed into it fits."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    """What a page said: its title, its middle as HTML, and the status that it was answered with."""

    title: str
    main: str
    status: int


def can_be_kept(page: KeptPage) -> bool:
    """Whether the page is small enough; what someone typed may be half a million letters."""
    return len(page.main.encode()) + len(page.title.encode()) <= LARGEST


def keep_page(
    session: Session, page: KeptPage, *, secret: bytes, account_id: UUID, mark: str, at: datetime
) -> None:
    """Keep a page for the account's visit with this secret, under a mark nobody used before."""
    practice_id = practice_of(secret)
    mine = (
        LateForm.practice_id == practice_id,
        LateForm.owner.startswith(of_account(account_id), autoescape=True),
    )
    # Named before they are deleted: another form of this account may be kept at the same moment.
    latest_first = select(LateForm.id).where(*mine).order_by(LateForm.kept_at.desc())
    old = session.scalars(latest_first.offset(MOST_KEPT - 1)).all()
    session.execute(delete(LateForm).where(*mine, LateForm.id.in_(old)))
    content: Json = {"title": page.title, "main": page.main, "status": page.status}
    row_id = _row_id(secret, mark)
    session.add(
        LateForm(
            practice_id=practice_id,
            id=row_id,
            owner=of_visit(account_id, visit_id(secret)),
            content=_vault(secret, mark).seal(
                content, table="late_form", row=row_id, column="content"
            ),
            kept_at=at,
        )
    )


def find_page(session: Session, *, secret: bytes, mark: str, at: datetime) -> KeptPage | None:
    """What was kept for the visit with this secret, if it is not too old."""
    row = session.get(LateForm, (practice_of(secret), _row_id(secret, mark)))
    if row is None or at - row.kept_at >= LIFE:
        return None
    try:
        content = _vault(secret, mark).open(
            row.content, table="late_form", row=row.id, column="content"
        )
    except SealError:
        return None
    match content:
        case {"title": str(title), "main": str(main), "status": int(status)}:
            return KeptPage(title, main, status)
    return None


def _row_id(secret: bytes, mark: str) -> UUID:
    return UUID(bytes=derive(secret, f"page|{mark}|id", 16))


def _vault(secret: bytes, mark: str) -> Vault:
    return Vault(derive(secret, f"page|{mark}|key"))
