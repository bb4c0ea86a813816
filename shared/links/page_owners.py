"""Whose a kept page is: an account's, and of its visits this one's. They end together."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from shared.links.model import LateForm


def of_account(account_id: UUID) -> str:
    """How the owner of each page of this account begins."""
    return f"page|{account_id.hex}|"


def of_visit(account_id: UUID, visit_id: UUID) -> str:
    """The owner of a visit's pages; as much of the visit's id as the column has room for."""
    return of_account(account_id) + visit_id.hex[:26]


def drop_pages(session: Session, owners: Iterable[str], *, practice_id: int) -> None:
    """Forget what was kept for visits that end."""
    session.execute(
        delete(LateForm).where(
            LateForm.practice_id == practice_id, LateForm.owner.in_(list(owners))
        )
    )


def drop_pages_of(session: Session, *, practice_id: int, account_id: UUID) -> None:
    """Forget what was kept for all visits of an account."""
    session.execute(
        delete(LateForm)
        .where(
            LateForm.practice_id == practice_id,
            LateForm.owner.startswith(of_account(account_id), autoescape=True),
        )
        .execution_options(synchronize_session=False)
    )
