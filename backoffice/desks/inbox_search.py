"""Finding threads by subject, account, invoice or name. What was written is sealed and can't be searched."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from backoffice.desks.inbox_rows import Row, rows_of
from backoffice.desks.message_words import SUBJECTS
from backoffice.desks.search import found_accounts
from shared.base.vault import BlindIndex, KeyRing, folded
from shared.messages import Thread
from shared.staff import SignedIn

MOST = 40
SHORTEST = 3


def search_threads(
    session: Session, *, who: SignedIn, term: str, keys: KeyRing, index: BlindIndex, at: datetime
) -> tuple[Row, ...]:
    """Threads that fit, those of an account first, then those of a subject; what moved last first."""
    accounts = found_accounts(
        session,
        practice_id=who.practice_id,
        term=term,
        keys=keys if who.may("accounts.names") else None,
        index=index,
    )
    ids = _of_accounts(session, who.practice_id, list(accounts)) if accounts else []
    subjects = subjects_like(term)
    if subjects and len(ids) < MOST:
        ids += _about(session, who.practice_id, subjects)
    return rows_of(session, list(dict.fromkeys(ids))[:MOST], who=who, keys=keys, at=at)


def subjects_like(term: str) -> list[str]:
    """Subjects in whose title the term stands, however it is written."""
    typed = folded(term)
    if len(typed) < SHORTEST:
        return []
    return [name for name, title in SUBJECTS.items() if typed in folded(title)]


def _of_accounts(session: Session, practice_id: int, accounts: list[UUID]) -> list[UUID]:
    query = (
        select(Thread.id)
        .where(
            Thread.practice_id == practice_id,
            Thread.account_id.in_(accounts),
            Thread.status != text("'merged'"),
        )
        .order_by(Thread.moved_at.desc(), Thread.id.desc())
        .limit(MOST)
    )
    return list(session.scalars(query))


def _about(session: Session, practice_id: int, subjects: list[str]) -> list[UUID]:
    query = (
        select(Thread.id)
        .where(
            Thread.practice_id == practice_id,
            Thread.subject.in_(subjects),
            Thread.status != text("'merged'"),
        )
        .order_by(Thread.moved_at.desc(), Thread.id.desc())
        .limit(MOST)
    )
    return list(session.scalars(query))
